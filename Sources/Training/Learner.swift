/// The mean losses of one batch, each over the batch's images.
package struct BatchLosses: Sendable, Equatable {
  /// L1 between output and input, a mean over all pixels.
  package var autoEncoder = 0.0
  /// Cross-entropy of the logits.
  package var classification = 0.0
  /// BCE of the updated discriminator on the encoder's styles, target 0; 0 for an SAE.
  package var generator = 0.0
  /// BCE of the discriminator on the encoder's styles, target 1; 0 for an SAE.
  package var discriminatorFake = 0.0
  /// BCE of the discriminator on styles from the prior, target 0; 0 for an SAE.
  package var discriminatorReal = 0.0

  package init() {}
}

/// A network's parameters and what AdamW remembers of them.
package struct OptimizedParameters: Sendable, Equatable {
  /// Laid out as the network's `ParameterLayout` says.
  package var values: [Float]
  /// Exponential mean of the gradients.
  package var firstMoments: [Float]
  /// Exponential mean of the squared gradients.
  package var secondMoments: [Float]
}
