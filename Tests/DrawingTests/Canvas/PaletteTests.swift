import Testing

@testable import Drawing

@Suite struct PaletteTests {
  @Test func fewColoursStayExactly() {
    let pixels: [UInt32] = [7, 7, 0xffffff, 7, 0x123456, 0xffffff]
    let indexed = index(pixels)
    #expect(indexed.palette == [Color(7), Color(0xffffff), Color(0x123456)])
    #expect(indexed.indices == [0, 0, 1, 0, 2, 1])
  }

  @Test func theTopmostByteMeansNothing() {
    #expect(index([0x0000_0007, 0xff00_0007]).palette == [Color(7)])
  }

  @Test func exactly256ColoursStay() {
    let pixels = (0..<256).map { UInt32($0 * 65_793 + 1) & 0xff_ffff }
    #expect(index(pixels).palette.count == 256)
    #expect(restored(index(pixels)) == pixels)
  }

  @Test func manyColoursBecome128NearOnes() {
    // All of a plane in the cube of colours: 65,536 of them.
    let pixels = (0..<65_536).map { (index: UInt32) -> UInt32 in
      (index >> 8) << 16 | (index & 255) << 8 | 0x40
    }
    let indexed = index(pixels)
    #expect(indexed.palette.count == 128)
    let errors = zip(pixels, restored(indexed)).map { distance($0, $1) }
    // 128 rectangles of 16 x 32 colours: none much further than half a diagonal, 18.
    #expect((errors.max() ?? 0) <= 24)
    #expect(errors.reduce(0, +) / Double(errors.count) < 10)
  }

  @Test func theBackgroundKeepsItsColour() {
    // A large plain area in the midst of colours that are next to it and of others.
    let noise = (0..<5000).map { (index: UInt32) -> UInt32 in
      (index % 7) << 16 | (index % 251) << 8 | index % 253
    }
    let near = (0..<900).map { (index: UInt32) -> UInt32 in 0xf6f7f9 - index % 3 }
    let plain = [UInt32](repeating: 0xf6f7f9, count: 200_000)
    let pixels = noise + near + plain
    #expect(restored(index(pixels)).last == 0xf6f7f9)
  }

  @Test func nothingIsNothing() {
    #expect(index([]).indices.isEmpty)
  }

  // MARK: Help

  private func index(_ pixels: [UInt32]) -> IndexedPixels {
    pixels.withUnsafeBufferPointer { IndexedPixels($0) }
  }

  private func restored(_ indexed: IndexedPixels) -> [UInt32] {
    indexed.indices.map { indexed.palette[Int($0)].pixel & 0xff_ffff }
  }

  private func distance(_ a: UInt32, _ b: UInt32) -> Double {
    let parts = [16, 8, 0].map { shift in
      Double((a >> shift) & 255) - Double((b >> shift) & 255)
    }
    return parts.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
