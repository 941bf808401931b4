import CLeptonica

/// How a picture is stored, as its EXIF entry 0x112 says: by how much it is to be turned, and
/// whether it is to be mirrored.
struct EXIFOrientation {
  /// 1 to 8; 1 is upright.
  private var value = 1
  /// Where a TIFF file has the value.
  private(set) var place: Int?

  init(of file: [UInt8], format: Int) {
    let block: ArraySlice<UInt8>? =
      switch format {
      case IFF_TIFF: file[...]
      case IFF_JFIF_JPEG: Self.block(inJPEG: file)
      case IFF_PNG: Self.block(inChunksOf: file[8...], isBigEndian: true)
      case IFF_WEBP: Self.block(inChunksOf: file[12...], isBigEndian: false)
      default: nil
      }
    if let block { read(block) }
  }

  private mutating func read(_ block: ArraySlice<UInt8>) {
    guard let directory = TIFFDirectory(block),
      let entry = directory.entries.first(where: { $0.tag == 0x112 }),
      let found = directory.reader.number(at: entry.place, count: 2), (1...8).contains(found)
    else { return }
    value = found
    place = block.startIndex + entry.place + (directory.reader.isBigEndian ? 1 : 0)
  }

  /// The EXIF block in an APP1 segment before the picture begins (0xda).
  private static func block(inJPEG file: [UInt8]) -> ArraySlice<UInt8>? {
    let reader = ByteReader(bytes: file[...], isBigEndian: true)
    var place = 2
    while reader.number(at: place, count: 1) == 0xff,
      let marker = reader.number(at: place + 1, count: 1), marker != 0xda,
      let length = reader.number(at: place + 2, count: 2)
    {
      // Any number of them may come before a marker.
      if marker == 0xff {
        place += 1
        continue
      }
      let segment = file.dropFirst(place + 4).prefix(max(length - 2, 0))
      if marker == 0xe1 && segment.starts(with: prefix) { return segment.dropFirst(prefix.count) }
      place += 2 + length
    }
    return nil
  }

  private static let prefix = Array("Exif\0\0".utf8)

  /// The EXIF block among chunks: of a PNG file they are length, name, data and check sum; of a WebP
  /// file name, length and data, padded to an even length.
  private static func block(
    inChunksOf file: ArraySlice<UInt8>, isBigEndian isPNG: Bool
  ) -> ArraySlice<UInt8>? {
    var rest = file
    while let length = ByteReader(bytes: rest, isBigEndian: isPNG).number(
      at: isPNG ? 0 : 4, count: 4)
    {
      let data = rest.dropFirst(8).prefix(length)
      if rest.dropFirst(isPNG ? 4 : 0).starts(with: (isPNG ? "eXIf" : "EXIF").utf8) {
        return data.starts(with: prefix) ? data.dropFirst(prefix.count) : data
      }
      rest = rest.dropFirst(8 + length + (isPNG ? 4 : length % 2))
    }
    return nil
  }

  /// The picture turned upright.
  func upright(_ picture: consuming Picture) throws(PictureError) -> Picture {
    // Quarter turns clockwise, then mirroring.
    let quarters: [Int32] = [0, 0, 2, 2, 1, 1, 3, 3]
    let isMirrored = [2, 4, 5, 7].contains(value)
    let turned = try Picture(pixRotateOrth(picture.handle, quarters[value - 1]))
    return isMirrored ? try Picture(pixFlipLR(nil, turned.handle)) : turned
  }
}
