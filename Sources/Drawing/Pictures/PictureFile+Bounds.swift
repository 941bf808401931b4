import CLeptonica

/// Decoders do as much as a file asks for. What they are given here keeps their time and memory
/// within the file's length and its picture's size.
extension PictureFile {
  /// The most scans of a JPEG picture, each of which is a pass over all of it. Programs write ten.
  private static let mostScans = 100

  /// What a decoder needs of a file; nil if it asks for more than it holds.
  static func bounded(_ file: [UInt8], format: Int) -> [UInt8]? {
    switch format {
    case IFF_PNG: pictureChunks(of: file)
    case IFF_GIF: GIFFrame(firstOf: file).map { file.prefix($0.end) + [0x3b] }
    case IFF_JFIF_JPEG: scanCount(of: file) <= mostScans ? file : nil
    case IFF_TIFF: TIFFDirectory(file[...])?.isWithinFile == true ? file : nil
    default: file
    }
  }

  /// A PNG file without texts and the like, of which libpng unpacks 8 MB each. Chunks are length,
  /// name, data and check sum; a name in upper case says that the picture needs it.
  private static func pictureChunks(of file: [UInt8]) -> [UInt8] {
    let reader = ByteReader(bytes: file[...], isBigEndian: true)
    var kept = Array(file.prefix(8))
    kept.reserveCapacity(file.count)
    var place = kept.count
    while let length = reader.number(at: place, count: 4) {
      let chunk = file[place...].prefix(12 + length)
      let name = chunk.dropFirst(4).prefix(4)
      let isNeeded = name.first.map { $0 & 0x20 == 0 } ?? true
      if isNeeded || name.elementsEqual("tRNS".utf8) || name.elementsEqual("eXIf".utf8) {
        kept += chunk
      }
      place += chunk.count
    }
    return kept
  }

  /// Within a scan 0xff is followed by 0, and elsewhere the two bytes are rare.
  private static func scanCount(of file: [UInt8]) -> Int {
    zip(file, file.dropFirst()).count { $0 == 0xff && $1 == 0xda }
  }
}

/// The first frame of a GIF file, which is the one that is read. Its size may differ from the
/// screen's, which the file's header has.
struct GIFFrame {
  let width, height: Int
  /// Where its data ends.
  let end: Int

  init?(firstOf file: [UInt8]) {
    let reader = ByteReader(bytes: file[...], isBigEndian: false)
    /// The bytes of a palette whose size is in the byte at a place.
    func palette(_ place: Int) -> Int? {
      reader.number(at: place, count: 1).map { $0 & 0x80 == 0 ? 0 : 6 << ($0 & 7) }
    }
    /// Where blocks end that have their length before them; the last is empty.
    func end(ofBlocksAt start: Int) -> Int {
      var place = start
      while let length = reader.number(at: place, count: 1), length > 0 { place += 1 + length }
      return place + 1
    }
    guard var place = palette(10).map({ 13 + $0 }) else { return nil }
    // Extensions come before it.
    while reader.number(at: place, count: 1) == 0x21 { place = end(ofBlocksAt: place + 2) }
    guard reader.number(at: place, count: 1) == 0x2c,
      let width = reader.number(at: place + 5, count: 2),
      let height = reader.number(at: place + 7, count: 2), let palette = palette(place + 9)
    else { return nil }
    (self.width, self.height) = (width, height)
    self.end = end(ofBlocksAt: place + 11 + palette)
  }
}

/// The first directory of a TIFF file, or of an EXIF block, which is laid out alike.
struct TIFFDirectory {
  struct Entry {
    let tag, type, count: Int
    /// Where its value stands, or where the value's place stands if that is longer than four bytes.
    let place: Int
  }

  let reader: ByteReader
  private(set) var entries: [Entry] = []

  init?(_ block: ArraySlice<UInt8>) {
    let isBigEndian = block.starts(with: "MM\0*".utf8)
    guard isBigEndian || block.starts(with: "II*\0".utf8) else { return nil }
    reader = ByteReader(bytes: block, isBigEndian: isBigEndian)
    guard let start = reader.number(at: 4, count: 4), let count = reader.number(at: start, count: 2)
    else { return nil }
    for index in 0..<count {
      let place = start + 2 + 12 * index
      guard let tag = reader.number(at: place, count: 2),
        let type = reader.number(at: place + 2, count: 2),
        let count = reader.number(at: place + 4, count: 4)
      else { return }
      entries.append(Entry(tag: tag, type: type, count: count, place: place + 8))
    }
  }

  /// Whether its strips or tiles together are no longer than the file. Strips may share their bytes,
  /// and a million times a megabyte is unpacked for ever.
  var isWithinFile: Bool {
    let (stripByteCounts, tileByteCounts) = (279, 325)
    let lists = entries.filter { [stripByteCounts, tileByteCounts].contains($0.tag) }
    // Each takes a pass over the file.
    return lists.count <= 2 && lists.allSatisfy(isWithinFile)
  }

  private func isWithinFile(_ lengths: Entry) -> Bool {
    // Types 1, 3 and 4 are numbers of one, two and four bytes.
    guard let size = [1: 1, 3: 2, 4: 4][lengths.type] else { return false }
    let isInPlace = size * lengths.count <= 4
    let start = isInPlace ? lengths.place : reader.number(at: lengths.place, count: 4)
    guard let start else { return false }
    var sum = 0
    for index in 0..<lengths.count {
      guard let length = reader.number(at: start + size * index, count: size) else { return false }
      sum += length
      if sum > reader.bytes.count { return false }
    }
    return true
  }
}

/// Reads numbers from bytes that may end early.
struct ByteReader {
  let bytes: ArraySlice<UInt8>
  let isBigEndian: Bool

  /// A number of up to four bytes; nil if it lies beyond the end.
  func number(at place: Int, count: Int) -> Int? {
    let part = bytes.dropFirst(place).prefix(count)
    guard part.count == count else { return nil }
    return isBigEndian
      ? part.reduce(0) { $0 << 8 | Int($1) } : part.reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
