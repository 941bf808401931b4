/// The decoder's last layer: a 3x3 convolution, padding 1, of 28 x 28 x 4 to 28 x 28, with a bias.
///
///     output[y][x] = bias + Σ input[y + ky - 1][x + kx - 1][i] · weight[i][ky][kx]
///     d weight[i][ky][kx] = Σ d output[y][x] · input[y + ky - 1][x + kx - 1][i]
///     d bias = Σ d output[y][x]
///     d input[y][x][i] = Σ d output[y - ky + 1][x - kx + 1] · weight[i][ky][kx]
enum OutputConvolution {
  static let channels = 4
  /// 28 x 28 x 4 inside a border of one zero pixel.
  static let inputCount = 30 * line
  /// 9 taps of the four channels twice over, then the bias.
  static let packedCount = biasInPacked + 8
  /// 9 taps x 4 channels, then the bias and three unused.
  static let gradientCount = biasInSums + 4
  /// The gradient of each output pixel four times over, inside a border that is never written: zeros.
  static let scratchCount = inputCount

  /// Floats of a line of the input.
  private static let line = 30 * channels
  private static let biasInPacked = 9 * 8
  private static let biasInSums = 9 * channels

  /// 1 x 4 x 3 x 3 and one float to the packed order.
  static func pack(
    _ parameters: UnsafePointer<Float>, _ tensors: WeightAndBias, into packed: Floats
  ) {
    let (weight, bias) = (parameters + tensors.weight.offset, parameters + tensors.bias.offset)
    for tap in 0..<9 {
      for lane in 0..<8 { packed[tap * 8 + lane] = weight[lane % 4 * 9 + tap] }
    }
    packed[biasInPacked] = bias[0]
  }

  /// The adjoint of `pack`.
  static func unpack(_ sums: Floats, into parameters: Floats, _ tensors: WeightAndBias) {
    let (weight, bias) = (parameters + tensors.weight.offset, parameters + tensors.bias.offset)
    for tap in 0..<9 { for i in 0..<4 { weight[i * 9 + tap] = sums[tap * 4 + i] } }
    bias[0] = sums[biasInSums]
  }

  /// - Parameters:
  ///   - input: 28 x 28 x 4 inside a border of one zero pixel.
  ///   - output: 28 x 28.
  static func forward(_ input: Floats, weights packed: Floats, into output: Floats) {
    let taps = taps(packed)
    let bias = packed[biasInPacked]
    for y in 0..<28 {
      for x in stride(from: 0, to: 28, by: 2) {
        let p = input + y * line + x * channels
        var columns = InlineArray<3, Vector8>(repeating: .zero)
        for tap in 0..<9 { columns[tap % 3].add(p.vector(offset(tap)), times: taps[tap]) }
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
  private static func taps(_ packed: Floats) -> InlineArray<9, Vector8> {
    InlineArray { tap in packed.vector(tap * 8) }
  }

  /// - Parameters:
  ///   - outputGradient: 28 x 28.
  ///   - input: what `forward` read.
  ///   - sums: `gradientCount` floats, added to.
  ///   - inputGradient: 28 x 28 x 4, without a border.
  static func backward(
    _ outputGradient: Floats, input: Floats, weights: Floats, scratch: Floats, sums: Floats,
    into inputGradient: Floats
  ) {
    for y in 0..<28 {
      for x in 0..<28 {
        let value = Vector4(repeating: outputGradient[y * 28 + x])
        scratch.set((y + 1) * line + (x + 1) * channels, value)
      }
    }
    addWeightGradient(scratch, input, to: sums)
    transpose(scratch, weights, into: inputGradient)
  }

  private static func transpose(_ repeated: Floats, _ packed: Floats, into gradient: Floats) {
    let taps = taps(packed)
    for y in 0..<28 {
      for x in stride(from: 0, to: 28 * channels, by: 8) {
        let p = repeated + y * line + x
        var columns = InlineArray<3, Vector8>(repeating: .zero)
        // Seen from the input, the kernel is turned round.
        for tap in 0..<9 { columns[tap % 3].add(p.vector(offset(tap)), times: taps[8 - tap]) }
        gradient.set(y * 28 * channels + x, columns[0] + columns[1] + columns[2])
      }
    }
  }

  private static func addWeightGradient(_ repeated: Floats, _ input: Floats, to target: Floats) {
    var taps = InlineArray<9, Vector8>(repeating: .zero)
    var bias = Vector8.zero
    for y in 0..<28 {
      for x in stride(from: 0, to: 28 * channels, by: 8) {
        let d: Vector8 = repeated.vector((y + 1) * line + channels + x)
        let p = input + y * line + x
        for tap in 0..<9 { taps[tap].add(d, times: p.vector(offset(tap))) }
        bias += d
      }
    }
    for tap in 0..<9 {
      let sum = target + tap * channels
      sum.set(0, sum.vector(0) + (taps[tap].lowHalf + taps[tap].highHalf))
    }
    target[biasInSums] += bias[0] + bias[4]
  }
}
