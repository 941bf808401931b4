import CPlatform
import Glibc
import Support

/// The program's standard input, output and error.
enum Console {
  /// Whether standard error is a terminal, and so somebody may be watching.
  static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes text to standard output.
  ///
  /// - Throws: `FileError` when not all of it could be written.
  static func write(_ text: String) throws(FileError) {
    var text = text
    guard text.withUTF8({ put(UnsafeRawBufferPointer($0), STDOUT_FILENO) }) else {
      throw FileError("standard output", String(cString: strerror(errno)))
    }
  }

  /// Writes a binary file to standard output.
  ///
  /// - Throws: `FileError` when not all of it could be written, or a terminal would get it.
  static func write(_ bytes: [UInt8]) throws(FileError) {
    guard isatty(STDOUT_FILENO) == 0 else {
      throw FileError("standard output", "is a terminal, which cannot show this file")
    }
    guard bytes.withUnsafeBytes({ put($0, STDOUT_FILENO) }) else {
      throw FileError("standard output", String(cString: strerror(errno)))
    }
  }

  /// Writes text to standard error. That nobody reads it is no reason to stop.
  static func note(_ text: String) {
    var text = text
    _ = text.withUTF8 { put(UnsafeRawBufferPointer($0), STDERR_FILENO) }
  }

  /// Reads standard input to its end.
  ///
  /// - Parameter limit: the most bytes that are accepted.
  /// - Throws: `FileError` if it cannot be read or is longer.
  static func read(limit: Int) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(STDIN_FILENO, &piece, piece.count)
      if count < 0 {
        guard errno == EINTR else {
          throw FileError("standard input", String(cString: strerror(errno)))
        }
        continue
      }
      if count == 0 { return bytes }
      bytes += piece[..<count]
      guard bytes.count <= limit else {
        throw FileError("standard input", "more than \(limit) bytes")
      }
    }
  }

  private static func put(_ bytes: UnsafeRawBufferPointer, _ descriptor: Int32) -> Bool {
    var rest = bytes
    while let start = rest.baseAddress, rest.count > 0 {
      let count = Glibc.write(descriptor, start, rest.count)
      if count < 0 {
        guard errno == EINTR else { return false }
      } else {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
    return true
  }
}

/// What is being done, for somebody who watches standard error; nothing elsewhere.
struct Progress {
  private let isWatched: Bool
  private let isShown: Bool

  init(isShown: Bool) {
    self.isShown = isShown
    isWatched = isShown && Console.isWatched
  }

  /// Shows what is being done, in place of what was shown before.
  func show(_ activity: String) {
    if isWatched { Console.note("\r\u{1b}[K\(activity) …") }
  }

  /// Leaves a clean line.
  func finish() {
    if isWatched { Console.note("\r\u{1b}[K") }
  }

  /// Says something worth keeping, watched or not.
  func say(_ text: String) {
    if isShown { Console.note("\(text)\n") }
  }
}

/// Opens a page with the program that the desktop has for it, and does not wait for it.
///
/// - Throws: `FileError` if there is no such program.
func openInBrowser(_ page: String) throws(FileError) {
  let program = "xdg-open"
  var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup(page), nil]
  defer { for argument in arguments { free(argument) } }
  var process: pid_t = 0
  let status = posix_spawnp(&process, program, nil, nil, &arguments, process_environment())
  guard status == 0 else {
    throw FileError(page, "cannot open it with \(program): \(String(cString: strerror(status)))")
  }
}
