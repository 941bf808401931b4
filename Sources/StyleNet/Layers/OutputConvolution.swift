/// The decoder's last layer: a 3x3 convolution, padding 1, of 28 x 28 x 4 to 28 x 28, with a bias.
///
///     output[y][x] = bias + Σ input[y + ky - 1][x + kx - 1][i] · weight[i][ky][kx]
///     d weight[i][ky][kx] = Σ d output[y][x] · input[y + ky - 1][x + kx - 1][i]
///     d bias = Σ d output[y][x]
///     d input[y][x][i] = Σ d output[y - ky + 1][x - kx + 1] · weight[i][ky][kx]
struct OutputConvolution: Layer {
  /// 28 x 28 x 4 inside a border of one zero pixel.
  static let inputCount = 30 * 30 * 4

  private var channels: Int { 4 }
  /// Floats of a line of the input.
  private var line: Int { 30 * channels }
  private let place: LayerPlace

  init(_ name: StaticString, in plan: inout NetworkPlan) {
    // The bias follows the taps. In scratch is the gradient of each output pixel four times over,
    // inside a border that is never written: zeros.
    place = plan.place(
      name, .weightAndBias([1, 4, 3, 3]), packed: 9 * 8 + 1, sums: 9 * 4 + 1,
      scratch: Self.inputCount)
    plan.append(self)
  }

  /// 1 x 4 x 3 x 3 to 9 taps of the four channels twice over.
  func pack(_ parameters: UnsafePointer<Float>, into weights: Floats) {
    let (weight, packed) = (parameters + place.weight, weights + place.packed)
    for tap in 0..<9 {
      for lane in 0..<8 { packed[tap * 8 + lane] = weight[lane % 4 * 9 + tap] }
    }
    packed[9 * 8] = parameters[place.bias]
  }

  func unpack(_ sums: Floats, into gradient: Floats) {
    let (weight, sums) = (gradient + place.weight, sums + place.sums)
    for tap in 0..<9 { for i in 0..<4 { weight[i * 9 + tap] = sums[tap * 4 + i] } }
    gradient[place.bias] = sums[9 * 4]
  }

  /// - Parameters:
  ///   - input: 28 x 28 x 4 inside a border of one zero pixel.
  ///   - output: 28 x 28.
  func forward(_ input: Floats, in workspace: Workspace, into output: Floats) {
    let taps = taps(workspace)
    let bias = workspace.weights[place.packed + 9 * 8]
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
  private func offset(_ tap: Int) -> Int { tap / 3 * line + tap % 3 * channels }

  /// The nine taps, for two neighbouring pixels.
  @inline(__always)
  private func taps(_ workspace: Workspace) -> InlineArray<9, Vector8> {
    InlineArray { tap in workspace.weights.vector(place.packed + tap * 8) }
  }

  /// - Parameters:
  ///   - outputGradient: 28 x 28.
  ///   - input: what `forward` read.
  ///   - sums: of the network, added to.
  ///   - inputGradient: 28 x 28 x 4, without a border.
  func backward(
    _ outputGradient: Floats, input: Floats, in workspace: Workspace, sums: Floats,
    into inputGradient: Floats
  ) {
    let repeated = workspace.scratch + place.scratch
    for y in 0..<28 {
      for x in 0..<28 {
        let value = Vector4(repeating: outputGradient[y * 28 + x])
        repeated.set((y + 1) * line + (x + 1) * channels, value)
      }
    }
    addWeightGradient(repeated, input, to: sums + place.sums)
    transpose(repeated, taps(workspace), into: inputGradient)
  }

  private func transpose(
    _ repeated: Floats, _ taps: InlineArray<9, Vector8>, into gradient: Floats
  ) {
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

  private func addWeightGradient(_ repeated: Floats, _ input: Floats, to target: Floats) {
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
    target[9 * 4] += bias[0] + bias[4]
  }
}
