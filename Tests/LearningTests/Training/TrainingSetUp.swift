import FoundationEssentials
import TestSupport

@testable import Learning
@testable import Support

/// What the tests train on: some images of the test set that comes with the package.
enum TrainingSetUp {
  static let testSet = fixture("../../share/mnist").path(percentEncoded: false)

  /// 100 images; the last batch of 32 is short.
  static func images(_ count: Int = 100) throws -> LabelledImages {
    try DataSet.load(.test, from: testSet, limit: count)
  }

  static func options(
    _ kind: Checkpoint.Kind, epochs: Int = 2, averageDecay: Double = 0.9
  ) -> TrainingOptions {
    var options = original(kind)
    options.styleSize = 3
    options.epochs = epochs
    options.batchSize = 32
    options.averageDecay = averageDecay
    options.marginalLossFactor = 0.3
    options.styleNoise = 0.2
    options.augmentation = 1
    options.seed = 7
    return options
  }

  /// The original project's options.
  static func original(_ kind: Checkpoint.Kind) -> TrainingOptions {
    var options = TrainingOptions(kind: kind)
    TrainingRecipe.original.apply(to: &options)
    return options
  }

  /// A trainer at the start of a training, or where a saved one stopped.
  static func trainer(
    _ options: TrainingOptions, images: LabelledImages, saved: SavedTraining? = nil,
    threads: Int = 2
  ) throws -> Trainer {
    try Trainer(
      saved?.state ?? TrainingState(options: options, data: images.sources),
      history: saved?.history ?? TrainingHistory(), images: images, validationImages: images,
      workers: Workers(threads: threads))
  }
}

extension Trainer {
  /// Trains to the end.
  func finish() throws {
    while !isFinished { _ = try trainEpoch { _ in true } }
  }

  /// The records without the times, which never are the same twice.
  var timelessHistory: [EpochRecord] {
    history.epochs.map {
      var record = $0
      record.seconds = Numbers([.training: 0, .validation: 0])
      return record
    }
  }
}
