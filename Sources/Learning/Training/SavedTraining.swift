import Support

/// What a checkpoint directory knows of the training that made it.
package struct SavedTraining: Sendable, Equatable {
  private(set) var state: TrainingState
  let history: TrainingHistory
  /// The directory, for messages.
  private let directory: String

  /// The options that it began with, and goes on under.
  package var options: TrainingOptions { state.position.options }

  /// Reads both files as they stood at one instant.
  ///
  /// - Parameters:
  ///   - kind: what the training must be one of.
  ///   - change: what the user asks for; the options must already be so, but for more epochs.
  /// - Throws: `FileError` if there is nothing to resume, or a file is damaged, of another version
  ///   or another program's; `LearningError` if the training cannot go on as the user asks.
  package init(
    from directory: String, kind: Checkpoint.Kind,
    confirming change: (TrainingOptions) -> TrainingOptions
  ) throws {
    try self.init(from: directory, kind: kind)
    let options = change(options)
    try require(options)
    state.position.options.epochs = options.epochs
  }

  /// Whether a directory holds a training, be it damaged.
  package static func isPresent(in directory: String) -> Bool {
    FileSystem.exists(FileSystem.join(directory, TrainingState.fileName))
  }

  init(from directory: String, kind: Checkpoint.Kind) throws(FileError) {
    let names = [TrainingState.fileName, TrainingHistory.fileName]
    let paths = names.map { FileSystem.join(directory, $0) }
    let files = try FileSet.read(
      names, in: directory, limit: max(TrainingState.fileLimit, TrainingHistory.fileLimit))
    guard let stateBytes = files[0] else {
      throw FileError(directory, "no \(TrainingState.fileName) there, so nothing to resume")
    }
    let state = try TrainingState(stateBytes, path: paths[0])
    let position = state.position
    guard position.options.kind == kind else {
      throw FileError(
        directory,
        "holds a training of train-\(position.options.kind.rawValue),"
          + " not of train-\(kind.rawValue)")
    }
    let history =
      try files[1].map { bytes throws(FileError) in
        try TrainingHistory(csv: bytes, path: paths[1])
      } ?? TrainingHistory()
    guard history.epochs.count == position.epoch else {
      throw FileError(
        paths[1],
        "\(history.epochs.count) epochs, but \(paths[0]) has \(position.epoch) behind it")
    }
    guard history.digest == position.historyDigest else {
      throw FileError(paths[1], "its numbers are not those of the training in \(paths[0])")
    }
    self.state = state
    self.history = history
    self.directory = directory
  }

  /// Makes sure that it can go on under these options: those that it began with, or more epochs if
  /// what came before does not depend on how many there are.
  ///
  /// - Throws: `LearningError` naming the first that is not what it was.
  func require(_ options: TrainingOptions) throws(LearningError) {
    let goesOn = options.epochs > self.options.epochs
    if goesOn && self.options.schedule != .constant && state.position.epoch == self.options.epochs {
      throw LearningError(
        "the training in \(directory) has ended: its learning rate fell to nothing over the"
          + " \(self.options.epochs) epochs that it began with; --init-from \(directory) begins a"
          + " new one with its weights")
    }
    for option in TrainingOption.allCases {
      if option == .epochs && goesOn && self.options.schedule == .constant { continue }
      let (text, saved) = (option.text(options), option.text(self.options))
      if text != saved {
        throw LearningError(
          "--\(option.rawValue) \(text) contradicts the training in \(directory),"
            + " which began with \(saved)")
      }
    }
  }

  /// Makes sure that the training images are those it began with.
  ///
  /// - Throws: `LearningError` naming the file that is not.
  func require(_ data: [SourceFile]) throws(LearningError) {
    for (found, expected) in zip(data, state.position.data)
    where found.sha256 != expected.sha256 {
      throw LearningError(
        "\(found.name) is not the file that the training in \(directory) began with:"
          + " its SHA-256 is \(found.sha256), that of \(expected.name) was \(expected.sha256)")
    }
  }
}
