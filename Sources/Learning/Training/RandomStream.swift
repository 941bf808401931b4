package import Support

/// The random choices of a training, each with a generator of its own.
///
/// Every generator is a function of the seed and of what it is for, so that nothing but the seed,
/// the epoch and the step needs to be kept to go on from the middle of an epoch.
package enum RandomStream {
  /// The networks' first weights.
  case weights
  /// The order of the images in an epoch.
  case order(epoch: Int)
  /// What is drawn from the prior in a step of an epoch.
  case prior(epoch: Int, step: Int)

  /// The stream's generator in a training of this seed.
  package func generator(seed: UInt64) -> Xoshiro256 {
    let words: [UInt64] =
      switch self {
      case .weights: [0]
      case .order(let epoch): [1, UInt64(epoch)]
      case .prior(let epoch, let step): [2, UInt64(epoch), UInt64(step)]
      }
    return Xoshiro256(seed: seed, words: words)
  }
}
