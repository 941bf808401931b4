import StyleNet
package import Support

/// What the ten classes of a set of images are called: the digits 0 to 9, unless the set has names.
///
/// As text, in `classes.txt` and in a checkpoint's metadata, they are a name a line.
package struct ClassNames: RawRepresentable, Codable, Sendable, Equatable {
  /// Ten, no two of them the same, without white space around them.
  package let names: [String]

  private static let fileName = "classes.txt"
  /// The most characters of a name, as Unicode counts them.
  private static let longest = 40

  private init(names: [String]) { self.names = names }

  /// - Parameter path: where the names come from, for messages.
  /// - Throws: `FileError` if they are not ten different names of one line each.
  private init(_ found: [some StringProtocol], path: String) throws(FileError) {
    names = found.map(withoutSpaceAround)
    guard names.count == Model.classes else {
      throw FileError(path, "\(names.count) class names, expected \(Model.classes)")
    }
    for (label, name) in names.enumerated() {
      let scalars = name.unicodeScalars
      guard (1...Self.longest).contains(scalars.count) else {
        throw FileError(
          path,
          "the name of class \(label) has \(scalars.count) characters, expected 1 to \(Self.longest)"
        )
      }
      guard !scalars.contains(where: { $0.properties.generalCategory == .control }) else {
        throw FileError(path, "the name of class \(label) has a control character")
      }
      guard !names[..<label].contains(name) else {
        throw FileError(path, "two classes are called \(name)")
      }
    }
  }
}

package extension ClassNames {
  static let digits = ClassNames(names: (0..<Model.classes).map { "\($0)" })

  /// Reads a name a line; empty lines at the end are ignored.
  ///
  /// - Parameter path: where the text comes from, for messages.
  /// - Throws: `FileError` if they are not ten different names.
  init(lines text: String, path: String) throws(FileError) {
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    while lines.last.map(withoutSpaceAround) == "" { lines.removeLast() }
    try self.init(lines, path: path)
  }

  /// The names in a text with commas between them; nil if they are not ten different names.
  init?(list text: String) {
    let fields = readable(text).split(separator: ",", omittingEmptySubsequences: false)
    guard let names = try? ClassNames(fields, path: "") else { return nil }
    self = names
  }

  init?(rawValue: String) {
    guard let names = try? ClassNames(lines: rawValue, path: "") else { return nil }
    self = names
  }

  var rawValue: String { names.joined(separator: "\n") }

  /// The names in the `classes.txt` of a data directory; the digits if there is no such file.
  ///
  /// - Throws: `FileError` naming the file and what is wrong with it.
  static func load(from directory: String) throws(FileError) -> ClassNames {
    let path = FileSystem.join(directory, fileName)
    guard FileSystem.exists(path) else { return .digits }
    let bytes = try FileSystem.read(path, limit: 1 << 16)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FileError(path, "not UTF-8 text")
    }
    return try ClassNames(lines: text, path: path)
  }

  var areDigits: Bool { self == .digits }
  /// What one of the classes is, and several.
  var noun: String { areDigits ? "digit" : "class" }
  var plural: String { areDigits ? "digits" : "classes" }

  /// A class after a verb: "a 7", "Sandal".
  func phrase(_ label: Int) -> String { areDigits ? "a \(label)" : names[label] }
}

/// The text without white space, and marks of the byte order, at its ends.
private func withoutSpaceAround(_ text: some StringProtocol) -> String {
  let isSpace = { (character: Character) in character.isWhitespace || character == "\u{feff}" }
  return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
}
