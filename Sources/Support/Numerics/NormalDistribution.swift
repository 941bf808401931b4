import Glibc

/// The normal distribution of mean 0 and standard deviation `scale`.
package struct NormalDistribution: Sendable, Equatable, CustomStringConvertible {
  /// σ, positive.
  package let scale: Double

  package init(scale: Double) {
    precondition(scale > 0 && scale.isFinite)
    self.scale = scale
  }
}

package extension NormalDistribution {
  /// For readers: N(0, 2²).
  var description: String { "N(0, \(trimmed(scale))²)" }

  /// The density at `x`.
  func density(at x: Double) -> Double {
    let z = x / scale
    return exp(-z * z / 2) / (scale * (2 * Double.pi).squareRoot())
  }

  /// The probability of a value up to `x`, with full relative precision in the lower tail.
  func probability(upTo x: Double) -> Double { erfc(-x / scale * 0.5.squareRoot()) / 2 }
}

extension NormalDistribution {
  /// The probability of a value above `x`, with full relative precision in the upper tail.
  func probability(above x: Double) -> Double { erfc(x / scale * 0.5.squareRoot()) / 2 }
}
