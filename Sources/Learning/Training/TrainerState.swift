import Support

/// All that the rest of a training depends on, after any step.
package struct TrainerState: Sendable, Equatable {
  package var options: TrainingOptions
  /// The files that the training images and labels were read from.
  package var data: [LabelledImages.Source]
  var learner: LearnerState
  /// The SHA-256 of the records of the epochs that are done, without their times.
  package var historyDigest = Self.digest(of: TrainingHistory())
  /// The epoch that comes next or is under way, counted from 0; `options.epochs` when all are done.
  package var epoch = 0
  /// How many steps of that epoch are done.
  package var step = 0
  /// The sums of the losses of those steps over their images.
  package var losses = Losses()
  /// How many images those are.
  package var images = 0
  /// The wall-clock time of those steps.
  package var seconds = 0.0

  init(options: TrainingOptions, data: [LabelledImages.Source], learner: LearnerState) {
    self.options = options
    self.data = data
    self.learner = learner
  }

  /// What `historyDigest` is for a history: lower-case hexadecimal.
  package static func digest(of history: TrainingHistory) -> String {
    hexadecimal(Digest.sha256(history.timeless.csv))
  }

  /// The model: of encoder and decoder the averaged weights, if weights are averaged.
  package var checkpoint: Checkpoint {
    Checkpoint(
      styleSize: learner.styleSize, prior: options.prior,
      encoder: learner.average?.encoder ?? learner.encoder.values,
      decoder: learner.average?.decoder ?? learner.decoder.values,
      discriminator: learner.discriminator?.values)
  }

  /// A training that has not begun.
  package init(options: TrainingOptions, data: [LabelledImages.Source]) {
    var generator = RandomStream.weights.generator(seed: options.seed)
    let learner = LearnerState(
      styleSize: options.styleSize, adversarial: options.kind == .aae,
      averaged: options.keepsAverage, initialization: options.initialization,
      using: &generator)
    self.init(options: options, data: data, learner: learner)
  }
}
