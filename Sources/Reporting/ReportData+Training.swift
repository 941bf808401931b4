package import Learning

extension ReportData {
  /// How a checkpoint was trained.
  package struct Training: Codable, Sendable, Equatable {
    /// Wall-clock time of training and validation together.
    package var seconds: Double
    /// Epoch 1 first, none left out; at least one.
    package var epochs: [Epoch]

    package struct Epoch: Codable, Sendable, Equatable {
      package var epoch: Int
      package var training: Losses
      package var validation: Validation
      /// nil for an SAE.
      package var adversarial: Adversarial?
    }

    /// The means over the training images, as the networks were when they saw them.
    package struct Losses: Codable, Sendable, Equatable {
      package var l1: Double
      package var crossEntropy: Double
    }

    /// The means over the validation images after the epoch.
    package struct Validation: Codable, Sendable, Equatable {
      package var l1: Double
      package var crossEntropy: Double
      package var accuracy: Double
      package var medianNegLog10P: Double
    }

    /// The losses around the discriminator, each a binary cross-entropy.
    package struct Adversarial: Codable, Sendable, Equatable {
      package var generator: Double
      /// What the generator's loss counts in the sum that the encoder minimises.
      package var generatorFactor: Double
      /// On the encoder's styles.
      package var discriminatorFake: Double
      /// On styles from the prior.
      package var discriminatorReal: Double
    }
  }
}

extension ReportData.Training {
  /// - Parameter history: of at least one epoch.
  package init(_ history: TrainingHistory) {
    seconds = history.epochs.reduce(0) { $0 + $1.training.seconds + $1.validation.seconds }
    epochs = history.epochs.map { record in
      Epoch(
        epoch: record.epoch,
        training: Losses(
          l1: record.training.autoEncoderLoss,
          crossEntropy: record.training.classificationLoss),
        validation: Validation(
          l1: record.validation.autoEncoderLoss,
          crossEntropy: record.validation.classificationLoss,
          accuracy: record.validation.accuracy,
          medianNegLog10P: record.validation.distributionError),
        adversarial: record.training.adversarial.map {
          Adversarial(
            generator: $0.generatorLoss, generatorFactor: $0.generatorFactor,
            discriminatorFake: $0.discriminatorFakeLoss,
            discriminatorReal: $0.discriminatorRealLoss)
        })
    }
  }

  /// The places in `epochs` of those that a table shows: all of a few, else the first, every so
  /// many and the last.
  package var shownEpochs: [Int] {
    epochs.indices.filter { place in
      place == 0 || (place + 1) % tableStep == 0 || place == epochs.count - 1
    }
  }

  /// Every how many epochs a table shows one, so that it has no more than 30 besides the first and
  /// the last: 1, 2, 5, 10, 20 and so on.
  package var tableStep: Int {
    var power = 1
    while true {
      for digit in [1, 2, 5] where epochs.count / (digit * power) <= 30 { return digit * power }
      power *= 10
    }
  }
}
