import Support

extension Report {
  /// Compares files that were just made with those of a report in a directory.
  ///
  /// - Returns: a line for each kind of file, which says that it is as made or where it first
  ///   differs; and whether all are the same, byte for byte.
  /// - Throws: `FileError` if a file is there and cannot be read.
  package static func compare(
    _ files: [File], with directory: String
  ) throws -> (lines: [String], isSame: Bool) {
    var lines: [String] = []
    var differences = 0
    for path in [page, numbers, encodings] {
      for file in files where file.path == path {
        let difference = try difference(of: file, in: directory)
        differences += difference == nil ? 0 : 1
        lines.append("\(path): \(difference ?? "as made")")
      }
    }
    for folder in [figureFolder, assetFolder] {
      let inside = files.filter { $0.isIn(folder) }
      if inside.isEmpty { continue }
      var differing: [String] = []
      for file in inside {
        guard let difference = try difference(of: file, in: directory) else { continue }
        differing.append("\(file.path) \(difference)")
      }
      differences += differing.count
      let others = differing.count > 1 ? ", and \(differing.count - 1) more differ" : ""
      lines.append(
        "\(folder): \(differing.first.map { $0 + others } ?? "\(counted(inside.count, "file")) as made")"
      )
    }
    return (lines, differences == 0)
  }

  /// Where a file first differs from the one that was made; nil if it does not.
  private static func difference(
    of made: File, in directory: String
  ) throws(FileError) -> String? {
    let path = FileSystem.join(directory, made.path)
    guard FileSystem.exists(path) else { return "is missing" }
    if FileSystem.isDirectory(path) { return "is a directory" }
    let found = try FileSystem.read(path, limit: made.bytes.count + 1 << 26)
    if found == made.bytes { return nil }
    if made.path == page { return pageDifference(found, made.bytes) }
    if made.path == numbers { return numberDifference(found, made.bytes) }
    if made.path == encodings { return lineDifference(found, made.bytes) }
    return "differs"
  }

  /// Says that only one of two pages is live, or names the section that holds the first byte that
  /// differs.
  private static func pageDifference(_ found: [UInt8], _ made: [UInt8]) -> String {
    let areLive = [found, made].map {
      String(decoding: $0, as: UTF8.self).contains(#"id="payload""#)
    }
    if areLive[0] != areLive[1] {
      return areLive[0]
        ? "has a live part and comes out without one" : "has no live part and comes out with one"
    }
    let before = String(decoding: made[..<firstDifference(found, made)], as: UTF8.self)
    guard before.contains("<main>") else {
      return before.contains("<body") ? "differs above its first section" : "differs in its head"
    }
    if before.contains("</main>") {
      let isInPayload = before.contains(#"id="payload""#) && !before.contains("</body>")
      return isInPayload ? "differs in the data of its live part" : "differs below its last section"
    }
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
