/// A picture of 32-bit pixels, 0xAARRGGBB with premultiplied colour, row after row from the top.
struct Bitmap: Equatable {
  let width, height: Int
  /// `width * height` pixels.
  var pixels: [UInt32]

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
}

extension Bitmap {
  /// An opaque picture of `width * height` grey values, 0 black and 255 white.
  init(grey values: [UInt8], width: Int, height: Int) {
    self.init(
      width: width, height: height,
      pixels: values.map { 0xff00_0000 | UInt32($0) &* 0x01_0101 })
  }
}
