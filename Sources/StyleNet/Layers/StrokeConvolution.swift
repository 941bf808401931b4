/// The encoder's first layer: a 5x5 convolution of the image, stride 2, padding 2, 16 channels.
///
/// Input 32 x 32 floats, the image inside a border of two zeros; output 14 x 14 x 16.
enum StrokeConvolution {
  static let outputCount = 14 * 14 * 16
  static let inputCount = 32 * 32
  /// 25 taps x 16 channels.
  static let weightCount = 25 * 16

  /// O I H W -> tap, channel.
  static func pack(_ weight: Floats, into packed: Floats) {
    for o in 0..<16 { for tap in 0..<25 { packed[tap * 16 + o] = weight[o * 25 + tap] } }
  }

  /// tap, channel -> O I H W.
  static func unpack(_ gradient: Floats, into weight: Floats) {
    for o in 0..<16 { for tap in 0..<25 { weight[o * 25 + tap] = gradient[tap * 16 + o] } }
  }

  /// Maps bytes 0...255 to p/127.5 - 1 inside a border of zeros, which `padded` must hold already.
  static func load(_ pixels: UnsafePointer<UInt8>, into padded: Floats) {
    for y in 0..<28 {
      let (source, target) = (pixels + y * 28, padded + (y + 2) * 32 + 2)
      for x in 0..<28 { target[x] = Float(source[x]) / 127.5 - 1 }
    }
  }

  /// - Parameters:
  ///   - padded: 32 x 32.
  ///   - packed: from `pack`.
  ///   - output: 14 x 14 x 16.
  static func forward(_ padded: Floats, packed: Floats, into output: Floats) {
    for y in 0..<14 {
      let (row, target) = (padded + 2 * y * 32, output + y * 14 * 16)
      fivePixels(row, packed, target)
      fivePixels(row + 10, packed, target + 5 * 16)
      // These overlap those before them by a pixel: the same sums are written twice.
      fivePixels(row + 18, packed, target + 9 * 16)
    }
  }

  /// Five neighbouring output pixels.
  @inline(__always)
  private static func fivePixels(_ input: Floats, _ packed: Floats, _ output: Floats) {
    var sums = InlineArray<5, Vector16>(repeating: .zero)
    for ky in 0..<5 {
      for kx in 0..<5 {
        let w: Vector16 = packed.vector((ky * 5 + kx) * 16)
        let source = input + ky * 32 + kx
        for x in 0..<5 { sums[x].add(source[2 * x], times: w) }
      }
    }
    for x in 0..<5 { output.set(x * 16, sums[x]) }
  }

  /// Adds the gradient of the weights, in the packed order.
  static func differentiate(_ padded: Floats, outputGradient: Floats, to gradient: Floats) {
    for ky in 0..<5 {
      let target = gradient + ky * 5 * 16
      var sums = InlineArray<5, Vector16>(repeating: .zero)
      for kx in 0..<5 { sums[kx] = target.vector(kx * 16) }
      for y in 0..<14 {
        let (row, d) = (padded + (2 * y + ky) * 32, outputGradient + y * 14 * 16)
        for x in 0..<14 {
          let g: Vector16 = d.vector(x * 16)
          for kx in 0..<5 { sums[kx].add(row[2 * x + kx], times: g) }
        }
      }
      for kx in 0..<5 { target.set(kx * 16, sums[kx]) }
    }
  }
}
