package import Files
import Glibc

/// The program's standard output and standard error.
package enum Console {
  /// Whether standard error is a terminal, and so somebody may be watching.
  package static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes text to standard output.
  ///
  /// - Throws: `FileError` when not all of it could be written.
  package static func write(_ text: String) throws(FileError) {
    guard put(text, STDOUT_FILENO) else {
      throw FileError("standard output", String(cString: strerror(errno)))
    }
  }

  /// Writes text to standard error. That nobody reads it is no reason to stop.
  package static func note(_ text: String) {
    _ = put(text, STDERR_FILENO)
  }

  private static func put(_ text: String, _ descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
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
}
