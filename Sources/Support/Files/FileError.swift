/// What is wrong with a file: one line that names the file and the reason.
package struct FileError: Error, Equatable, CustomStringConvertible {
  /// The path as the user gave it.
  package let path: String
  /// What was found and what was expected.
  package let reason: String

  package init(_ path: String, _ reason: String) {
    self.path = path
    self.reason = reason
  }

  package var description: String { "\(printable(path)): \(printable(reason))" }
}
