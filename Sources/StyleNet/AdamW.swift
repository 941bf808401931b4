/// AdamW (Loshchilov & Hutter 2019, algorithm 2), over a flat block of parameters.
///
/// With gradient g at step t:
///
///     θ -= lr · decay · θ
///     m  = β₁ m + (1 - β₁) g
///     v  = β₂ v + (1 - β₂) g²
///     θ -= lr · (m / (1 - β₁ᵗ)) / (sqrt(v / (1 - β₂ᵗ)) + ε)
///
/// A value of this type is the optimiser at one step.
package struct AdamW: Sendable {
  static let beta1: Float = 0.9
  static let beta2: Float = 0.999
  static let epsilon: Float = 1e-8

  /// What is left of a parameter after its decay: 1 - lr · decay.
  private let keep: Float
  /// lr / (1 - β₁ᵗ)
  private let rate: Float
  /// 1 / sqrt(1 - β₂ᵗ)
  private let inverseRoot: Float

  /// - Parameter step: t, counted from 1.
  package init(step: Int, learningRate: Float, weightDecay: Float = 0.01) {
    keep = Float(1 - Double(learningRate) * Double(weightDecay))
    rate = Float(Double(learningRate) / (1 - power(Double(Self.beta1), step)))
    inverseRoot = Float(1 / (1 - power(Double(Self.beta2), step)).squareRoot())
  }

  /// Moves θ, m and v by the gradient g. Each block holds `count` floats.
  package func update(
    _ values: Floats, firstMoments: Floats, secondMoments: Floats, gradient: Floats, count: Int
  ) {
    let whole = count / 16 * 16
    for i in stride(from: 0, to: whole, by: 16) {
      var (m, v): (Vector16, Vector16) = (firstMoments.vector(i), secondMoments.vector(i))
      values.set(i, updated(values.vector(i), &m, &v, gradient.vector(i)))
      firstMoments.set(i, m)
      secondMoments.set(i, v)
    }
    // The last few parameters are taken one by one through the same vector arithmetic.
    for i in whole..<count {
      var m = Vector16(repeating: firstMoments[i])
      var v = Vector16(repeating: secondMoments[i])
      let (value, g) = (Vector16(repeating: values[i]), Vector16(repeating: gradient[i]))
      values[i] = updated(value, &m, &v, g)[0]
      (firstMoments[i], secondMoments[i]) = (m[0], v[0])
    }
  }

  /// Updates the moments, and returns the updated values.
  @inline(__always)
  private func updated(
    _ value: Vector16, _ m: inout Vector16, _ v: inout Vector16, _ g: Vector16
  ) -> Vector16 {
    m = m * Self.beta1 + g * (1 - Self.beta1)
    v = v * Self.beta2 + g * g * (1 - Self.beta2)
    let deviation = v.squareRoot() * inverseRoot + Vector16(repeating: Self.epsilon)
    return value * keep - m / deviation * rate
  }
}

/// base to the power of a non-negative exponent.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, factor, left) = (1.0, base, exponent)
  while left > 0 {
    if left & 1 == 1 { result *= factor }
    factor *= factor
    left >>= 1
  }
  return result
}

/// Moves an exponential average of parameters: average += (1 - decay) · (value - average).
package func moveAverage(
  _ average: Floats, towards values: UnsafePointer<Float>, count: Int, decay: Float
) {
  for i in 0..<count { average[i] += (1 - decay) * (values[i] - average[i]) }
}

/// Adds up `count` sums (a multiple of 16) of several chunks in their order, into the first's. From
/// one chunk's to the next's are `pitch` floats.
package func addChunks(_ sums: Floats, chunks: Int, pitch: Int, count: Int) {
  for i in stride(from: 0, to: count, by: 16) {
    var total: Vector16 = sums.vector(i)
    for chunk in stride(from: 1, to: chunks, by: 1) { total += sums.vector(chunk * pitch + i) }
    sums.set(i, total)
  }
}
