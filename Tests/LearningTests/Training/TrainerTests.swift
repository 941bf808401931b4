import TestSupport
import Testing

@testable import Learning
@testable import Support

struct TrainerTests {
  @Test("the number of threads changes nothing", arguments: [Checkpoint.Kind.sae, .aae])
  func threadsChangeNothing(kind: Checkpoint.Kind) throws {
    let images = try TrainingSetUp.images()
    let options = TrainingSetUp.options(kind)
    let single = try TrainingSetUp.trainer(options, images: images, threads: 1)
    try single.finish()
    for threads in [2, 3, 8] {
      let trainer = try TrainingSetUp.trainer(options, images: images, threads: threads)
      try trainer.finish()
      let isEqual = trainer.state == single.state
      #expect(isEqual, "\(threads) threads")
      #expect(trainer.timelessHistory == single.timelessHistory)
    }
  }

  @Test(
    "a training interrupted after any step ends as one that was not",
    arguments: [Checkpoint.Kind.sae, .aae])
  func interruptionChangesNothing(kind: Checkpoint.Kind) throws {
    let images = try TrainingSetUp.images()
    let options = TrainingSetUp.options(kind)
    let whole = try TrainingSetUp.trainer(options, images: images)
    try whole.finish()

    let directory = try ScratchDirectory()
    var saved: SavedTraining?
    var interruptions = 0
    while true {
      let trainer = try TrainingSetUp.trainer(options, images: images, saved: saved)
      if trainer.isFinished { break }
      if try trainer.trainEpoch(proceed: { _ in false }) == nil { interruptions += 1 }
      try trainer.save(to: CheckpointDirectory(directory.path))
      saved = try SavedTraining(from: directory.path, kind: kind)
      let isEqual = saved?.state == trainer.state
      #expect(isEqual)
    }
    #expect(interruptions == 8)

    let resumed = try #require(saved)
    let isEqual = resumed.state == whole.state
    #expect(isEqual)
    let trainer = try TrainingSetUp.trainer(options, images: images, saved: resumed)
    #expect(trainer.timelessHistory == whole.timelessHistory)
    let checkpoint = try Checkpoint.load(from: directory.path)
    #expect(checkpoint.encoder == whole.state.checkpoint.encoder)
    #expect(checkpoint.decoder == whole.state.checkpoint.decoder)
    #expect(checkpoint.discriminator == whole.state.checkpoint.discriminator)
  }

  @Test func anotherSeedGivesAnotherModel() throws {
    let images = try TrainingSetUp.images()
    var options = TrainingSetUp.options(.aae, epochs: 1)
    let one = try TrainingSetUp.trainer(options, images: images)
    try one.finish()
    options.seed += 1
    let other = try TrainingSetUp.trainer(options, images: images)
    try other.finish()
    #expect(one.state.checkpoint.encoder != other.state.checkpoint.encoder)
  }

  @Test(
    "what is off changes nothing, and what is on does",
    arguments: [TrainingOption.marginalLossFactor, .styleNoise, .augmentation])
  func eachOptionChangesTheModel(option: TrainingOption) throws {
    let images = try TrainingSetUp.images()
    func networks(_ text: String?) throws -> TrainedParameters {
      var options = TrainingSetUp.original(.aae)
      // The first of two epochs is not of the last quarter.
      (options.epochs, options.batchSize) = (2, 32)
      if let text { try option.setting(text).apply(&options) }
      let trainer = try TrainingSetUp.trainer(options, images: images)
      _ = try trainer.trainEpoch { _ in true }
      return trainer.state.networks
    }
    let (unset, off, on) = (try networks(nil), try networks("0"), try networks("0.5"))
    let isEqual = unset == off
    #expect(isEqual)
    #expect(unset.encoder != on.encoder)
    #expect((on.marginalExcess != nil) == (option == .marginalLossFactor))
  }

  @Test func everyEpochUsesEachImageOnceInAnotherOrder() throws {
    let images = try TrainingSetUp.images()
    let trainer = try TrainingSetUp.trainer(TrainingSetUp.options(.aae), images: images)
    var steps: [Trainer.Progress] = []
    while !trainer.isFinished {
      _ = try trainer.trainEpoch {
        steps.append($0)
        return true
      }
    }
    #expect(steps.map(\.images) == [32, 64, 96, 100, 132, 164, 196, 200])
    #expect(steps.map(\.step) == [1, 2, 3, 4, 1, 2, 3, 4])
    #expect(steps.map(\.epoch) == [1, 1, 1, 1, 2, 2, 2, 2])
    #expect(steps.allSatisfy { $0.steps == 4 && $0.epochs == 2 && $0.allImages == 200 })
    #expect(trainer.state.position.optimizerSteps == 8)
  }

  @Test func limitKeepsTheFirstImages() throws {
    var options = TrainingSetUp.options(.sae, epochs: 1)
    let few = try TrainingSetUp.trainer(options, images: TrainingSetUp.images(40))
    try few.finish()
    options.limit = 40
    let limited = try TrainingSetUp.trainer(options, images: TrainingSetUp.images(100))
    try limited.finish()
    let isEqual = limited.state.networks == few.state.networks
    #expect(isEqual)
  }

  @Test func trainingLowersTheLosses() throws {
    var options = TrainingSetUp.original(.aae)
    options.epochs = 5
    options.batchSize = 16
    options.learningRate = 2e-3
    let trainer = try TrainingSetUp.trainer(
      options, images: TrainingSetUp.images(400))
    try trainer.finish()
    let records = trainer.history.epochs
    let (first, last) = (try #require(records.first), try #require(records.last))
    for loss in Loss.allCases {
      #expect(first.training[loss] != nil && last.training[loss] != nil)
    }
    #expect(try #require(last.training[.l1]) < #require(first.training[.l1]))
    #expect(
      try #require(last.training[.crossEntropy]) < 0.5 * #require(first.training[.crossEntropy]))
    #expect(try #require(last.validation[.accuracy]) > 0.8)
    #expect(try #require(last.validation[.l1]) < #require(first.validation[.l1]))
  }

  @Test func savedModelIsTheAverageOfTheWeights() throws {
    let images = try TrainingSetUp.images()
    var options = TrainingSetUp.options(.sae, epochs: 1)
    let averaged = try TrainingSetUp.trainer(options, images: images)
    try averaged.finish()
    options.averageDecay = 0
    let plain = try TrainingSetUp.trainer(options, images: images)
    try plain.finish()
    // Averaging watches: the weights go on as without it.
    var watched = averaged.state.networks
    (watched.encoder.average, watched.decoder.average) = (nil, nil)
    let goOn = watched == plain.state.networks
    #expect(goOn)
    #expect(plain.state.checkpoint.encoder == plain.state.networks.encoder.values)
    #expect(averaged.state.checkpoint.encoder == averaged.state.networks.encoder.average)
    #expect(averaged.state.checkpoint.encoder != averaged.state.networks.encoder.values)
  }

  @Test func divergenceStopsWithEpochAndStepAndKeepsTheLastCheckpoint() throws {
    let images = try TrainingSetUp.images()
    let directory = try ScratchDirectory()
    let good = try TrainingSetUp.trainer(TrainingSetUp.options(.aae), images: images)
    _ = try good.trainEpoch { _ in true }
    try good.save(to: CheckpointDirectory(directory.path))

    var state = good.state
    state.networks.decoder.values[0] = .nan
    let trainer = try Trainer(
      state, history: good.history, images: images, validationImages: images,
      workers: .init(threads: 1))
    let error = #expect(throws: LearningError.self) { try trainer.trainEpoch { _ in true } }
    #expect(error?.description.hasPrefix("epoch 2, step 1: ") == true)
    #expect(throws: LearningError.self) {
      try trainer.save(to: CheckpointDirectory(directory.path))
    }
    let isKept = try SavedTraining(from: directory.path, kind: .aae).state == good.state
    #expect(isKept)
  }
}
