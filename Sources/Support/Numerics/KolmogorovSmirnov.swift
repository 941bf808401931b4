/// The outcome of a two-sided one-sample Kolmogorov-Smirnov test against a normal distribution.
package struct KSTest: Sendable, Equatable {
  /// n, how many values were tested; at least 1.
  package let count: Int
  /// The largest distance between the values' distribution function and the normal one, in 0...1.
  package let d: Double
  /// -log10 of the probability that n values from that normal distribution lie at least as far
  /// off; finite and not negative.
  package let negLog10P: Double

  package init(count: Int, d: Double, negLog10P: Double) {
    self.count = count
    self.d = d
    self.negLog10P = negLog10P
  }
}

extension KSTest {
  /// Tests values against N(0, scale²).
  ///
  /// - Parameter values: at least one, in any order, all finite.
  package init(_ values: [Float], against prior: NormalDistribution) {
    self.init(sorted: values.sortedByRadix(), against: prior)
  }

  /// Tests values against N(0, scale²).
  ///
  /// - Parameter values: at least one, in any order, all finite.
  package init(_ values: [Double], against prior: NormalDistribution) {
    self.init(sorted: values.sorted(), against: prior)
  }

  /// D is the largest of i/n - F(x) and F(x) - (i-1)/n over the values x in order, i from 1 to n.
  private init(sorted: [some BinaryFloatingPoint], against prior: NormalDistribution) {
    precondition(!sorted.isEmpty)
    let n = Double(sorted.count)
    var statistic = 0.0
    // 1 - D, summed from small parts: where D itself rounds to 1, this still tells how far off the
    // values are.
    var complement = 1.0
    for (index, value) in sorted.enumerated() {
      let x = Double(value)
      let tail = prior.probability(above: abs(x))
      let (below, above) = x < 0 ? (tail, 1 - tail) : (1 - tail, tail)
      let rank = Double(index)
      let over = (rank + 1) / n - below
      if over > statistic {
        statistic = over
        complement = (n - 1 - rank) / n + below
      }
      let under = below - rank / n
      if under > statistic {
        statistic = under
        complement = above + rank / n
      }
    }
    self.init(
      count: sorted.count, d: statistic,
      negLog10P: KolmogorovDistribution(count: sorted.count)
        .negLog10P(statistic, complement: complement))
  }
}
