// The standard library offers shuffling and ranges as well, but does not promise the same result
// from one version of Swift to the next. These do, and they use nothing but exact or correctly
// rounded arithmetic: the same generator state gives the same bytes everywhere.

extension RandomNumberGenerator {
  /// A uniform number in [0, 1), a multiple of 2^-53.
  package mutating func nextUniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A uniform integer in `0..<bound`, without bias.
  ///
  /// D. Lemire, Fast random integer generation in an interval, ACM Transactions on Modeling and
  /// Computer Simulation 29, 2019.
  ///
  /// - Parameter bound: at least 1.
  package mutating func nextInteger(below bound: Int) -> Int {
    precondition(bound >= 1)
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      // 2^64 mod range products fall where some integers would come up once too often.
      let excess = (0 &- range) % range
      while product.low < excess { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// The integers `0..<count` in random order, every order equally likely (Fisher and Yates).
  package mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, nextInteger(below: last + 1))
    }
    return order
  }

  /// A number from the normal distribution of mean 0 and variance 1.
  ///
  /// The polar method of G. Marsaglia and T. Bray (A convenient method for generating normal
  /// variables, SIAM Review 6, 1964). Its second deviate is dropped, so that no state but the
  /// generator's own decides what comes next.
  package mutating func nextNormal() -> Double {
    while true {
      let (x, y) = (2 * nextUniform() - 1, 2 * nextUniform() - 1)
      let square = x * x + y * y
      if square > 0 && square < 1 {
        return x * (-2 * naturalLogarithm(square) / square).squareRoot()
      }
    }
  }

  /// Independent numbers from N(0, scale²).
  package mutating func normals(count: Int, scale: Double = 1) -> [Float] {
    (0..<count).map { _ in Float(scale * nextNormal()) }
  }
}

/// ln x of a positive normal x, within some units in the last place.
///
/// C libraries differ in the last bit of their logarithms. With x = m 2^e, m from √½ to √2, and
/// s = (m - 1) / (m + 1), ln x = e ln 2 + 2 (s + s³/3 + s⁵/5 + ...); |s| < 0.172, so that terms
/// from s²⁵ on are below the rounding.
func naturalLogarithm(_ x: Double) -> Double {
  var (mantissa, exponent) = (x.significand, Double(x.exponent))
  if mantissa > 2.0.squareRoot() {
    mantissa /= 2
    exponent += 1
  }
  let s = (mantissa - 1) / (mantissa + 1)
  let square = s * s
  var series = 0.0
  for power in stride(from: 23.0, through: 1, by: -2) { series = series * square + 1 / power }
  return exponent * 0.6931471805599453 + 2 * s * series
}
