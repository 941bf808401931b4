import Glibc

extension KolmogorovDistribution {
  /// The probability that D is below `d`, approximately: for n > 140 with an error below 1e-8
  /// or so, falling with n^-2.
  ///
  /// W. Pelz and I. Good, Approximating the lower tail-areas of the Kolmogorov-Smirnov one-sample
  /// statistic, Journal of the Royal Statistical Society B 38, 1976: with z = √n d, the sum
  /// K0 + K1/√n + K2/n + K3/n^1.5, in the form for small z. Here a = π²(k + ½)² and b = π²k².
  ///
  /// - Parameter d: above 0, with n d² at most 2.2, for which eight terms are enough.
  func pelzGoodProbability(below d: Double) -> Double {
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
