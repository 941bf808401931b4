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

/// Text made safe to print in one line: control characters, line breaks and the characters that
/// turn the direction of writing are written as `\u{…}`.
package func printable(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned,
      .privateUse:
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
