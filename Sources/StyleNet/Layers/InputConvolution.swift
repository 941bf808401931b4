/// The encoder's first layer: a 5x5 convolution of the image, stride 2, padding 2, 16 channels.
///
///     output[y][x][o] = Σ input[2y + ky - 2][2x + kx - 2] · weight[o][ky][kx]
///     d weight[o][ky][kx] = Σ d output[y][x][o] · input[2y + ky - 2][2x + kx - 2]
struct InputConvolution: Layer {
  /// 32 x 32: the image inside a border of two zeros.
  static let inputCount = 32 * 32
  /// 14 x 14 x 16.
  static let outputCount = 14 * 14 * 16
  private let place: LayerPlace

  init(_ name: StaticString, in plan: inout NetworkPlan) {
    place = plan.place(name, .weight([16, 1, 5, 5]), packed: 25 * 16, sums: 25 * 16)
    plan.append(self)
  }

  /// 16 x 1 x 5 x 5 to 25 taps x 16 channels.
  func pack(_ parameters: UnsafePointer<Float>, into weights: Floats) {
    let (weight, packed) = (parameters + place.weight, weights + place.packed)
    for o in 0..<16 { for tap in 0..<25 { packed[tap * 16 + o] = weight[o * 25 + tap] } }
  }

  func unpack(_ sums: Floats, into gradient: Floats) {
    let (weight, sums) = (gradient + place.weight, sums + place.sums)
    for o in 0..<16 { for tap in 0..<25 { weight[o * 25 + tap] = sums[tap * 16 + o] } }
  }

  /// - Parameters:
  ///   - image: 28 x 28 bytes.
  ///   - padded: 32 x 32, where the image goes as floats. Its border must hold zeros already.
  ///   - output: 14 x 14 x 16.
  func forward(
    _ image: UnsafePointer<UInt8>, in workspace: Workspace, padded: Floats, into output: Floats
  ) {
    let weights = workspace.weights + place.packed
    for y in 0..<28 {
      let (source, target) = (image + y * 28, padded + (y + 2) * 32 + 2)
      // Two vectors of sixteen, which overlap, are the 28 pixels of a line.
      for x in stride(from: 0, through: 12, by: 12) { target.set(x, levels(source + x)) }
    }
    for y in 0..<14 {
      let (row, target) = (padded + 2 * y * 32, output + y * 14 * 16)
      fivePixels(row, weights, target)
      fivePixels(row + 10, weights, target + 5 * 16)
      // These overlap those before them by a pixel: the same sums are written twice.
      fivePixels(row + 18, weights, target + 9 * 16)
    }
  }

  @inline(__always)
  private func fivePixels(_ input: Floats, _ weights: Floats, _ output: Floats) {
    var sums = InlineArray<5, Vector16>(repeating: .zero)
    for ky in 0..<5 {
      for kx in 0..<5 {
        let w: Vector16 = weights.vector((ky * 5 + kx) * 16)
        let source = input + ky * 32 + kx
        for x in 0..<5 { sums[x].add(source[2 * x], times: w) }
      }
    }
    for x in 0..<5 { output.set(x * 16, sums[x]) }
  }

  /// Adds the gradient of the weights.
  ///
  /// - Parameters:
  ///   - outputGradient: 14 x 14 x 16.
  ///   - padded: 32 x 32, from `forward`.
  ///   - sums: of the network, added to.
  func backward(_ outputGradient: Floats, padded: Floats, sums: Floats) {
    for ky in 0..<5 {
      let target = sums + place.sums + ky * 5 * 16
      var taps = InlineArray<5, Vector16>(repeating: .zero)
      for kx in 0..<5 { taps[kx] = target.vector(kx * 16) }
      for y in 0..<14 {
        let (row, d) = (padded + (2 * y + ky) * 32, outputGradient + y * 14 * 16)
        for x in 0..<14 {
          let g: Vector16 = d.vector(x * 16)
          for kx in 0..<5 { taps[kx].add(row[2 * x + kx], times: g) }
        }
      }
      for kx in 0..<5 { target.set(kx * 16, taps[kx]) }
    }
  }
}
