import FoundationEssentials
import TestSupport

@testable import Learning
@testable import Support

/// What the tests train on: some images of the test set that comes with the package.
enum TrainingSetUp {
  static let testSet = fixture("../../share/mnist").path(percentEncoded: false)

  /// 100 images; the last batch of 32 is short.
  static func images(_ count: Int = 100) throws -> LabelledImages {
    try MNIST.load(.test, from: testSet, limit: count)
  }

  static func options(
    _ kind: Checkpoint.Kind, epochs: Int = 2, averageDecay: Double = 0.9
  ) -> TrainingOptions {
    TrainingOptions(
      kind: kind, styleSize: 3, epochs: epochs, batchSize: 32, averageDecay: averageDecay, seed: 7)
  }

  /// A trainer at the start of a training, or where a saved one stopped.
  static func trainer(
    _ options: TrainingOptions, images: LabelledImages, saved: SavedTraining? = nil,
    threads: Int = 2
  ) throws -> Trainer {
    try Trainer(
      saved?.state ?? TrainerState(options: options, data: images.sources),
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
      record.seconds = EpochRecord.Seconds(training: 0, validation: 0)
      return record
    }
  }
}
