import CPlatform
import Glibc

/// An open file, closed when the value goes out of scope.
struct Descriptor: ~Copyable {
  let number: Int32
  /// The path as the user gave it, for messages.
  let path: String

  /// - Parameter task: what fails if it cannot be opened, for the message.
  init(
    _ path: String, _ flags: Int32, mode: mode_t = 0, to task: StaticString
  ) throws(FileError) {
    number = retrying { open(cString(path), flags | O_CLOEXEC, mode) }
    self.path = path
    if number < 0 { throw FileError(path, "cannot \(task): \(systemReason())") }
  }

  /// Makes a new file to be written and then put in place of another.
  ///
  /// - Parameter former: the other, whose mode and group it gets; nil if there is none.
  init(replacing former: stat?, _ path: String) throws(FileError) {
    // Until it has the former's rights, nobody else may open it.
    let mode: mode_t = former == nil ? 0o666 : 0o600
    try self.init(path, O_WRONLY | O_CREAT | O_EXCL, mode: mode, to: "write")
    if let former { takeModeAndGroup(of: former) }
  }

  deinit {
    // An error here has nowhere to go; what was written has been synchronised before.
    if number >= 0 { _ = close(number) }
  }

  borrowing func status() throws(FileError) -> stat {
    var status = stat()
    guard fstat(number, &status) == 0 else {
      throw FileError(path, "cannot examine: \(systemReason())")
    }
    return status
  }

  /// Gives the file mode and group of the one that it will replace, as far as this process may.
  ///
  /// Where another group takes the place of the former, it may do no more than everybody may.
  private borrowing func takeModeAndGroup(of former: stat) {
    var mode = former.st_mode & 0o7777
    if fchown(number, uid_t.max, former.st_gid) != 0 {
      mode &= ~0o2070 | mode << 3 & 0o070
    }
    // Where a file system has no modes there is none to keep.
    _ = fchmod(number, mode)
  }

  borrowing func write(_ bytes: [UInt8]) throws(FileError) {
    guard writeAll(bytes, to: number) else {
      throw FileError(path, "cannot write: \(systemReason())", isUnread: errno == EPIPE)
    }
  }

  /// Returns when the file is on the disk, not merely in memory.
  borrowing func synchronize() throws(FileError) {
    // Pipes and some directories have nothing to synchronise, and say EINVAL.
    guard retrying({ fsync(number) }) == 0 || errno == EINVAL || errno == EROFS else {
      throw FileError(path, "cannot write: \(systemReason())")
    }
  }
}

/// The bytes from an open file to its end, or some more than `limit` of them.
///
/// - Parameter expected: how many there seem to be.
/// - Returns: nil if it cannot be read; `errno` says why.
package func readAll(_ descriptor: Int32, limit: Int, expected: Int = 0) -> [UInt8]? {
  var bytes: [UInt8] = []
  while bytes.count <= limit {
    var count = 0
    // One byte more than expected, so that the end is seldom missed.
    let room = max(expected - bytes.count + 1, 1 << 16)
    let part = [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
      count = retrying { read(descriptor, buffer.baseAddress, buffer.count) }
      filled = max(count, 0)
    }
    // A large file is not copied.
    if bytes.isEmpty { bytes = part } else { bytes += part }
    if count < 0 { return nil }
    if count == 0 { break }
  }
  return bytes
}

/// Writes all of the bytes to an open file.
///
/// - Returns: false if that fails; `errno` says why.
package func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
  bytes.withUnsafeBytes { buffer in
    var written = 0
    while written < buffer.count {
      let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
      let put = retrying { write(descriptor, rest.baseAddress, rest.count) }
      if put < 0 { return false }
      written += put
    }
    return true
  }
}

/// Calls again what a signal interrupted.
func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
  var result = call()
  while result < 0 && errno == EINTR { result = call() }
  return result
}

/// What the last failed system call says, in English whatever the locale is.
func systemReason() -> String { String(cString: error_description(errno)) }
