/// A picture of 32-bit pixels, 0xAARRGGBB with premultiplied colour, row after row from the top.
package struct Bitmap: Sendable, Equatable {
  package let width: Int
  package let height: Int
  /// `width * height` pixels.
  package var pixels: [UInt32]

  /// A picture of one colour.
  package init(width: Int, height: Int, filledWith pixel: UInt32) {
    precondition(width >= 0 && height >= 0)
    self.width = width
    self.height = height
    pixels = [UInt32](repeating: pixel, count: width * height)
  }

  package init(width: Int, height: Int, pixels: [UInt32]) {
    precondition(width >= 0 && height >= 0 && pixels.count == width * height)
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// The picture with every pixel a square of `zoom` by `zoom`.
  func zoomed(_ zoom: Int) -> Bitmap {
    guard zoom > 1 else { return self }
    var result: [UInt32] = []
    result.reserveCapacity(pixels.count * zoom * zoom)
    for row in 0..<height {
      let line = pixels[row * width..<(row + 1) * width].flatMap { pixel in
        repeatElement(pixel, count: zoom)
      }
      for _ in 0..<zoom { result += line }
    }
    return Bitmap(width: width * zoom, height: height * zoom, pixels: result)
  }

  /// An opaque picture of `width * height` grey values, 0 black and 255 white.
  package init(grey values: some Collection<UInt8>, width: Int, height: Int) {
    self.init(
      width: width, height: height,
      pixels: values.map { 0xff00_0000 | UInt32($0) &* 0x01_0101 })
  }
}
