/// A linear layer between many features and a short code, for the eight images of a chunk at once.
///
///     output[n][o] = bias[o] + Σ_i weight[o][i] · input[n][i]
///     d weight[o][i] = Σ_n d output[n][o] · input[n][i]
///     d bias[o] = Σ_n d output[n][o]
///     d input[n][i] = Σ_o d output[n][o] · weight[o][i]
///
/// Features are the `channels` of each of some pixels, kept pixel by pixel. PyTorch flattens them
/// channel by channel: of 49 pixels and 32 channels, its feature c·49 + p is ours p·32 + c.
struct Linear: Layer {
  enum Direction {
    case featuresToCode, codeToFeatures
  }

  let direction: Direction
  /// F, a multiple of 16 but in the discriminator's last layer, which uses no kernel of this type.
  let features: Int
  /// W.
  let codeWidth: Int
  /// W rounded up to whole vectors: floats from one code to the next.
  let codePitch: Int
  private let channels: Int
  private let place: LayerPlace

  init(
    _ name: StaticString, _ direction: Direction, pixels: Int, channels: Int, codeWidth: Int,
    in plan: inout NetworkPlan
  ) {
    self.direction = direction
    self.channels = channels
    self.codeWidth = codeWidth
    features = pixels * channels
    codePitch = (codeWidth + 15) / 16 * 16
    let isCode = direction == .featuresToCode
    let biasCount = isCode ? codePitch : features
    place = plan.place(
      name, .weightAndBias(isCode ? [codeWidth, features] : [features, codeWidth]),
      packed: features * codePitch + codeWidth * features + biasCount,
      sums: codeWidth * features + biasCount)
    plan.append(self)
  }

  private var outputWidth: Int { direction == .featuresToCode ? codePitch : features }

  // The matrix is packed in two orders, since each of forward and backward multiplies by one of them.

  /// F x `codePitch`: feature, code.
  func tall(_ weights: Floats) -> Floats { weights + place.packed }
  /// W x F: code, feature.
  func wide(_ weights: Floats) -> Floats { tall(weights) + features * codePitch }
  func bias(_ weights: Floats) -> Floats { wide(weights) + codeWidth * features }
  /// W x F: code, feature.
  func wideSums(_ sums: Floats) -> Floats { sums + place.sums }
  func biasSums(_ sums: Floats) -> Floats { wideSums(sums) + codeWidth * features }

  func pack(_ parameters: UnsafePointer<Float>, into weights: Floats) {
    let (tall, wide, bias) = (tall(weights), wide(weights), bias(weights))
    let (features, codePitch) = (features, codePitch)
    forEachWeight { theirs, code, feature in
      tall[feature * codePitch + code] = parameters[theirs]
      wide[code * features + feature] = parameters[theirs]
    }
    forEachBias { theirs, ours in bias[ours] = parameters[theirs] }
  }

  func unpack(_ sums: Floats, into gradient: Floats) {
    let (wide, bias, features) = (wideSums(sums), biasSums(sums), features)
    forEachWeight { theirs, code, feature in gradient[theirs] = wide[code * features + feature] }
    forEachBias { theirs, ours in gradient[theirs] = bias[ours] }
  }

  /// Calls `body` with each weight's place among the parameters, its code index and its feature.
  @inline(__always)
  private func forEachWeight(_ body: (_ theirs: Int, _ code: Int, _ feature: Int) -> Void) {
    let (start, width) = (place.weight, codeWidth)
    let (codeStep, featureStep) = direction == .featuresToCode ? (features, 1) : (1, width)
    forEachFeature { theirs, ours in
      for i in 0..<width { body(start + theirs * featureStep + i * codeStep, i, ours) }
    }
  }

  /// Calls `body` with each output's place among the parameters and in our bias.
  @inline(__always)
  private func forEachBias(_ body: (_ theirs: Int, _ ours: Int) -> Void) {
    switch direction {
    case .featuresToCode: for i in 0..<codeWidth { body(place.bias + i, i) }
    case .codeToFeatures: forEachFeature { theirs, ours in body(place.bias + theirs, ours) }
    }
  }

  /// Calls `body` with each feature's number in PyTorch's order and in ours.
  @inline(__always)
  private func forEachFeature(_ body: (_ theirs: Int, _ ours: Int) -> Void) {
    let pixels = features / channels
    for p in 0..<pixels { for c in 0..<channels { body(c * pixels + p, p * channels + c) } }
  }

  /// - Parameters:
  ///   - input: 8 x F features or 8 x `codePitch` codes, of which columns from W on are ignored.
  ///   - output: 8 x `codePitch` codes, zero from column W on, or 8 x F features.
  func forward(_ input: Floats, in workspace: Workspace, into output: Floats) {
    let weights = workspace.weights
    switch direction {
    case .featuresToCode: multiplyFeatures(input, weights, into: output)
    case .codeToFeatures: multiplyCodes(input, weights, into: output)
    }
    let bias = bias(weights)
    for n in 0..<chunkSize {
      for i in stride(from: 0, to: outputWidth, by: 16) {
        let row = output + n * outputWidth
        row.set(i, row.vector(i, as: Vector16.self) + bias.vector(i))
      }
    }
  }

  /// - Parameters:
  ///   - outputGradient: 8 rows, as `output` of `forward`. Rows from `count` on and columns of codes
  ///     from W on are ignored.
  ///   - input: what `forward` read.
  ///   - sums: of the network, added to.
  ///   - inputGradient: 8 rows, as `input`. Rows from `count` on have no meaning.
  func backward(
    _ outputGradient: Floats, input: Floats, count: Int, in workspace: Workspace, sums: Floats,
    into inputGradient: Floats
  ) {
    let (codes, features) =
      direction == .featuresToCode ? (outputGradient, input) : (input, outputGradient)
    addOuterProducts(
      Rows(start: codes, pitch: codePitch), Rows(start: features, pitch: self.features),
      to: wideSums(sums), count: count, height: codeWidth, width: self.features)
    let bias = biasSums(sums)
    for n in 0..<count {
      for i in stride(from: 0, to: outputWidth, by: 16) {
        let row = outputGradient + n * outputWidth
        bias.set(i, bias.vector(i, as: Vector16.self) + row.vector(i))
      }
    }
    switch direction {
    case .featuresToCode: multiplyCodes(outputGradient, workspace.weights, into: inputGradient)
    case .codeToFeatures: multiplyFeatures(outputGradient, workspace.weights, into: inputGradient)
    }
  }

  /// Codes from features: 8 x F times F x `codePitch`.
  private func multiplyFeatures(_ source: Floats, _ weights: Floats, into codes: Floats) {
    multiply(
      Rows(start: source, pitch: features), by: tall(weights), into: codes, count: chunkSize,
      inner: features, columns: codePitch)
  }

  /// Features from codes: 8 x `codePitch` times W x F.
  private func multiplyCodes(_ codes: Floats, _ weights: Floats, into target: Floats) {
    multiply(
      Rows(start: codes, pitch: codePitch), by: wide(weights), into: target, count: chunkSize,
      inner: codeWidth, columns: features)
  }
}
