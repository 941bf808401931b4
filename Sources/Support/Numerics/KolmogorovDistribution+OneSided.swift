import Glibc

extension KolmogorovDistribution {
  /// ln of the probability that the one-sided statistic D+ is at least `d`.
  ///
  /// The sum of Z. Birnbaum and F. Tingey (One-sided confidence contours for probability
  /// distribution functions, 1951), over j from 0 while j/n < 1 - d,
  ///
  ///     d Σ C(n, j) (d + j/n)^(j-1) (1 - d - j/n)^(n-j),
  ///
  /// all of whose terms are positive. With u = n d, Stirling's formula for the coefficient and
  /// S(k) what it leaves over, the term of j > 0 is
  ///
  ///     d / (d + j/n) √(n / 2π j (n-j)) exp(g(j) + S(n) - S(j) - S(n-j)),
  ///     g(j) = j ln(1 + u/j) + (n-j) ln(1 - u/(n-j)).
  ///
  /// No large numbers cancel in it (C. Loader, Fast and accurate computation of binomial
  /// probabilities, 2000). g is concave, so its peak is found by halving, and the sum goes from
  /// there to both sides until exp(g) no longer counts.
  ///
  /// - Parameters:
  ///   - d: above 0.
  ///   - complement: 1 - d, positive.
  func logOneSidedP(_ d: Double, complement: Double) -> Double {
    let n = Double(count)
    let shift = n * d
    let rest = n * complement

    func exponent(_ index: Int) -> Double {
      let j = Double(index)
      // Near d = 1 the difference 1 - u/(n-j) is known better through 1 - d.
      let share = (rest - j) / (n - j)
      let lower = share < 0.5 ? log(share) : log1p(-shift / (n - j))
      return (index == 0 ? 0 : j * log1p(shift / j)) + (n - j) * lower
    }

    let first = 0
    let last = max(0, min(count - 1, Int(rest.rounded(.up)) - 1))
    var (low, high) = (first, last)
    while low < high {
      let middle = (low + high) / 2
      if exponent(middle) < exponent(middle + 1) { low = middle + 1 } else { high = middle }
    }
    let peak = low
    let largest = exponent(peak)

    // The factors before exp(g) are between n^-1.5 and n^0.5, far from making up for exp(-75).
    let negligible = -75.0
    let scaleRemainder = stirlingRemainder(count)
    func term(_ index: Int) -> Double {
      let relative = exponent(index) - largest
      // At the last j rounding may leave nothing, or less, of 1 - d - j/n.
      if !(relative > negligible) { return 0 }
      if index == 0 { return exp(relative) }
      let j = Double(index)
      let remainder = scaleRemainder - stirlingRemainder(index) - stirlingRemainder(count - index)
      let factor = (n / (2 * Double.pi * j * (n - j))).squareRoot() * shift / (shift + j)
      return factor * exp(relative + remainder)
    }

    var sum = 0.0
    for index in stride(from: peak, through: first, by: -1) {
      let value = term(index)
      if value == 0 { break }
      sum += value
    }
    for index in stride(from: peak + 1, through: last, by: 1) {
      let value = term(index)
      if value == 0 { break }
      sum += value
    }
    return largest + log(sum)
  }
}
