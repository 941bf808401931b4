import Glibc
import Synchronization

/// The bytes of a file, mapped into memory: the system reads those that are used, and may forget
/// them again, so that a file may be larger than the memory.
///
/// If somebody shortens the file, or its disk fails, a use of the bytes that are lost raises SIGBUS.
/// The program then ends with status 1 and one line that names the file, and what it was writing is
/// as if it had been killed.
package final class MappedFile: Sendable {
  /// The path as the user gave it.
  private let path: String
  // Safe to share: nothing writes to it, and it is valid as long as the object.
  nonisolated(unsafe) private let bytes: UnsafeRawBufferPointer

  package var count: Int { bytes.count }

  /// - Throws: `FileError` if the file is missing, unreadable or not a regular file.
  package init(_ path: String) throws(FileError) {
    self.path = path
    // A pipe that nobody writes to would keep a blocking open waiting for ever.
    let file = try Descriptor(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, to: "open")
    let status = try file.status()
    try FileSystem.requireRegular(status, path)
    let count = Int(status.st_size)
    // The system does not map nothing.
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, file.number, 0), start != MAP_FAILED
    else { throw FileError(path, "cannot map it into memory: \(systemReason())") }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
    LostBytes.explain(bytes, of: path)
  }

  deinit {
    if let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }

  package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    body(bytes)
  }
}

/// What the handler of SIGBUS knows of a mapping. Entries are never freed, since the handler may run
/// at any time; a newer one hides an older one of the same addresses.
private struct LostBytes {
  private let start, end: UnsafeRawPointer
  /// The line to print, in UTF-8.
  private let line: UnsafeBufferPointer<UInt8>
  private let next: UnsafeMutablePointer<LostBytes>?

  /// The newest entry. Safe to share: entries do not change once they are in the list.
  nonisolated(unsafe) private static let first = Atomic<UnsafeMutablePointer<LostBytes>?>(nil)
  private static let isHandling: Bool = {
    var action = sigaction()
    action.sa_flags = SA_SIGINFO
    action.__sigaction_handler.sa_sigaction = { _, info, _ in
      LostBytes.handle(info?.pointee._sifields._sigfault.si_addr)
    }
    return sigaction(SIGBUS, &action, nil) == 0
  }()

  /// Has the program end with a line that names the file when its bytes are lost.
  static func explain(_ bytes: UnsafeRawBufferPointer, of path: String) {
    guard isHandling, let start = bytes.baseAddress else { return }
    let program = CommandLine.arguments.first.flatMap { $0.split(separator: "/").last } ?? ""
    let error = FileError(path, "became shorter, or unreadable, while it was in use")
    let line = UnsafeMutableBufferPointer<UInt8>.allocate(
      capacity: "\(program): \(error)\n".utf8.count)
    _ = line.initialize(from: "\(program): \(error)\n".utf8)
    let entry = UnsafeMutablePointer<LostBytes>.allocate(capacity: 1)
    var next = first.load(ordering: .acquiring)
    while true {
      entry.initialize(
        to: LostBytes(
          start: start, end: start + bytes.count, line: UnsafeBufferPointer(line), next: next))
      let (isExchanged, found) = first.compareExchange(
        expected: next, desired: entry, ordering: .acquiringAndReleasing)
      if isExchanged { return }
      next = found
    }
  }

  /// Runs in the signal's handler: calls nothing but what may be called there.
  private static func handle(_ address: UnsafeMutableRawPointer?) {
    var entry = first.load(ordering: .acquiring)
    while let address, let lost = entry?.pointee {
      if (lost.start..<lost.end).contains(UnsafeRawPointer(address)) {
        write(STDERR_FILENO, lost.line.baseAddress, lost.line.count)
        _exit(EXIT_FAILURE)
      }
      entry = lost.next
    }
    // None of ours: the instruction is repeated, and ends the program.
    signal(SIGBUS, SIG_DFL)
  }
}
