/// The outcome of a two-sided one-sample Kolmogorov-Smirnov test against a normal distribution.
package struct KSTest: Sendable, Equatable {
  /// n, how many values were tested; at least 1.
  package let count: Int
  /// The value at which the distribution function of the values is furthest from the normal one.
  package private(set) var value = 0.0
  /// From the smaller to the larger of the two functions there.
  package private(set) var shares = 0.0...0.0
  /// 1 - d, summed from small parts: where d itself rounds to 1, this still tells how far off the
  /// values are.
  private(set) var complement = 1.0
  /// -log10 of the probability that n values from that normal distribution lie at least as far
  /// off; finite and not negative.
  package private(set) var negLog10P = 0.0

  /// D is the largest of i/n - F(x) and F(x) - (i-1)/n over the values x in order, i from 1 to n.
  init(sorted: [some BinaryFloatingPoint], against prior: NormalDistribution) {
    precondition(!sorted.isEmpty)
    count = sorted.count
    let n = Double(count)
    for (index, value) in sorted.enumerated() {
      let x = Double(value)
      let tail = prior.probability(above: abs(x))
      let (below, above) = x < 0 ? (tail, 1 - tail) : (1 - tail, tail)
      let rank = Double(index)
      let (before, after) = (rank / n, (rank + 1) / n)
      if after - below > d {
        (self.value, shares) = (x, below...after)
        complement = (n - 1 - rank) / n + below
      }
      if below - before > d {
        (self.value, shares) = (x, before...below)
        complement = above + before
      }
    }
    negLog10P = KolmogorovDistribution(count: count).negLog10P(d, complement: complement)
  }
}

package extension KSTest {
  /// The largest distance of the two functions, in 0...1.
  var d: Double { shares.upperBound - shares.lowerBound }

  /// Tests values against N(0, scale²).
  ///
  /// - Parameter values: at least one, in any order, none of them NaN.
  init(_ values: [Float], against prior: NormalDistribution) {
    self.init(sorted: values.sortedByRadix(), against: prior)
  }

  /// The value that D of n values exceeds with probability `alpha`: the critical value of a test
  /// at that level.
  ///
  /// - Parameters:
  ///   - count: n, at least 1.
  ///   - alpha: above 0 and below 1.
  static func criticalD(count: Int, alpha: Double) -> Double {
    KolmogorovDistribution(count: count).criticalD(alpha: alpha)
  }
}
