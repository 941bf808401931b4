/// What one epoch of a training came to.
package struct EpochRecord: Sendable, Equatable {
  /// The means over the epoch's training images, as the networks were when they saw them.
  package struct Training: Sendable, Equatable {
    /// L1 between output and input, a mean over all pixels.
    package var autoEncoderLoss: Double
    /// Cross-entropy of the logits.
    package var classificationLoss: Double
    /// nil for an SAE.
    package var adversarial: Adversarial?
    /// Wall-clock time.
    package var seconds: Double

    package init(
      autoEncoderLoss: Double, classificationLoss: Double, adversarial: Adversarial?,
      seconds: Double
    ) {
      self.autoEncoderLoss = autoEncoderLoss
      self.classificationLoss = classificationLoss
      self.adversarial = adversarial
      self.seconds = seconds
    }
  }

  /// The losses around the discriminator, each a binary cross-entropy.
  package struct Adversarial: Sendable, Equatable {
    /// Of the encoder, which wants its styles taken for the prior's.
    package var generatorLoss: Double
    /// What the generator loss counts in the sum that the encoder minimises.
    package var generatorFactor: Double
    /// Of the discriminator on the encoder's styles.
    package var discriminatorFakeLoss: Double
    /// Of the discriminator on styles drawn from the prior.
    package var discriminatorRealLoss: Double

    package init(
      generatorLoss: Double, generatorFactor: Double, discriminatorFakeLoss: Double,
      discriminatorRealLoss: Double
    ) {
      self.generatorLoss = generatorLoss
      self.generatorFactor = generatorFactor
      self.discriminatorFakeLoss = discriminatorFakeLoss
      self.discriminatorRealLoss = discriminatorRealLoss
    }
  }

  /// The means over the test set after the epoch.
  package struct Validation: Sendable, Equatable {
    /// L1 between output and input, a mean over all pixels.
    package var autoEncoderLoss: Double
    /// Cross-entropy of the logits.
    package var classificationLoss: Double
    /// The share of images whose largest logit is the true digit's, 0 to 1.
    package var accuracy: Double
    /// The median over the style features of -log10 p of the Kolmogorov-Smirnov test against the
    /// prior.
    package var distributionError: Double
    /// Wall-clock time.
    package var seconds: Double

    package init(
      autoEncoderLoss: Double, classificationLoss: Double, accuracy: Double,
      distributionError: Double, seconds: Double
    ) {
      self.autoEncoderLoss = autoEncoderLoss
      self.classificationLoss = classificationLoss
      self.accuracy = accuracy
      self.distributionError = distributionError
      self.seconds = seconds
    }
  }

  /// Counted from 1.
  package var epoch: Int
  package var training: Training
  package var validation: Validation

  package init(epoch: Int, training: Training, validation: Validation) {
    self.epoch = epoch
    self.training = training
    self.validation = validation
  }
}
