/// A linear layer between the 7 x 7 x 32 activations (features), kept pixel by pixel, and a short
/// code of K+S values, for the eight images of a chunk at once.
///
///     output[n][o] = bias[o] + Σ_i weight[o][i] · input[n][i]
///     d weight[o][i] = Σ_n d output[n][o] · input[n][i]
///     d bias[o] = Σ_n d output[n][o]
///     d input[n][i] = Σ_o d output[n][o] · weight[o][i]
///
/// PyTorch flattens channel by channel: its feature c·49 + p is ours p·32 + c.
struct Linear {
  enum Direction {
    case featuresToCode, codeToFeatures
  }

  static let features = 49 * 32

  let direction: Direction
  /// K+S.
  let codeWidth: Int
  /// K+S rounded up to whole vectors: floats from one code to the next.
  let codePitch: Int

  init(_ direction: Direction, codeWidth: Int) {
    self.direction = direction
    self.codeWidth = codeWidth
    codePitch = (codeWidth + 15) / 16 * 16
  }

  /// The matrix in two orders, since each of forward and backward multiplies by one of them, and the
  /// bias: `tall`, 1568 x `codePitch`: feature, code; `wide`, K+S x 1568: code, feature.
  var packedCount: Int { biasInPacked + outputWidth }
  /// `wide` and the bias.
  var gradientCount: Int { biasInSums + outputWidth }

  private var outputWidth: Int { direction == .featuresToCode ? codePitch : Self.features }
  private var wideInPacked: Int { Self.features * codePitch }
  private var biasInPacked: Int { wideInPacked + codeWidth * Self.features }
  private var biasInSums: Int { codeWidth * Self.features }

  func pack(_ parameters: UnsafePointer<Float>, _ tensors: WeightAndBias, into packed: Floats) {
    let (weight, bias) = (parameters + tensors.weight.offset, parameters + tensors.bias.offset)
    let (tall, wide) = (packed, packed + wideInPacked)
    forEachWeight { theirs, code, feature in
      tall[feature * codePitch + code] = weight[theirs]
      wide[code * Self.features + feature] = weight[theirs]
    }
    forEachBias { theirs, ours in packed[biasInPacked + ours] = bias[theirs] }
  }

  /// The adjoint of `pack`.
  func unpack(_ sums: Floats, into parameters: Floats, _ tensors: WeightAndBias) {
    let (weight, bias) = (parameters + tensors.weight.offset, parameters + tensors.bias.offset)
    forEachWeight { theirs, code, feature in
      weight[theirs] = sums[code * Self.features + feature]
    }
    forEachBias { theirs, ours in bias[theirs] = sums[biasInSums + ours] }
  }

  /// Calls `body` with each weight's place in PyTorch's matrix, its code index and its feature.
  @inline(__always)
  private func forEachWeight(_ body: (_ theirs: Int, _ code: Int, _ feature: Int) -> Void) {
    for c in 0..<32 {
      for p in 0..<49 {
        let theirs = c * 49 + p
        for i in 0..<codeWidth {
          switch direction {
          case .featuresToCode: body(i * Self.features + theirs, i, p * 32 + c)
          case .codeToFeatures: body(theirs * codeWidth + i, i, p * 32 + c)
          }
        }
      }
    }
  }

  /// Calls `body` with each output's place in PyTorch's bias and in ours.
  @inline(__always)
  private func forEachBias(_ body: (_ theirs: Int, _ ours: Int) -> Void) {
    switch direction {
    case .featuresToCode:
      for i in 0..<codeWidth { body(i, i) }
    case .codeToFeatures:
      for c in 0..<32 { for p in 0..<49 { body(c * 49 + p, p * 32 + c) } }
    }
  }

  /// - Parameters:
  ///   - input: 8 x 1568 features or 8 x `codePitch` codes, of which columns from K+S on are ignored.
  ///   - output: 8 x `codePitch` codes, zero from column K+S on, or 8 x 1568 features.
  func forward(_ input: Floats, weights: Floats, into output: Floats) {
    switch direction {
    case .featuresToCode: multiplyFeatures(input, weights, into: output)
    case .codeToFeatures: multiplyCodes(input, weights, into: output)
    }
    let bias = weights + biasInPacked
    for n in 0..<chunkSize {
      for i in stride(from: 0, to: outputWidth, by: 16) {
        let row = output + n * outputWidth
        row.set(i, row.vector(i, as: Vector16.self) + bias.vector(i))
      }
    }
  }

  /// - Parameters:
  ///   - outputGradient: 8 rows, as `output` of `forward`. Rows from `count` on and columns of codes
  ///     from K+S on are ignored.
  ///   - input: what `forward` read.
  ///   - sums: `gradientCount` floats, added to.
  ///   - inputGradient: 8 rows, as `input`. Rows from `count` on have no meaning.
  func backward(
    _ outputGradient: Floats, input: Floats, count: Int, weights: Floats, sums: Floats,
    into inputGradient: Floats
  ) {
    let (codes, features) =
      direction == .featuresToCode ? (outputGradient, input) : (input, outputGradient)
    addOuterProducts(
      Rows(start: codes, pitch: codePitch), Rows(start: features, pitch: Self.features), to: sums,
      count: count,
      height: codeWidth, width: Self.features)
    let bias = sums + biasInSums
    for n in 0..<count {
      for i in stride(from: 0, to: outputWidth, by: 16) {
        let row = outputGradient + n * outputWidth
        bias.set(i, bias.vector(i, as: Vector16.self) + row.vector(i))
      }
    }
    switch direction {
    case .featuresToCode: multiplyCodes(outputGradient, weights, into: inputGradient)
    case .codeToFeatures: multiplyFeatures(outputGradient, weights, into: inputGradient)
    }
  }

  /// Codes from features: 8 x 1568 times 1568 x `codePitch`.
  private func multiplyFeatures(_ features: Floats, _ weights: Floats, into codes: Floats) {
    multiply(
      Rows(start: features, pitch: Self.features), by: weights, into: codes, count: chunkSize,
      inner: Self.features, columns: codePitch)
  }

  /// Features from codes: 8 x `codePitch` times K+S x 1568.
  private func multiplyCodes(_ codes: Floats, _ weights: Floats, into features: Floats) {
    multiply(
      Rows(start: codes, pitch: codePitch), by: weights + wideInPacked, into: features,
      count: chunkSize,
      inner: codeWidth, columns: Self.features)
  }
}
