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

  static func forward(_ padded: Floats, packed: Floats, into output: Floats) {
    for y in 0..<14 {
      let (row, target) = (padded + 2 * y * 32, output + y * 14 * 16)
      tile5(row, packed, target)
      tile5(row + 10, packed, target + 5 * 16)
      // The last tile overlaps the one before it by a pixel: the same sums are written twice.
      tile5(row + 18, packed, target + 9 * 16)
    }
  }

  /// Five neighbouring output pixels.
  @inline(__always)
  private static func tile5(_ input: Floats, _ packed: Floats, _ output: Floats) {
    var (s0, s1, s2) = (Vector16.zero, Vector16.zero, Vector16.zero)
    var (s3, s4) = (Vector16.zero, Vector16.zero)
    for ky in 0..<5 {
      for kx in 0..<5 {
        let w: Vector16 = packed.vector((ky * 5 + kx) * 16)
        let source = input + ky * 32 + kx
        s0.add(source[0], times: w)
        s1.add(source[2], times: w)
        s2.add(source[4], times: w)
        s3.add(source[6], times: w)
        s4.add(source[8], times: w)
      }
    }
    output.set(0, s0)
    output.set(16, s1)
    output.set(32, s2)
    output.set(48, s3)
    output.set(64, s4)
  }

  /// Adds the gradient of the weights, in the packed order.
  static func differentiate(_ padded: Floats, outputGradient: Floats, to gradient: Floats) {
    for ky in 0..<5 {
      let target = gradient + ky * 5 * 16
      var (s0, s1): (Vector16, Vector16) = (target.vector(0), target.vector(16))
      var (s2, s3): (Vector16, Vector16) = (target.vector(32), target.vector(48))
      var s4: Vector16 = target.vector(64)
      for y in 0..<14 {
        let (row, d) = (padded + (2 * y + ky) * 32, outputGradient + y * 14 * 16)
        for x in 0..<14 {
          let g: Vector16 = d.vector(x * 16)
          let source = row + 2 * x
          s0.add(source[0], times: g)
          s1.add(source[1], times: g)
          s2.add(source[2], times: g)
          s3.add(source[3], times: g)
          s4.add(source[4], times: g)
        }
      }
      target.set(0, s0)
      target.set(16, s1)
      target.set(32, s2)
      target.set(48, s3)
      target.set(64, s4)
    }
  }
}
