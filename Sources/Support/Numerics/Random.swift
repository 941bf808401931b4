/// The generator xoshiro256** of D. Blackman and S. Vigna: 256 bits of state, period 2^256 - 1.
///
/// A seed gives the same numbers on every machine. Not for secrets.
///
/// Scrambled linear pseudorandom number generators, ACM Transactions on Mathematical Software 47,
/// 2021.
package struct Xoshiro256: RandomNumberGenerator, Sendable {
  /// The four words of the state, never all zero.
  var state: (UInt64, UInt64, UInt64, UInt64)

  package mutating func next() -> UInt64 {
    func rotated(_ word: UInt64, by bits: UInt64) -> UInt64 {
      (word << bits) | (word >> (64 - bits))
    }
    let result = rotated(state.1 &* 5, by: 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = rotated(state.3, by: 45)
    return result
  }
}

extension Xoshiro256 {
  /// A generator whose state is filled from `seed` by SplitMix64, as the authors advise.
  ///
  /// - Parameter words: which of the many purposes of the seed the generator is for, if there are
  ///   several.
  package init(seed: UInt64, words: [UInt64] = []) {
    var filler = SplitMix64(state: seed)
    if !words.isEmpty {
      // Each word in turn is mixed into all bits before the next one comes.
      for word in words { filler.state = filler.next() ^ word }
      filler.state = filler.next()
    }
    self.init(state: (filler.next(), filler.next(), filler.next(), filler.next()))
  }
}

/// The generator SplitMix64 of G. Steele, D. Lea and C. Flood: a counter and a mixing function.
///
/// Any state will do, so it turns a seed into the state of a better generator.
/// Fast splittable pseudorandom number generators, OOPSLA 2014.
struct SplitMix64: RandomNumberGenerator, Sendable {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

// MARK: Deviates

// The standard library has shuffling and ranges too, but may change their results with the version
// of Swift. These functions use only exact or correctly rounded arithmetic, so that the same state
// of a generator gives the same bytes everywhere.

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
      // Some integers would come up too often if 2^64 mod range products were not rejected.
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
  /// variables, SIAM Review 6, 1964). Its second deviate is dropped, so that the generator's state
  /// alone decides what comes next.
  mutating func nextNormal() -> Double {
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
