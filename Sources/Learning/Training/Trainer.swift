import StyleNet
package import Support

/// Trains a simple or an adversarial auto-encoder, epoch by epoch.
///
/// An AAE is an SAE with a discriminator: one loop serves both. What comes out depends on the
/// state it began with and on the data alone, not on the number of threads, and not on where the
/// training was interrupted and taken up again.
package final class Trainer {
  /// Where a training is, for whoever watches.
  package struct Progress: Sendable, Equatable {
    /// The epoch, counted from 1, and how many there are.
    package let epoch, epochs: Int
    /// The steps of this epoch that are done, and how many there are.
    package let step, steps: Int
    /// The images of all epochs that are done, and how many there are.
    package let images, allImages: Int
  }

  /// The records of the epochs that are done.
  private(set) var history: TrainingHistory

  private let images: LabelledImages
  private let validationImages: LabelledImages
  private let learner: Learner
  private let workers: Workers
  private var position: TrainingState.Position

  /// Begins a training, or takes one up where it was saved.
  ///
  /// - Parameters:
  ///   - saved: the training to take up; it has the same options.
  ///   - initial: a checkpoint to begin a new training with.
  ///   - images: the training images, all of them; at least one.
  ///   - validationImages: at least one.
  /// - Throws: `LearningError` if these are not the images that the saved training began with, or the
  ///   checkpoint is of another style size.
  package convenience init(
    _ options: TrainingOptions, resuming saved: SavedTraining? = nil,
    from initial: Checkpoint? = nil, images: LabelledImages, validationImages: LabelledImages,
    workers: Workers
  ) throws(LearningError) {
    try saved?.require(images.sources)
    if let initial, initial.styleSize != options.styleSize {
      throw LearningError(
        "--feat-size \(options.styleSize) contradicts --init-from, whose styles have"
          + " \(counted(initial.styleSize, "component"))")
    }
    try self.init(
      saved?.state ?? TrainingState(options: options, from: initial, data: images.sources),
      history: saved?.history ?? TrainingHistory(), images: images,
      validationImages: validationImages, workers: workers)
  }

  /// - Parameters:
  ///   - state: of a new training, or after any step of an old one.
  ///   - history: the records of the epochs that the state has behind it.
  /// - Throws: `LearningError` if the state is not one that a training on these images can be in.
  init(
    _ state: TrainingState, history: TrainingHistory, images: LabelledImages,
    validationImages: LabelledImages, workers: Workers
  ) throws(LearningError) {
    precondition(history.epochs.count == state.position.epoch)
    precondition(images.count > 0 && validationImages.count > 0)
    self.history = history
    self.images = images
    self.validationImages = validationImages
    self.workers = workers
    position = state.position
    learner = Learner(
      state.networks, styleSize: position.options.styleSize,
      marginals: state.networks.marginalExcess.map {
        StyleMarginals(excess: $0, options: state.position.options)
      },
      steps: position.optimizerSteps, batchSize: position.options.batchSize, workers: workers)
    guard position.step <= stepsPerEpoch,
      position.images == min(position.step * options.batchSize, imagesPerEpoch),
      position.optimizerSteps == position.epoch * stepsPerEpoch + position.step
    else {
      throw LearningError(
        "the saved state is not one of a training on \(imagesPerEpoch) images:"
          + " \(position.step) steps of \(options.batchSize) on \(position.images) images,"
          + " \(position.optimizerSteps) in all")
    }
  }

  /// What to keep so as to go on from here.
  var state: TrainingState { TrainingState(position: position, networks: learner.networks) }

  /// The epochs that are done.
  package var epoch: Int { position.epoch }

  /// Whether all epochs are done.
  package var isFinished: Bool { position.epoch >= options.epochs }

  private var options: TrainingOptions { position.options }

  // MARK: An epoch

  /// How many images an epoch uses.
  private var imagesPerEpoch: Int { min(options.limit ?? images.count, images.count) }

  private var stepsPerEpoch: Int {
    (imagesPerEpoch + options.batchSize - 1) / options.batchSize
  }

  /// Trains to the end of the epoch under way, and validates.
  ///
  /// - Parameter proceed: asked after every step whether to go on.
  /// - Returns: the epoch's record, which is then the history's last too; nil if told to stop.
  /// - Throws: `LearningError` naming epoch and step if a loss is not finite.
  package func trainEpoch(
    proceed: (Progress) -> Bool
  ) throws(LearningError) -> EpochRecord? {
    let watch = Stopwatch(elapsed: position.seconds)
    var generator = RandomStream.order(epoch: position.epoch).generator(seed: options.seed)
    let order = generator.permutation(of: imagesPerEpoch)
    while position.step < stepsPerEpoch {
      let start = position.step * options.batchSize
      try takeStep(order[start..<min(start + options.batchSize, order.count)])
      position.seconds = watch.seconds
      guard proceed(progress) else { return nil }
    }
    let record = try makeRecord()
    history.epochs.append(record)
    position.historyDigest = history.digest
    position.epoch += 1
    position.step = 0
    position.losses = Losses()
    position.images = 0
    position.seconds = 0
    return record
  }

  private var progress: Progress {
    Progress(
      epoch: position.epoch + 1, epochs: options.epochs, step: position.step,
      steps: stepsPerEpoch,
      images: position.epoch * imagesPerEpoch + position.images,
      allImages: options.epochs * imagesPerEpoch)
  }

  private func takeStep(_ batch: ArraySlice<Int>) throws(LearningError) {
    let (epoch, step) = (position.epoch, position.step)
    func styles(_ stream: RandomStream, scale: Double) -> [Float] {
      var generator = stream.generator(seed: options.seed)
      return generator.normals(count: batch.count * options.styleSize, scale: scale)
    }
    var learned = Learner.Batch(
      pixels: images.pixels[batch], labels: batch.map { images.labels[$0] }, priorStyles: [])
    if options.kind == .aae {
      learned.priorStyles = styles(
        .prior(epoch: epoch, step: step), scale: options.prior.scale)
    }
    if options.styleNoise > 0 {
      learned.styleNoise = styles(
        .styleNoise(epoch: epoch, step: step), scale: options.styleNoise * options.prior.scale)
    }
    let augmentation = options.augmentation(epoch: epoch)
    if augmentation > 0 {
      var generator = RandomStream.augmentation(epoch: epoch, step: step)
        .generator(seed: options.seed)
      learned.distortions = batch.map { _ in AffineMap(augmentation, using: &generator) }
    }
    let losses = learner.step(
      learned,
      options.hyperparameters(
        epoch: epoch, step: epoch * stepsPerEpoch + step, of: options.epochs * stepsPerEpoch))
    guard losses.present.allSatisfy(\.isFinite) else {
      throw diverged("step \(step + 1)", "a loss")
    }
    position.losses = position.losses + losses
    position.images += batch.count
    position.step += 1
    position.optimizerSteps += 1
  }

  // MARK: The end of an epoch

  /// Validates, and gathers the epoch's numbers.
  private func makeRecord() throws(LearningError) -> EpochRecord {
    let watch = Stopwatch()
    let evaluation: Evaluation
    do {
      evaluation = try Evaluation(state.checkpoint, on: validationImages, workers: workers)
    } catch {
      throw diverged("validation", "an output")
    }
    return EpochRecord(
      epoch: position.epoch + 1,
      training: position.losses / position.images,
      generatorFactor: options.kind == .sae
        ? nil : options.generatorFactor(epoch: position.epoch),
      validation: evaluation.measures,
      seconds: Numbers([.training: position.seconds, .validation: watch.seconds]),
      heldOut: Double(options.holdOut))
  }

  // MARK: Saving

  /// Replaces what the directory holds by the model, the state and the history as they are now, at
  /// one instant.
  ///
  /// - Throws: `FileError` if that fails, and `LearningError` if a weight is not finite; the old
  ///   files are then in place.
  package func save(to directory: borrowing CheckpointDirectory) throws {
    let state = state
    guard state.networks.isFinite else { throw diverged("step \(position.step)", "a weight") }
    try directory.save(
      state.checkpoint,
      with: [(TrainingState.fileName, state.bytes), (TrainingHistory.fileName, history.csv)])
  }

  /// - Parameters:
  ///   - place: where in the epoch it was found.
  ///   - number: what is no number any more.
  private func diverged(_ place: String, _ number: String) -> LearningError {
    LearningError(
      "epoch \(position.epoch + 1), \(place): \(number) is not finite;"
        + " the checkpoint saved last is kept, and a smaller --lr may help")
  }
}

/// Wall-clock time.
private struct Stopwatch {
  private let start = ContinuousClock.now
  private let earlier: Double

  /// - Parameter elapsed: seconds to count from.
  init(elapsed: Double = 0) {
    earlier = elapsed
  }

  var seconds: Double {
    earlier + (ContinuousClock.now - start) / .seconds(1)
  }
}

// MARK: Randomness

/// The random choices of a training, each with a generator of its own.
///
/// The seed and the purpose determine a generator. To go on from the middle of an epoch, a training
/// needs to keep only the seed, the epoch and the step.
enum RandomStream {
  /// The networks' first weights.
  case weights
  /// The order of the images in an epoch.
  case order(epoch: Int)
  /// What is drawn from the prior in a step of an epoch.
  case prior(epoch: Int, step: Int)
  /// The directions along which distributions of styles are compared to the prior's.
  case directions
  /// The noise on the styles in a step of an epoch.
  case styleNoise(epoch: Int, step: Int)
  /// The distortions of the images in a step of an epoch.
  case augmentation(epoch: Int, step: Int)

  /// The stream's generator in a training of this seed.
  func generator(seed: UInt64) -> Xoshiro256 {
    let words: [UInt64] =
      switch self {
      case .weights: [0]
      case .order(let epoch): [1, UInt64(epoch)]
      case .prior(let epoch, let step): [2, UInt64(epoch), UInt64(step)]
      case .directions: [3]
      case .styleNoise(let epoch, let step): [4, UInt64(epoch), UInt64(step)]
      case .augmentation(let epoch, let step): [5, UInt64(epoch), UInt64(step)]
      }
    return Xoshiro256(seed: seed, words: words)
  }
}
