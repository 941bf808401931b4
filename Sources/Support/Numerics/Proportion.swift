/// How many of a number of independent trials succeeded, and what that says of the probability.
package struct Proportion: Sendable, Equatable {
  let successes, trials: Int

  package init(successes: Int, trials: Int) {
    precondition(trials >= 1 && (0...trials).contains(successes))
    self.successes = successes
    self.trials = trials
  }
}

package extension Proportion {
  /// The share of successes.
  var value: Double { Double(successes) / Double(trials) }

  /// Wilson's score interval for the probability of a success, at 95 %, within 0...1.
  ///
  /// With p the share, n the trials and z the normal deviate of 97.5 %, it is
  /// (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n). Unlike p ± z √(p(1-p)/n) it has the
  /// intended coverage for shares near 1 too, which is where accuracies lie.
  /// E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927.
  var interval: ClosedRange<Double> {
    let z = 1.959963984540054
    let n = Double(trials)
    let p = value
    let centre = p + z * z / (2 * n)
    let halfWidth = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    let scale = 1 + z * z / n
    // At the ends the exact bound is 0 or 1, which rounding could overstep.
    let lower = successes == 0 ? 0 : (centre - halfWidth) / scale
    let upper = successes == trials ? 1 : (centre + halfWidth) / scale
    return lower...upper
  }
}
