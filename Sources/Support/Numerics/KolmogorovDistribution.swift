import Glibc

/// The distribution of the two-sided Kolmogorov-Smirnov statistic D of n independent values.
///
/// Several methods cover the range between them, chosen as in R. Simard and P. L'Ecuyer, Computing
/// the two-sided Kolmogorov-Smirnov distribution, Journal of Statistical Software 39, 2011, with
/// the limits that SciPy's `kstwo` uses. Three things differ. Probabilities are never rounded to 0.
/// Durbin's matrix, which is exact too and as precise here, takes the range of Pomeranz's method.
/// D >= 1/2 comes first, since twice the one-sided probability is exact there.
struct KolmogorovDistribution: Sendable, Equatable {
  /// n, at least 1.
  let count: Int

  /// -log10 of the probability that D is at least `d`.
  ///
  /// Never infinite: 1 - d counts as at least 2^-1022, so that the result is at most 307.7 n.
  ///
  /// - Parameters:
  ///   - d: 0...1.
  ///   - complement: 1 - d, where it is known better than the rounded d tells.
  func negLog10P(_ d: Double, complement: Double? = nil) -> Double {
    precondition((0...1).contains(d))
    let n = Double(count)
    let nd = n * d
    let ndd = nd * d
    if d >= 0.5 || ndd >= (count <= 140 ? 4 : 2.2) {
      // Values cannot lie this far off on both sides, or the probability of it is negligible.
      let complement = max(complement ?? 1 - d, .leastNormalMagnitude)
      return max(0, -(ln2 + logOneSidedP(d, complement: complement)) / ln10)
    }
    return -log1p(-probability(below: d)) / ln10
  }

  /// The probability that D is below `d`, where that is less than 0.9995.
  private func probability(below d: Double) -> Double {
    let n = Double(count)
    let nd = n * d
    if nd <= 0.5 { return 0 }
    if nd <= 1 {
      // H. Ruben and J. Gambino, The exact distribution of Kolmogorov's statistic D_n for n <= 10,
      // 1982: n! (2d - 1/n)^n.
      return exp(logFactorialOverPower(count) + n * log(2 * nd - 1))
    }
    if count <= 140 || (count <= 100_000 && n * pow(d, 1.5) <= 1.4) {
      return durbinProbability(below: d)
    }
    return pelzGoodProbability(below: d)
  }

  /// The value that D exceeds with probability `alpha`: the critical value of a test at that level.
  func criticalD(alpha: Double) -> Double {
    precondition(alpha > 0 && alpha < 1)
    let target = -log10(alpha)
    // P(D >= d) <= 2 exp(-2 n d²): P. Massart, The tight constant in the
    // Dvoretzky-Kiefer-Wolfowitz inequality, 1990.
    var above = min(1, (log(2 / alpha) / (2 * Double(count))).squareRoot())
    var below = 0.5 / Double(count)
    while above - below > 1e-15 * above {
      let middle = (below + above) / 2
      if middle <= below || middle >= above { break }
      if negLog10P(middle) < target { below = middle } else { above = middle }
    }
    return (below + above) / 2
  }
}

extension KolmogorovDistribution {
  /// The probability that D is below `d`, approximately: for n > 140 with an error below 1e-8
  /// or so, falling with n^-2.
  ///
  /// W. Pelz and I. Good, Approximating the lower tail-areas of the Kolmogorov-Smirnov one-sample
  /// statistic, Journal of the Royal Statistical Society B 38, 1976: with z = √n d, the sum
  /// K0 + K1/√n + K2/n + K3/n^1.5, in the form for small z. Here a = π²(k + ½)² and b = π²k².
  ///
  /// - Parameter d: above 0, with n d² at most 2.2, for which eight terms are enough.
  fileprivate func pelzGoodProbability(below d: Double) -> Double {
    let n = Double(count)
    let z2 = n * d * d
    let (z4, z6) = (z2 * z2, z2 * z2 * z2)
    // All terms have a factor exp(-π²/8z²). Where that underflows, so would powers of z below.
    if Double.pi * Double.pi / (8 * z2) > 708 { return 0 }
    let z = z2.squareRoot()

    var (k0, k1, k2, k3) = (0.0, 0.0, 0.0, 0.0)
    var (extra2, extra3) = (0.0, 0.0)
    for k in stride(from: 7.0, through: 0, by: -1) {
      let a = (Double.pi * (k + 0.5)) * (Double.pi * (k + 0.5))
      let weight = exp(-a / (2 * z2))
      k0 += weight
      k1 += weight * (a - z2)
      k2 += weight * (6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * a + (1 - 2 * z2) * a * a)
      let inner = (212 * z4 - 60 * z2) + (5 - 30 * z2) * a
      k3 += weight * (-30 * z6 - 90 * z4 * z4 + ((135 * z4 - 96 * z6) + inner * a) * a)

      let b = (Double.pi * k) * (Double.pi * k)
      let integerWeight = exp(-b / (2 * z2))
      extra2 += integerWeight * b
      extra3 += integerWeight * (3 * z2 - b) * b
    }
    k0 /= z
    k1 /= 6 * z4
    k2 = k2 / (72 * z6 * z) - extra2 / (36 * z2 * z)
    k3 = k3 / (6480 * z6 * z4) + extra3 / (216 * z6)
    let root = n.squareRoot()
    let sum = k0 + (k1 + (k2 + k3 / root) / root) / root
    return max(0, sum * (2 * Double.pi).squareRoot())
  }
}

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
  /// `complement` is 1 - d, positive.
  fileprivate func logOneSidedP(_ d: Double, complement: Double) -> Double {
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

    let last = max(0, min(count - 1, Int(rest.rounded(.up)) - 1))
    var (low, high) = (0, last)
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
    for indices in [
      stride(from: peak, through: 0, by: -1), stride(from: peak + 1, through: last, by: 1),
    ] {
      for value in indices.lazy.map(term).prefix(while: { $0 != 0 }) { sum += value }
    }
    return largest + log(sum)
  }
}

let ln2 = 0.6931471805599453
let ln10 = 2.302585092994046

/// ln(n! / n^n).
func logFactorialOverPower(_ n: Int) -> Double {
  let x = Double(n)
  return stirlingRemainder(n) - x + log(2 * Double.pi * x) / 2
}

/// ln n! - (n ln n - n + ½ ln 2πn), the remainder of Stirling's formula.
///
/// - Parameter n: at least 1.
func stirlingRemainder(_ n: Int) -> Double {
  if n < smallStirlingRemainders.count { return smallStirlingRemainders[n] }
  let x = Double(n)
  let square = x * x
  // Σ B_2k / (2k (2k-1) n^(2k-1)); from n = 16 on the next term is below 1e-11 of the sum.
  var series = 1.0 / 1188
  series = series / square - 1.0 / 1680
  series = series / square + 1.0 / 1260
  series = series / square - 1.0 / 360
  series = series / square + 1.0 / 12
  return series / x
}

/// The remainders of n < 16, from ln n! itself; that of 0 is not used.
private let smallStirlingRemainders: [Double] = (0..<16).map { n in
  let x = Double(max(n, 1))
  let factorial = (1...max(n, 1)).reduce(1.0) { $0 * Double($1) }
  return log(factorial) - (x * log(x) - x + log(2 * Double.pi * x) / 2)
}

// MARK: Durbin

extension KolmogorovDistribution {
  /// The probability that D is below `d`, exactly.
  ///
  /// J. Durbin's matrix as used by G. Marsaglia, W. Tsang and J. Wang, Evaluating Kolmogorov's
  /// distribution, Journal of Statistical Software 8, 2003: with k = ⌈n d⌉, h = k - n d and H a
  /// matrix of m = 2k - 1 rows, the probability is n!/n^n times the middle element of H^n. Nothing
  /// is subtracted once H is made, so the result is precise even where it is tiny.
  ///
  /// - Parameter d: above 1/(2n); the time grows with (n d)³ log n.
  func durbinProbability(below d: Double) -> Double {
    let n = Double(count)
    let middle = Int((n * d).rounded(.up)) - 1
    let size = 2 * middle + 1
    var matrix = durbinMatrix(size: size, h: Double(middle + 1) - n * d)
    var matrixExponent = 0

    // The row of H^n that holds the middle element, times 2^rowExponent; H^n is taken as the
    // product of the powers H^(2^i) that n in binary asks for.
    var row = [Double](repeating: 0, count: size)
    row[middle] = 1
    var rowExponent = 0
    var power = count
    while power > 0 {
      if power & 1 == 1 {
        row = product(row, matrix, size: size)
        rowExponent += matrixExponent + normalize(&row)
      }
      power >>= 1
      if power > 0 {
        matrix = product(matrix, matrix, size: size)
        matrixExponent = 2 * matrixExponent + normalize(&matrix)
      }
    }
    return exp(
      log(row[middle]) + Double(rowExponent) * ln2 + logFactorialOverPower(count))
  }
}

/// Durbin's matrix, row by row: 1/(i-j+1)! on and below the diagonal above the main one; from that
/// h^i in the first column and likewise, turned over, in the last row.
private func durbinMatrix(size: Int, h: Double) -> [Double] {
  var inverseFactorials = [1.0]
  var powers = [1.0]
  for i in 1...size {
    inverseFactorials.append(inverseFactorials[i - 1] / Double(i))
    powers.append(powers[i - 1] * h)
  }
  var matrix = [Double](repeating: 0, count: size * size)
  for i in 0..<size {
    for j in 0...min(i + 1, size - 1) { matrix[i * size + j] = inverseFactorials[i - j + 1] }
  }
  for i in 0..<size {
    let edge = (1 - powers[i + 1]) * inverseFactorials[i + 1]
    matrix[i * size] = edge
    matrix[(size - 1) * size + size - 1 - i] = edge
  }
  let corner = 1 - 2 * powers[size] + (h > 0.5 ? pow(2 * h - 1, Double(size)) : 0)
  matrix[(size - 1) * size] = corner * inverseFactorials[size]
  return matrix
}

/// A B, where B is square and A has rows of the same length.
private func product(_ a: [Double], _ b: [Double], size: Int) -> [Double] {
  var result = [Double](repeating: 0, count: a.count)
  result.withUnsafeMutableBufferPointer { result in
    b.withUnsafeBufferPointer { b in
      for start in stride(from: 0, to: result.count, by: size) {
        for k in 0..<size {
          let factor = a[start + k]
          if factor == 0 { continue }
          for j in 0..<size { result[start + j] += factor * b[k * size + j] }
        }
      }
    }
  }
  return result
}

/// Divides by a power of two, whose exponent it returns, so that the largest element, which is
/// positive, comes to lie in 1..<2.
private func normalize(_ elements: inout [Double]) -> Int {
  let exponent = elements.max().map { Int($0.exponent) } ?? 0
  let factor = scalbn(1, -Int32(exponent))
  for index in elements.indices { elements[index] *= factor }
  return exponent
}
