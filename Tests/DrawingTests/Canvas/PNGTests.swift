import Testing

@testable import Drawing

@Suite struct PNGTests {
  @Test func greyPicturesSurvive() throws {
    let values = (0..<28 * 5).map { UInt8($0 * 37 % 256) }
    let picture = try PNG.pixmap(PNG.encodeGrey(values, width: 28, height: 5))
    #expect(picture.width == 28 && picture.height == 5)
    #expect(picture.colors == values.map { Color(UInt32($0) * 0x01_0101) })
  }

  @Test func greyPicturesAreOneByteAPixel() throws {
    let bytes = try PNG.encodeGrey([UInt8](repeating: 9, count: 12), width: 4, height: 3)
    // Width, height, depth and colour type of the header chunk.
    #expect(bytes[16..<26] == [0, 0, 0, 4, 0, 0, 0, 3, 8, 0])
  }

  @Test(arguments: [(11, 4, 3), (0, 0, 0), (4, -2, -2), (5, 5, 0)])
  func refusesPixelsThatDoNotFillThePicture(count: Int, width: Int, height: Int) {
    #expect(throws: CanvasError.self) {
      try PNG.encodeGrey([UInt8](repeating: 0, count: count), width: width, height: height)
    }
  }

  @Test(arguments: [(1, 1), (2, 1), (3, 2), (4, 2), (5, 4), (16, 4), (17, 8), (256, 8)])
  func fewColoursAreKeptInAsFewBitsAsTheyNeed(colors: Int, depth: UInt8) throws {
    let pixels = (0..<40 * 30).map { UInt32($0 % colors) * 0x0f_0101 & 0xff_ffff }
    let bytes = try encode(pixels, width: 40, height: 30)
    #expect(bytes[24] == depth)
    #expect(bytes[25] == 3, "a palette")
    #expect(try PNG.pixmap(bytes).colors == pixels.map { Color($0) })
  }

  @Test func holdsNothingButThePicture() throws {
    let bytes = try encode([0, 1, 2, 3], width: 2, height: 2)
    #expect(chunks(bytes) == ["IHDR", "PLTE", "IDAT", "IEND"])
  }

  @Test func theSameBytesEachTime() throws {
    let pixels = (0..<10_000).map { UInt32(truncatingIfNeeded: $0 &* 2_654_435_761) & 0xff_ffff }
    let first = try encode(pixels, width: 100, height: 100)
    #expect(try encode(pixels, width: 100, height: 100) == first)
  }

  // MARK: Help

  private func encode(
    _ pixels: [UInt32], width: Int, height: Int
  ) throws(CanvasError) -> [UInt8] {
    try pixels.withUnsafeBufferPointer { pixels throws(CanvasError) in
      try PNG.encode(pixels, width: width, height: height)
    }
  }

  /// The names of a file's chunks.
  private func chunks(_ bytes: [UInt8]) -> [String] {
    var names: [String] = []
    var position = 8
    while position + 8 <= bytes.count {
      let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
      names.append(String(decoding: bytes[position + 4..<position + 8], as: UTF8.self))
      position += 12 + length
    }
    return names
  }
}
