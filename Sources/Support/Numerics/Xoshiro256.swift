/// The generator xoshiro256** of D. Blackman and S. Vigna: 256 bits of state, period 2^256 - 1.
///
/// A seed gives the same numbers on every machine. The state can be stored and restored, so that
/// an interrupted computation goes on exactly where it stopped. Not for secrets.
///
/// Scrambled linear pseudorandom number generators, ACM Transactions on Mathematical Software 47,
/// 2021.
package struct Xoshiro256: RandomNumberGenerator, Sendable, Equatable {
  /// The four words of the state, never all zero.
  package private(set) var state: (UInt64, UInt64, UInt64, UInt64)

  /// A generator whose state is filled from `seed` by SplitMix64, as the authors advise.
  package init(seed: UInt64) {
    var filler = SplitMix64(state: seed)
    state = (filler.next(), filler.next(), filler.next(), filler.next())
  }

  /// A generator that goes on from a stored state; nil if the words are all zero, a state from
  /// which the generator would only give zeros.
  package init?(state: (UInt64, UInt64, UInt64, UInt64)) {
    guard state != (0, 0, 0, 0) else { return nil }
    self.state = state
  }

  package mutating func next() -> UInt64 {
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

  package static func == (left: Self, right: Self) -> Bool { left.state == right.state }
}

/// The generator SplitMix64 of G. Steele, D. Lea and C. Flood: a counter and a mixing function.
///
/// Any state will do, so it turns a seed into the state of a better generator.
/// Fast splittable pseudorandom number generators, OOPSLA 2014.
package struct SplitMix64: RandomNumberGenerator, Sendable, Equatable {
  package var state: UInt64

  package init(state: UInt64) {
    self.state = state
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

private func rotated(_ word: UInt64, by bits: UInt64) -> UInt64 {
  (word << bits) | (word >> (64 - bits))
}
