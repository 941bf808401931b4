/// AdamW (Loshchilov & Hutter 2019, algorithm 2), over a flat block of parameters.
///
/// With gradient g at step t:
///
///     θ -= lr · decay · θ
///     m  = β₁ m + (1 - β₁) g
///     v  = β₂ v + (1 - β₂) g²
///     θ -= lr · (m / (1 - β₁ᵗ)) / (sqrt(v / (1 - β₂ᵗ)) + ε)
package struct AdamW: Sendable {
  package var beta1: Float
  package var beta2: Float
  package var epsilon: Float
  package var weightDecay: Float

  package init(
    beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0.01
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// Takes one step.
  ///
  /// - Parameters:
  ///   - step: t, counted from 1.
  ///   - count: floats in each of the four blocks.
  package func update(
    _ values: UnsafeMutablePointer<Float>, firstMoments: UnsafeMutablePointer<Float>,
    secondMoments: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>, count: Int,
    step: Int, learningRate: Float
  ) {
    let correction1 = 1 - power(Double(beta1), step)
    let correction2 = 1 - power(Double(beta2), step)
    let rate = Float(Double(learningRate) / correction1)
    let inverseRoot = Float(1 / correction2.squareRoot())
    let keep = Float(1 - Double(learningRate) * Double(weightDecay))
    let whole = count / 16 * 16
    for i in stride(from: 0, to: whole, by: 16) {
      var (m, v): (Vector16, Vector16) = (firstMoments.vector(i), secondMoments.vector(i))
      let value = moved(
        values.vector(i), &m, &v, gradient.vector(i), keep, rate, inverseRoot)
      firstMoments.set(i, m)
      secondMoments.set(i, v)
      values.set(i, value)
    }
    // The last few parameters are taken one by one through the same vector arithmetic.
    for i in whole..<count {
      var m = Vector16(repeating: firstMoments[i])
      var v = Vector16(repeating: secondMoments[i])
      let (value, g) = (Vector16(repeating: values[i]), Vector16(repeating: gradient[i]))
      values[i] = moved(value, &m, &v, g, keep, rate, inverseRoot)[0]
      (firstMoments[i], secondMoments[i]) = (m[0], v[0])
    }
  }

  /// The parameters after the step, of which `m` and `v` are the moments, before and after.
  @inline(__always)
  private func moved(
    _ value: Vector16, _ m: inout Vector16, _ v: inout Vector16, _ g: Vector16, _ keep: Float,
    _ rate: Float, _ inverseRoot: Float
  ) -> Vector16 {
    m = m * beta1 + g * (1 - beta1)
    v = v * beta2 + g * g * (1 - beta2)
    let deviation = v.squareRoot() * inverseRoot + Vector16(repeating: epsilon)
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
