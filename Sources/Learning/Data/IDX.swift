import StyleNet
import Support

/// The files of MNIST: a big-endian header of 32-bit numbers, then bytes.
///
/// Images begin with the magic number 0x803 and three sizes (images, rows, columns), labels with
/// 0x801 and one.
enum IDX {
  /// What a file holds.
  enum Content {
    case images
    case labels

    var magic: Int { self == .images ? 0x803 : 0x801 }
    var headerCount: Int { self == .images ? 16 : 8 }
    var itemCount: Int { self == .images ? Model.pixels : 1 }
    var name: String { self == .images ? "images" : "labels" }
  }

  /// A file's content and the record of where it comes from.
  struct File {
    let header: [UInt8]
    /// The bytes after the header.
    let items: [UInt8]
    let source: SourceFile
  }

  /// The most images a file may hold: the largest data set of this kind, EMNIST's digits, has
  /// 280,000 in all.
  static let countLimit = 300_000

  /// Reads a file's items, plain or compressed.
  ///
  /// - Throws: `FileError` at the first thing that is not as the format says.
  static func read(_ content: Content, from path: String) throws(FileError) -> File {
    let sizeLimit = content.headerCount + countLimit * content.itemCount
    var bytes = try FileSystem.read(path, limit: sizeLimit)
    let source = SourceFile(name: String(path.split(separator: "/").last ?? ""), bytes: bytes)
    if path.hasSuffix(".gz") {
      let (header, items) = try inflate(content, bytes, path)
      return File(header: header, items: items, source: source)
    }
    let header = Array(bytes.prefix(content.headerCount))
    let count = try itemCount(content, header: header[...], path)
    bytes.removeFirst(content.headerCount)
    guard bytes.count == count else {
      throw FileError(
        path,
        "\(bytes.count) bytes of \(content.name), expected the \(count) that its header declares")
    }
    return File(header: header, items: bytes, source: source)
  }

  /// Inflates a file no further than its header declares.
  static func inflate(
    _ content: Content, _ compressed: [UInt8], _ path: String
  ) throws(FileError) -> (header: [UInt8], items: [UInt8]) {
    var reader = try GzipReader(compressed, path: path)
    let header = try reader.read(upTo: content.headerCount)
    let count = try itemCount(content, header: header[...], path)
    let items = try reader.read(upTo: count)
    guard items.count == count else {
      throw FileError(
        path,
        "inflates to \(items.count) bytes of \(content.name), expected the \(count) that its header declares"
      )
    }
    try reader.finish(after: content.headerCount + count)
    return (header, items)
  }

  /// The number of bytes that follow a header.
  private static func itemCount(
    _ content: Content, header: ArraySlice<UInt8>, _ path: String
  ) throws(FileError) -> Int {
    guard header.count == content.headerCount else {
      throw FileError(
        path, "\(header.count) bytes long, too short for a header of \(content.headerCount)")
    }
    let numbers = stride(from: header.startIndex, to: header.endIndex, by: 4).map { start in
      header[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    guard numbers[0] == content.magic else {
      throw FileError(
        path,
        "magic number \(hex(numbers[0])), expected \(hex(content.magic)) for \(content.name)")
    }
    guard 1...countLimit ~= numbers[1] else {
      throw FileError(path, "\(numbers[1]) \(content.name), expected 1 to \(countLimit)")
    }
    guard content == .labels || numbers[2...] == [Model.side, Model.side] else {
      throw FileError(
        path,
        "images of \(numbers[2]) x \(numbers[3]) pixels, expected \(Model.side) x \(Model.side)")
    }
    return numbers[1] * content.itemCount
  }

  private static func hex(_ number: Int) -> String { "0x\(String(number, radix: 16))" }
}
