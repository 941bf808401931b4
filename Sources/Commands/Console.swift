import CPlatform
import Glibc
import Support

/// The program's standard input, output and error.
enum Console {
  /// Whether standard error is a terminal, and so somebody may be watching.
  static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

  /// How many columns of standard error's terminal a line may fill at this moment.
  ///
  /// One less than there are: some terminals begin a new line when the last one is filled.
  static var columns: Int {
    var size = winsize()
    if ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      return Int(size.ws_col) - 1
    }
    let columns = getenv("COLUMNS").flatMap { Int(String(cString: $0)) } ?? 0
    return (columns > 0 ? columns : 80) - 1
  }

  /// Writes text to standard output; names of files in it as the bytes that they are.
  ///
  /// - Throws: `FileError` when not all of it could be written.
  static func write(_ text: String) throws(FileError) {
    try put(text.systemBytes)
  }

  /// Writes a binary file to standard output.
  ///
  /// - Throws: `FileError` when not all of it could be written, or a terminal would get it.
  static func write(_ bytes: [UInt8]) throws(FileError) {
    guard isatty(STDOUT_FILENO) == 0 else {
      throw FileError("standard output", "is a terminal, which cannot show this file")
    }
    try put(bytes)
  }

  private static func put(_ bytes: [UInt8]) throws(FileError) {
    guard !writeAll(bytes, to: STDOUT_FILENO) else { return }
    let code = errno
    var status = stat()
    // A terminal that has been closed says what a broken disk says.
    let isClosedTerminal =
      code == EIO && fstat(STDOUT_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFCHR
    throw FileError(
      "standard output", String(cString: strerror(code)),
      isUnread: code == EPIPE || isClosedTerminal)
  }

  /// Writes to standard output what may be read or not: that nobody reads any more is no reason to
  /// stop.
  ///
  /// - Throws: `FileError` when not all of it could be written for another reason.
  static func offer(_ text: String) throws(FileError) {
    do throws(FileError) {
      try write(text)
    } catch {
      guard error.isUnread else { throw error }
    }
  }

  /// Writes text to standard error. That nobody reads it is no reason to stop.
  static func note(_ text: String) {
    _ = writeAll(Array(text.utf8), to: STDERR_FILENO)
  }

  /// Reads standard input to its end.
  ///
  /// - Parameter limit: the most bytes that are accepted.
  /// - Throws: `FileError` if it cannot be read or is longer.
  static func read(limit: Int) throws(FileError) -> [UInt8] {
    guard let bytes = readAll(STDIN_FILENO, limit: limit) else {
      throw FileError("standard input", String(cString: strerror(errno)))
    }
    guard bytes.count <= limit else {
      throw FileError("standard input", "more than \(limit) bytes")
    }
    return bytes
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
    guard isWatched else { return }
    let ending = " …"
    let activity = fitted(printable(activity), columns: Console.columns - ending.count)
    Console.note("\r\u{1b}[K\(activity)\(ending)")
  }

  /// Leaves a clean line.
  func finish() {
    if isWatched { Console.note("\r\u{1b}[K") }
  }

  /// Says something worth keeping, watched or not.
  func say(_ text: String) {
    finish()
    if isShown { Console.note("\(text)\n") }
  }
}

/// Opens a page with the program that the desktop has for it, and does not wait for it.
///
/// - Throws: `FileError` if there is no such program.
func openInBrowser(_ page: String) throws(FileError) {
  let program = "xdg-open"
  var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup(cString(page)), nil]
  defer { for argument in arguments { free(argument) } }
  var process: pid_t = 0
  let status = posix_spawnp(&process, program, nil, nil, &arguments, process_environment())
  guard status == 0 else {
    throw FileError(page, "cannot open it with \(program): \(String(cString: strerror(status)))")
  }
}
