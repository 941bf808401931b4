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
