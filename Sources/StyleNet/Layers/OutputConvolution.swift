/// The decoder's last layer: a 3x3 convolution of 28 x 28 x 4 to 28 x 28, padding 1, with a bias.
///
/// Both activations it works on have borders of one pixel: 30 x 30 x 4.
enum OutputConvolution {
  static let channels = 4
  static let line = 30 * channels
  static let inputCount = 30 * line
  /// 9 taps of the four channels twice over, then the bias.
  static let packedCount = 9 * 8 + 8
  /// 9 taps x 4 channels, then the bias and three unused.
  static let gradientCount = 10 * channels

  /// O I H W -> tap, channel, each tap twice.
  static func pack(_ weight: Floats, bias: Floats, into packed: Floats) {
    for tap in 0..<9 {
      for lane in 0..<8 { packed[tap * 8 + lane] = weight[lane % 4 * 9 + tap] }
    }
    packed[72] = bias[0]
  }

  /// tap, channel -> O I H W.
  static func unpack(_ gradient: Floats, into weight: Floats, bias: Floats) {
    for tap in 0..<9 { for i in 0..<4 { weight[i * 9 + tap] = gradient[tap * 4 + i] } }
    bias[0] = gradient[36]
  }

  /// - Parameters:
  ///   - input: 30 x 30 x 4.
  ///   - output: 28 x 28.
  static func forward(_ input: Floats, packed: Floats, into output: Floats) {
    let weights = weights(packed)
    let bias = packed[72]
    for y in 0..<28 {
      for x in stride(from: 0, to: 28, by: 2) {
        let p = input + y * line + x * channels
        var columns = InlineArray<3, Vector8>(repeating: .zero)
        for tap in 0..<9 { columns[tap % 3].add(p.vector(offset(tap)), times: weights[tap]) }
        let sum = columns[0] + columns[1] + columns[2]
        let pairs = sum.evenHalf + sum.oddHalf
        output[y * 28 + x] = pairs[0] + pairs[1] + bias
        output[y * 28 + x + 1] = pairs[2] + pairs[3] + bias
      }
    }
  }

  /// Where a tap's pixel lies, from the first tap's on.
  @inline(__always)
  private static func offset(_ tap: Int) -> Int { tap / 3 * line + tap % 3 * channels }

  /// The nine taps, for two neighbouring pixels.
  @inline(__always)
  private static func weights(_ packed: Floats) -> InlineArray<9, Vector8> {
    InlineArray { tap in packed.vector(tap * 8) }
  }

  /// Repeats the gradient of each output pixel four times, inside a border of zeros, which
  /// `repeated` (30 x 30 x 4) must hold already.
  static func load(_ outputGradient: Floats, into repeated: Floats) {
    for y in 0..<28 {
      for x in 0..<28 {
        let value = Vector4(repeating: outputGradient[y * 28 + x])
        repeated.set((y + 1) * line + (x + 1) * channels, value)
      }
    }
  }

  /// The gradient of the input, inside its border: 28 x 28 x 4.
  static func differentiateInput(_ repeated: Floats, packed: Floats, into gradient: Floats) {
    let weights = weights(packed)
    for y in 0..<28 {
      for x in stride(from: 0, to: 28 * channels, by: 8) {
        let p = repeated + y * line + x
        var columns = InlineArray<3, Vector8>(repeating: .zero)
        // Seen from the input, the kernel is turned round.
        for tap in 0..<9 { columns[tap % 3].add(p.vector(offset(tap)), times: weights[8 - tap]) }
        gradient.set(y * 28 * channels + x, columns[0] + columns[1] + columns[2])
      }
    }
  }

  /// Adds the gradient of the weights and the bias.
  static func addWeightGradient(_ repeated: Floats, _ input: Floats, to gradient: Floats) {
    var sums = InlineArray<9, Vector8>(repeating: .zero)
    var bias = Vector8.zero
    for y in 0..<28 {
      for x in stride(from: 0, to: 28 * channels, by: 8) {
        let d: Vector8 = repeated.vector((y + 1) * line + channels + x)
        let p = input + y * line + x
        for tap in 0..<9 { sums[tap].add(d, times: p.vector(offset(tap))) }
        bias += d
      }
    }
    for tap in 0..<9 {
      let target = gradient + tap * channels
      target.set(0, target.vector(0) + (sums[tap].lowHalf + sums[tap].highHalf))
    }
    gradient[36] += bias[0] + bias[4]
  }
}
