import Support

/// The commit that a checkout is at.
enum GitCommit {
  /// The commit of the sources that the program runs from; nil if it is installed elsewhere or they
  /// are no git checkout.
  ///
  /// - Throws: `FileError` if the files that ship with the program are missing.
  static func current() throws(FileError) -> String? {
    of(checkout: FileSystem.parent(of: try SharedResources.locate().templates))
  }

  /// The commit that `HEAD` of a checkout leads to, read from the files that git keeps.
  static func of(checkout: String) -> String? {
    var directory = FileSystem.join(checkout, ".git")
    // In a linked work tree, `.git` is a file that says where the directory is.
    if let link = text(directory, after: "gitdir: ") { directory = path(link, from: checkout) }
    guard let head = text(FileSystem.join(directory, "HEAD"), after: "") else { return nil }
    guard head.hasPrefix("ref: ") else { return commit(head) }
    let name = String(head.dropFirst(5))
    let common =
      text(FileSystem.join(directory, "commondir"), after: "").map { path($0, from: directory) }
      ?? directory
    for place in [directory, common] {
      if let found = text(FileSystem.join(place, name), after: "").flatMap(commit) { return found }
    }
    return packed(name, in: FileSystem.join(common, "packed-refs"))
  }

  /// The one line of a small file, without `prefix`; nil without the prefix.
  private static func text(_ path: String, after prefix: String) -> String? {
    guard let bytes = try? FileSystem.read(path, limit: 4096) else { return nil }
    let text = String(systemBytes: bytes).prefix { !$0.isNewline }
    return text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
  }

  private static func packed(_ name: String, in path: String) -> String? {
    guard let bytes = try? FileSystem.read(path, limit: 64 << 20) else { return nil }
    let ending = Array(" \(name)".utf8)
    let line = bytes.split(separator: UInt8(ascii: "\n")).first { line in
      line.count > ending.count && line.suffix(ending.count).elementsEqual(ending)
    }
    return line.flatMap { commit(String(decoding: $0.dropLast(ending.count), as: UTF8.self)) }
  }

  private static func path(_ path: String, from directory: String) -> String {
    path.hasPrefix("/") ? path : FileSystem.join(directory, path)
  }

  private static func commit(_ text: String) -> String? {
    let isCommit =
      [40, 64].contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
      }
    return isCommit ? text : nil
  }
}
