import Testing

@testable import Drawing

@Suite struct ImageSurfaceTests {
  private let white = Color(0xffffff)

  @Test func beginsInItsBackground() throws {
    let pixels = try draw(Size(3, 2), background: Color(0x123456)) { _ in }
    #expect(pixels == [UInt32](repeating: 0x123456, count: 6))
  }

  @Test func isAsManyPixelsAsTheScaleAsks() throws {
    let surface = try ImageSurface(size: Size(10.5, 4), scale: 2, background: white)
    #expect(surface.width == 21)
    #expect(surface.height == 8)
  }

  @Test(arguments: [
    (Size(0, 5), 1.0), (Size(5, -1), 1), (Size(40_000, 1), 1), (Size(10_000, 10_000), 1),
    (Size(.nan, 5), 1), (Size(.infinity, 5), 1), (Size(5, 5), 0), (Size(5, 5), .nan),
    (Size(5, 5), -2), (Size(5, 5), 1e300),
  ])
  func refusesASizeThatMakesNoSense(size: Size, scale: Double) {
    #expect(throws: CanvasError.self) {
      _ = try ImageSurface(size: size, scale: scale, background: white)
    }
  }

  @Test func fillsWholePixels() throws {
    let pixels = try draw(Size(4, 3)) { context in
      context.fill(Rect(1, 1, 2, 1), Color(0xff0000))
    }
    var expected = [UInt32](repeating: 0xffffff, count: 12)
    expected[5] = 0xff0000
    expected[6] = 0xff0000
    #expect(pixels == expected)
  }

  @Test func drawsNothingOutsideAClip() throws {
    let pixels = try draw(Size(4, 1)) { context in
      context.saved { context in
        context.clip(to: Rect(0, 0, 1, 1))
        context.fill(Rect(0, 0, 4, 1), Color(0))
      }
      context.fill(Rect(3, 0, 1, 1), Color(0x0000ff))
    }
    #expect(pixels == [0, 0xffffff, 0xffffff, 0x0000ff])
  }

  @Test func opacityLetsTheGroundThrough() throws {
    let pixels = try draw(Size(1, 1)) { context in
      context.fill(Rect(0, 0, 1, 1), Color(0).opacity(0.5))
    }
    #expect(abs(Int(pixels[0] & 255) - 127) <= 1)
  }

  @Test func anAlignedLineCoversWholePixels() throws {
    for scale in [1.0, 2, 3] {
      let surface = try ImageSurface(size: Size(4, 4), scale: scale, background: white)
      try surface.draw { context in
        let y = context.aligned(1.8)
        context.line(from: Point(0, y), to: Point(4, y), Color(0))
      }
      let colors = surface.withPixels { Set($0.map { $0 & 0xff_ffff }) }
      #expect(colors == [0, 0xffffff])
    }
  }

  @Test func enlargesPicturesToCrispSquares() throws {
    let picture = Bitmap(grey: [0, 255, 255, 0], width: 2, height: 2)
    let surface = try ImageSurface(size: Size(4, 4), scale: 2, background: Color(0xff0000))
    try surface.draw { context in context.draw(picture, in: Rect(0, 0, 4, 4)) }
    let pixels = surface.withPixels { $0.map { $0 & 0xff_ffff } }
    for (index, pixel) in pixels.enumerated() {
      let (x, y) = (index % 8, index / 8)
      #expect(pixel == ((x < 4) == (y < 4) ? 0 : 0xffffff))
    }
  }

  @Test func aPictureWithoutPixelsIsNotDrawn() throws {
    let empty = Bitmap(width: 0, height: 0, pixels: [])
    let pixels = try draw(Size(1, 1)) { context in context.draw(empty, in: Rect(0, 0, 1, 1)) }
    #expect(pixels == [0xffffff])
  }

  private func draw(
    _ size: Size, background: Color = Color(0xffffff), _ body: (borrowing Context) -> Void
  ) throws -> [UInt32] {
    let surface = try ImageSurface(size: size, scale: 1, background: background)
    try surface.draw(body)
    return surface.withPixels { $0.map { $0 & 0xff_ffff } }
  }
}
