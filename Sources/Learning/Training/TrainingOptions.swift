package import Support

/// What decides the outcome of a training, apart from the data and the version of the program.
package struct TrainingOptions: Sendable, Equatable {
  /// How the learning rate moves over the steps.
  package enum Schedule: String, Sendable, CaseIterable {
    /// The same at every step.
    case constant
    /// Half a cosine wave, from the learning rate at the first step down to nothing after the last.
    case cosine
  }

  /// What the parameters begin as.
  package enum Initialization: String, Sendable, CaseIterable {
    /// As PyTorch's: uniform around 0.
    case uniform
    /// The same, but for the bias of the decoder's output, which begins at -1, the background's
    /// level.
    ///
    /// From 0 the first few hundred steps lower the whole image to its background, and do so with
    /// the four channels before the output too: some learn to be on everywhere, others nowhere, and
    /// stay so.
    case background
  }

  /// With a discriminator (AAE) or without (SAE).
  package var kind: Checkpoint.Kind
  /// S, from 1 to 64.
  package var styleSize: Int
  /// How often every training image is used.
  package var epochs: Int
  /// Images a step.
  package var batchSize: Int
  /// Of AdamW, for all networks, before the schedule.
  package var learningRate: Double
  package var schedule: Schedule
  package var initialization: Initialization
  /// Of AdamW, for encoder and decoder. The discriminator's is AdamW's own 0.01: with more it tells
  /// less, and the styles drift from the prior.
  package var weightDecay: Double
  /// The decay of the exponential average of the weights that is validated and saved; 0: the
  /// weights themselves are.
  package var averageDecay: Double
  /// σ of the prior N(0, σ²) of the style vectors.
  package var priorScale: Double
  /// What the generator loss is multiplied with in the epoch before the last; see
  /// `generatorFactor(epoch:)`. Without meaning for an SAE.
  package var generatorLossFactor: Double
  package var seed: UInt64
  /// Only the first so many training images are used; nil: all.
  package var limit: Int?

  /// The prior of the style vectors.
  package var prior: NormalDistribution { NormalDistribution(scale: priorScale) }

  package init(
    kind: Checkpoint.Kind, styleSize: Int = 4, epochs: Int, batchSize: Int = 64,
    learningRate: Double = 4e-4, schedule: Schedule = .constant,
    initialization: Initialization = .uniform, weightDecay: Double = 0.01,
    averageDecay: Double = 0, priorScale: Double = Checkpoint.usualPrior.scale,
    generatorLossFactor: Double = 0.2,
    seed: UInt64 = 1, limit: Int? = nil
  ) {
    self.kind = kind
    self.styleSize = styleSize
    self.epochs = epochs
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.schedule = schedule
    self.initialization = initialization
    self.weightDecay = weightDecay
    self.averageDecay = averageDecay
    self.priorScale = priorScale
    self.generatorLossFactor = generatorLossFactor
    self.seed = seed
    self.limit = limit
  }
}
