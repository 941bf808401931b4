package import Support

/// The losses of an image, a step or an epoch: a sum over images or a mean.
package struct Losses: Codable, Sendable, Equatable {
  /// L1 between output and input, a mean over an image's pixels.
  package var l1 = 0.0
  /// Cross-entropy of the logits.
  package var crossEntropy = 0.0
  /// Binary cross-entropy of the updated discriminator on the encoder's styles, with the prior's
  /// target; nil for an SAE, as the next two.
  @Nullable package var generator: Double? = nil
  /// Binary cross-entropy of the discriminator on the encoder's styles.
  @Nullable package var discriminatorFake: Double? = nil
  /// Binary cross-entropy of the discriminator on styles drawn from the prior.
  @Nullable package var discriminatorReal: Double? = nil

  /// Those that there are.
  var values: [Double] {
    [l1, crossEntropy, generator, discriminatorFake, discriminatorReal].compactMap { $0 }
  }

  /// Whether they are an AAE's.
  var isAdversarial: Bool { generator != nil }

  /// The sum, in which nil counts as 0 beside a number.
  static func + (a: Losses, b: Losses) -> Losses {
    func sum(_ a: Double?, _ b: Double?) -> Double? {
      a == nil ? b : b == nil ? a : (a ?? 0) + (b ?? 0)
    }
    return Losses(
      l1: a.l1 + b.l1, crossEntropy: a.crossEntropy + b.crossEntropy,
      generator: sum(a.generator, b.generator),
      discriminatorFake: sum(a.discriminatorFake, b.discriminatorFake),
      discriminatorReal: sum(a.discriminatorReal, b.discriminatorReal))
  }

  static func / (losses: Losses, count: Int) -> Losses {
    let count = Double(count)
    return Losses(
      l1: losses.l1 / count, crossEntropy: losses.crossEntropy / count,
      generator: losses.generator.map { $0 / count },
      discriminatorFake: losses.discriminatorFake.map { $0 / count },
      discriminatorReal: losses.discriminatorReal.map { $0 / count })
  }
}

/// What an evaluation measures: how good a model is, in four numbers.
package struct Measures: Codable, Sendable, Equatable {
  /// The share of images whose largest logit is the true digit's, 0 to 1.
  package var accuracy: Double
  /// The mean over all pixels of |output - input|; input from -1 to 1, output not clamped.
  package var l1: Double
  /// The mean over the images of -ln of the true digit's probability.
  package var crossEntropy: Double
  /// The median over the style features of -log10 p of the Kolmogorov-Smirnov test against the
  /// prior.
  package var distributionError: Double
}

/// What one epoch of a training came to.
package struct EpochRecord: Codable, Sendable, Equatable {
  /// Wall-clock times.
  package struct Seconds: Codable, Sendable, Equatable {
    package var training: Double
    package var validation: Double
  }

  /// Counted from 1.
  package var epoch: Int
  /// The means over the epoch's training images, as the networks were when they saw them.
  package var training: Losses
  /// What the generator loss counts in the sum that the encoder minimises; nil for an SAE.
  @Nullable package var generatorFactor: Double?
  /// On the validation images, after the epoch.
  package var validation: Measures
  package var seconds: Seconds
}

// MARK: Columns

extension EpochRecord {
  /// A number of the record as a column of `history.csv`.
  struct Column {
    /// Where the number is in the record.
    enum Place {
      case always(WritableKeyPath<EpochRecord, Double>)
      /// nil for an SAE.
      case adversarial(WritableKeyPath<EpochRecord, Double?>)
    }

    /// The path of the number in JSON, `_` in place of `.`.
    let name: String
    /// Its name in files of versions up to 1.0.
    let formerName: String
    let place: Place
    /// All numbers but the accuracy are means of numbers of 32 bits, or times.
    var greatest = Double(Float.greatestFiniteMagnitude)
  }

  /// The columns after `epoch`, in their order.
  static var columns: [Column] {
    [
      Column(
        name: "training_l1", formerName: "training_auto_encoder_loss",
        place: .always(\.training.l1)),
      Column(
        name: "training_crossEntropy", formerName: "training_classification_loss",
        place: .always(\.training.crossEntropy)),
      Column(
        name: "training_generator", formerName: "training_generator_loss",
        place: .adversarial(\.training.generator)),
      Column(
        name: "generatorFactor", formerName: "training_generator_factor",
        place: .adversarial(\.generatorFactor)),
      Column(
        name: "training_discriminatorFake", formerName: "training_discriminator_fake_loss",
        place: .adversarial(\.training.discriminatorFake)),
      Column(
        name: "training_discriminatorReal", formerName: "training_discriminator_real_loss",
        place: .adversarial(\.training.discriminatorReal)),
      Column(
        name: "seconds_training", formerName: "training_seconds",
        place: .always(\.seconds.training)),
      Column(
        name: "validation_l1", formerName: "validation_auto_encoder_loss",
        place: .always(\.validation.l1)),
      Column(
        name: "validation_crossEntropy", formerName: "validation_classification_loss",
        place: .always(\.validation.crossEntropy)),
      Column(
        name: "validation_accuracy", formerName: "validation_accuracy",
        place: .always(\.validation.accuracy), greatest: 1),
      Column(
        name: "validation_distributionError", formerName: "validation_distribution_error",
        place: .always(\.validation.distributionError)),
      Column(
        name: "seconds_validation", formerName: "validation_seconds",
        place: .always(\.seconds.validation)),
    ]
  }

  /// The number of a column; nil for one that an SAE does not have.
  subscript(column: Column) -> Double? {
    get {
      switch column.place {
      case .always(let path): self[keyPath: path]
      case .adversarial(let path): self[keyPath: path]
      }
    }
    set {
      switch column.place {
      case .always(let path): self[keyPath: path] = newValue ?? 0
      case .adversarial(let path): self[keyPath: path] = newValue
      }
    }
  }

  /// A record whose numbers are still to be set: zeros, and nil what an SAE does not have.
  init(epoch: Int) {
    self.init(
      epoch: epoch, training: Losses(), generatorFactor: nil,
      validation: Measures(accuracy: 0, l1: 0, crossEntropy: 0, distributionError: 0),
      seconds: Seconds(training: 0, validation: 0))
  }

  /// Whether the record is one of an AAE.
  package var isAdversarial: Bool { generatorFactor != nil }
}

// MARK: Text

extension EpochRecord {
  /// What the trainers print of an epoch: eleven lines for an AAE, seven for an SAE.
  package var text: String {
    func loss(_ name: String, _ value: Double?, _ note: String = "") -> String? {
      value.map { "  \(name): \(decimal($0, places: 4))\(note)" }
    }
    let lines = [
      "Epoch \(epoch) training:",
      loss("Mean AutoEncoder Loss", training.l1),
      loss("Mean Classification Loss", training.crossEntropy),
      loss(
        "Mean Generator Loss", training.generator, " * \(decimal(generatorFactor ?? 0, places: 3))"),
      loss("Mean Discriminator Fake Loss", training.discriminatorFake),
      loss("Mean Discriminator Real Loss", training.discriminatorReal),
      "Epoch \(epoch) validation:",
      loss("Mean AutoEncoder Loss", validation.l1),
      loss("Mean Classification Loss", validation.crossEntropy),
      loss(
        "Median Encoded Distribution Error", isAdversarial ? validation.distributionError : nil),
      "[time] training: \(decimal(seconds.training, places: 1))s,"
        + " validation: \(decimal(seconds.validation, places: 1))s",
    ]
    return lines.compactMap { $0 }.map { $0 + "\n" }.joined()
  }
}
