import StyleNet
import Support

/// The files of a data set: a big-endian header of 32-bit numbers, then items.
///
/// The header is a magic number, which tells the layout, and the size of each dimension.
enum IDX {
  /// What a file holds.
  enum Content {
    case images
    case labels
    /// QMNIST's labels, which say who wrote each image too.
    case writers

    var name: String {
      switch self {
      case .images: "images"
      case .labels: "labels"
      case .writers: "writers"
      }
    }

    var layouts: [Layout] {
      switch self {
      case .images: [.images]
      case .labels: [.labels, .labelTable]
      case .writers: [.labelTable]
      }
    }
  }

  /// How a file is laid out, by its magic number.
  enum Layout: Int {
    /// N images, rows, columns: a byte for each pixel.
    case images = 0x803
    /// N labels: a byte each.
    case labels = 0x801
    /// N rows, columns: QMNIST's table of numbers of four bytes, of which the first of a row is the
    /// label.
    case labelTable = 0xC02

    /// How many numbers the header has.
    var numberCount: Int { self == .images ? 4 : self == .labels ? 2 : 3 }
    var headerCount: Int { 4 * numberCount }
  }

  /// A file that is as its header says.
  struct File {
    let layout: Layout
    /// Images or labels.
    let count: Int
    /// Header and items.
    let bytes: FileBytes
    let source: SourceFile
  }

  /// The most items that a compressed file may declare. Its items are kept in memory, while those of
  /// a plain file are mapped.
  static let compressedLimit = 1_000_000

  /// Opens a file, plain or compressed.
  ///
  /// - Throws: `FileError` at the first thing that is not as the format says.
  static func read(_ content: Content, from path: String) throws(FileError) -> File {
    let file = try MappedFile(path)
    let bytes: FileBytes =
      file.withUnsafeBytes(GzipReader.isGzip)
      ? .inMemory(try inflate(content, file.withUnsafeBytes(Array.init), path)) : .mapped(file)
    let (start, found) = bytes.withUnsafeBytes { (Array($0.prefix(Header.longest)), $0.count) }
    let header = try Header(content, start, path)
    guard found == header.fileCount else {
      throw FileError(path, header.contradiction(found, content))
    }
    // Last, since the check sum of a large file takes long.
    let source = SourceFile(
      name: String(path.split(separator: "/").last ?? ""),
      sha256: file.withUnsafeBytes { hexadecimal(Digest.sha256($0)) })
    return File(layout: header.layout, count: header.count, bytes: bytes, source: source)
  }

  /// Inflates a file no further than its header declares.
  static func inflate(
    _ content: Content, _ compressed: [UInt8], _ path: String
  ) throws(FileError) -> [UInt8] {
    // The header alone, at first: it says how much memory the rest may take.
    var start = try GzipReader(compressed, path: path)
    let header = try Header(content, start.read(upTo: Header.longest), path)
    guard header.count <= compressedLimit else {
      throw FileError(
        path,
        "\(header.count) \(content.name), more than the \(compressedLimit) that are read of a compressed"
          + " file; gunzip takes any number")
    }
    var reader = try GzipReader(compressed, path: path)
    let bytes = try reader.read(upTo: header.fileCount)
    guard bytes.count == header.fileCount else {
      throw FileError(path, "inflates to \(header.contradiction(bytes.count, content))")
    }
    try reader.finish(after: header.fileCount)
    return bytes
  }

  // MARK: Header

  /// What a header says.
  fileprivate struct Header {
    static let longest = Layout.images.headerCount

    let layout: Layout
    let count: Int
    /// The bytes of header and items.
    let fileCount: Int

    /// - Parameter bytes: the beginning of a file, as many as the longest header has or all.
    init(_ content: Content, _ bytes: [UInt8], _ path: String) throws(FileError) {
      func number(_ place: Int) -> Int {
        bytes[4 * place..<4 * place + 4].reduce(0) { $0 << 8 | Int($1) }
      }
      func require(_ count: Int) throws(FileError) {
        guard bytes.count >= count else {
          throw FileError(
            path, "\(bytes.count) bytes long, too short for a header of \(count)")
        }
      }
      let expected = content.layouts[0]
      try require(bytes.count < 4 ? expected.headerCount : 4)
      guard let layout = content.layouts.first(where: { $0.rawValue == number(0) }) else {
        let other = FileSignature.describe(bytes)
        throw FileError(
          path,
          other.map { "expected \(content.name), found \($0)" }
            ?? "magic number \(Self.hex(number(0))), expected \(Self.hex(expected.rawValue)) for"
            + " \(content.name)")
      }
      try require(layout.headerCount)
      let sizes = (1..<layout.numberCount).map(number)
      guard layout != .images || sizes[1...] == [Model.side, Model.side] else {
        throw FileError(
          path, "images of \(sizes[1]) x \(sizes[2]) pixels, expected \(Model.side) x \(Model.side)"
        )
      }
      guard layout != .labelTable || 1...100 ~= sizes[1] else {
        throw FileError(path, "\(sizes[1]) numbers a label, expected 1 to 100")
      }
      guard sizes[0] > 0 else { throw FileError(path, "no \(content.name) in it") }
      self.layout = layout
      count = sizes[0]
      let itemCount = sizes.dropFirst().reduce(layout == .labelTable ? 4 : 1, *)
      fileCount = layout.headerCount + count * itemCount
    }

    /// What is wrong with a file of so many bytes.
    func contradiction(_ found: Int, _ content: Content) -> String {
      "\(found - layout.headerCount) bytes of \(content.name),"
        + " expected the \(fileCount - layout.headerCount) that its header declares"
    }

    private static func hex(_ number: Int) -> String { "0x\(String(number, radix: 16))" }
  }
}

extension IDX.File {
  /// The labels that the file holds.
  ///
  /// - Throws: `FileError` naming the first that is no class.
  func labels(path: String) throws(FileError) -> [UInt8] {
    let labels =
      layout == .labels
      ? bytes.withUnsafeBytes { $0[layout.headerCount...].map(Int.init) } : column(0)
    if let index = labels.firstIndex(where: { $0 >= Model.classes }) {
      throw FileError(path, "label \(index) is \(labels[index]), expected 0 to 9")
    }
    return labels.map { UInt8($0) }
  }

  /// How many numbers a row of a label table has.
  var columns: Int { bytes.withUnsafeBytes { ($0.count - layout.headerCount) / count / 4 } }

  /// A number of each row of a label table.
  func column(_ column: Int) -> [Int] {
    let stride = 4 * columns
    precondition(layout == .labelTable && column < columns)
    return bytes.withUnsafeBytes { bytes in
      let items = bytes[layout.headerCount...]
      return (0..<count).map { row in
        let item = items.startIndex + row * stride + 4 * column
        return bytes[item..<item + 4].reduce(0) { $0 << 8 | Int($1) }
      }
    }
  }
}

/// The bytes of a file: where they are, or in memory.
enum FileBytes: Sendable {
  case mapped(MappedFile)
  case inMemory([UInt8])

  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    switch self {
    case .mapped(let file): file.withUnsafeBytes(body)
    case .inMemory(let bytes): bytes.withUnsafeBytes(body)
    }
  }
}
