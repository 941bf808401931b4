package import Support

/// How the files of a report that lies in a directory differ from those of one that was just made.
package struct ReportComparison {
  /// What is said of each kind of file: that it is as made, or where it first differs.
  package private(set) var lines: [String] = []
  /// Whether every file is there and holds the bytes that were made.
  package private(set) var isEqual = true

  /// - Throws: `FileError` if a file is there and cannot be read.
  package init(of directory: String, with files: [Report.File]) throws(FileError) {
    var differing: [String] = []
    let figures = files.filter { $0.path.hasPrefix(Report.figures) }
    for file in files.reversed() where !file.path.hasPrefix(Report.figures) {
      let difference = try Self.difference(of: file, in: directory)
      isEqual = isEqual && difference == nil
      lines.append("\(file.path): \(difference ?? "as made")")
    }
    for file in figures {
      if let difference = try Self.difference(of: file, in: directory) {
        differing.append("\(file.path) \(difference)")
      }
    }
    if let first = differing.first {
      isEqual = false
      let others = differing.count > 1 ? ", and \(differing.count - 1) more differ" : ""
      lines.append("figures: \(first)\(others)")
    } else {
      lines.append("figures: \(counted(figures.count, "file")) as made")
    }
  }

  /// Where a file first differs from the one that was made; nil if it does not.
  private static func difference(
    of made: Report.File, in directory: String
  ) throws(FileError) -> String? {
    let path = FileSystem.join(directory, made.path)
    guard FileSystem.exists(path) else { return "is missing" }
    let found = try FileSystem.read(path, limit: made.bytes.count + 1 << 26)
    if found == made.bytes { return nil }
    if made.path == Report.page { return pageDifference(found, made.bytes) }
    if made.path == Report.numbers { return numberDifference(found, made.bytes) }
    if made.path == Report.encodings { return lineDifference(found, made.bytes) }
    return "differs"
  }

  /// Names the section of the page that holds the first byte that differs.
  private static func pageDifference(_ found: [UInt8], _ made: [UInt8]) -> String {
    let before = String(decoding: made[..<firstDifference(found, made)], as: UTF8.self)
    guard before.contains("<main>") else {
      return before.contains("<body") ? "differs above its first section" : "differs in its head"
    }
    if before.contains("</main>") { return "differs in the data of its live part" }
    let section = before.split(separator: "<section id=\"").dropFirst().last
    return "differs in the section \(section?.prefix { $0 != "\"" } ?? "headline")"
  }

  /// Names the first number that differs, what stands there and what comes out.
  private static func numberDifference(_ found: [UInt8], _ made: [UInt8]) -> String {
    guard let old = try? JSON(bytes: found), let new = try? JSON(bytes: made) else {
      return "is not JSON"
    }
    guard let first = new.firstDifference(from: old) else {
      return "holds the same numbers in other bytes"
    }
    return "\(first.path) is \(first.found) and comes out as \(first.expected)"
  }

  /// Quotes the first line that differs.
  private static func lineDifference(_ found: [UInt8], _ made: [UInt8]) -> String {
    let place = firstDifference(found, made)
    func line(_ bytes: [UInt8]) -> String {
      let start = bytes[..<place].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      let line = bytes[start...].prefix { $0 != UInt8(ascii: "\n") }
      return String(decoding: line.prefix(200), as: UTF8.self)
    }
    let number = made[..<place].count { $0 == UInt8(ascii: "\n") } + 1
    return "line \(number) is \(line(found)) and comes out as \(line(made))"
  }

  /// The place of the first byte that differs, which may be the end of the shorter.
  private static func firstDifference(_ found: [UInt8], _ made: [UInt8]) -> Int {
    zip(found, made).enumerated().first { $1.0 != $1.1 }?.offset ?? min(found.count, made.count)
  }
}
