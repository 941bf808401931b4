import TestSupport
import Testing

@testable import Learning
@testable import Support

struct SavedTrainingTests {
  /// A directory with a training of two epochs, one of which is done.
  private func save(to directory: ScratchDirectory) throws -> SavedTraining {
    let trainer = try TrainingSetUp.trainer(
      TrainingSetUp.options(.aae), images: TrainingSetUp.images())
    _ = try trainer.trainEpoch { _ in true }
    try trainer.save(to: CheckpointDirectory(directory.path))
    return try SavedTraining(from: directory.path, kind: .aae)
  }

  @Test func refusesADirectoryWithoutAState() throws {
    let directory = try ScratchDirectory()
    let error = #expect(throws: FileError.self) {
      try SavedTraining(from: directory.path, kind: .aae)
    }
    #expect(error?.reason == "no trainer-state.safetensors there, so nothing to resume")
  }

  @Test func refusesAHistoryThatIsNotTheStates() throws {
    let directory = try ScratchDirectory()
    _ = try save(to: directory)
    let history = try SavedTraining(from: directory.path, kind: .aae).history
    var others = [TrainingHistory(), history]
    others[1].epochs[0].validation[.accuracy]? += 1e-6
    for other in others {
      try FileSystem.write(other.csv, to: directory("history.csv"))
      let error = #expect(throws: FileError.self) {
        try SavedTraining(from: directory.path, kind: .aae)
      }
      #expect(error?.path.hasSuffix("history.csv") == true)
    }
    // Times are nobody's business.
    others[1] = history
    others[1].epochs[0].seconds[.training]? += 1
    try FileSystem.write(others[1].csv, to: directory("history.csv"))
    #expect(try SavedTraining(from: directory.path, kind: .aae).history == others[1])
  }

  @Test func goesOnUnderTheSameOptions() throws {
    let directory = try ScratchDirectory()
    try save(to: directory).require(TrainingSetUp.options(.aae))
  }

  @Test func namesTheOptionThatContradicts() throws {
    let directory = try ScratchDirectory()
    let saved = try save(to: directory)
    for option in TrainingOption.allCases {
      var options = saved.state.position.options
      let other =
        switch option.rawValue {
        case "schedule": "cosine"
        case "init": "background"
        case "transpose": "true"
        // More go on.
        case "epochs": "1"
        case "class-names": "a,b,c,d,e,f,g,h,i,j"
        case "weight-decay", "average-decay": "0.5"
        default: "17"
        }
      try option.setting(other).apply(&options)
      let error = #expect(throws: LearningError.self) { try saved.require(options) }
      #expect(
        error?.description.hasPrefix("--\(option.rawValue) \(option.text(options)) contradicts ")
          == true)
    }
  }

  @Test(arguments: [TrainingOptions.Schedule.constant, .cosine])
  func goesOnForMoreEpochsIfTheirNumberDecidedNothing(schedule: TrainingOptions.Schedule) throws {
    let directory = try ScratchDirectory()
    var options = TrainingSetUp.options(.aae)
    options.schedule = schedule
    let images = try TrainingSetUp.images()
    let trainer = try Trainer(
      options, images: images, validationImages: images, workers: Workers(threads: 1))
    try trainer.save(to: CheckpointDirectory(directory.path))
    func resumed() throws -> SavedTraining {
      try SavedTraining(from: directory.path, kind: .aae) { options in
        var options = options
        options.epochs += 5
        return options
      }
    }
    if schedule == .constant {
      #expect(try resumed().options.epochs == options.epochs + 5)
    } else {
      let error = #expect(throws: LearningError.self) { try resumed() }
      #expect(error?.description.hasPrefix("--epochs ") == true)
    }
  }

  @Test func refusesTheOtherTrainersDirectory() throws {
    let directory = try ScratchDirectory()
    _ = try save(to: directory)
    let error = #expect(throws: FileError.self) {
      try SavedTraining(from: directory.path, kind: .sae)
    }
    #expect(error?.description.contains("train-aae, not of train-sae") == true)
  }

  @Test func refusesOtherData() throws {
    let directory = try ScratchDirectory()
    let saved = try save(to: directory)
    let images = try TrainingSetUp.images()
    try saved.require(images.sources)
    let others = images.sources.map { SourceFile(name: $0.name, sha256: "00") }
    let error = #expect(throws: LearningError.self) { try saved.require(others) }
    #expect(error?.description.hasPrefix("t10k-images-idx3-ubyte.gz is not the file") == true)
  }

  @Test func refusesAPositionThatTheDataDoesNotHave() throws {
    let images = try TrainingSetUp.images()
    let changes: [(inout TrainingState) -> Void] = [
      { $0.position.step = 5 }, { $0.position.optimizerSteps = 1 },
    ]
    for change in changes {
      var state = TrainingState(options: TrainingSetUp.options(.sae), data: images.sources)
      change(&state)
      #expect(throws: LearningError.self) {
        try Trainer(
          state, history: TrainingHistory(), images: images, validationImages: images,
          workers: .init(threads: 1))
      }
    }
  }
}
