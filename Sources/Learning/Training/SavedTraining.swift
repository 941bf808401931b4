package import Support

/// What a checkpoint directory knows of the training that made it.
package struct SavedTraining: Sendable, Equatable {
  let state: TrainerState
  let history: TrainingHistory
  /// The directory, for messages.
  private let directory: String

  /// The options that it began with.
  package var options: TrainingOptions { state.position.options }

  /// Reads both files as they stood at one instant.
  ///
  /// - Parameter kind: what the training must be one of.
  /// - Throws: `FileError` if there is nothing to resume, or a file is damaged, of another version
  ///   or another program's.
  package init(from directory: String, kind: Checkpoint.Kind) throws(FileError) {
    let names = [TrainerState.fileName, TrainingHistory.fileName]
    let paths = names.map { FileSystem.join(directory, $0) }
    let files = try FileSet.read(
      names, in: directory, limit: max(TrainerState.fileLimit, TrainingHistory.fileLimit))
    guard let stateBytes = files[0] else {
      throw FileError(directory, "no \(TrainerState.fileName) there, so nothing to resume")
    }
    let state = try TrainerState(stateBytes, path: paths[0])
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
    guard TrainingPosition.digest(of: history) == position.historyDigest else {
      throw FileError(paths[1], "its numbers are not those of the training in \(paths[0])")
    }
    self.state = state
    self.history = history
    self.directory = directory
  }

  /// Makes sure that it can go on under these options.
  ///
  /// - Throws: `TrainingError` naming the first that is not what it was.
  package func require(_ options: TrainingOptions) throws(TrainingError) {
    for option in TrainingOption.all {
      let (text, saved) = (option.text(options), option.text(self.options))
      if text != saved {
        throw TrainingError(
          "--\(option.name) \(text) contradicts the training in \(directory),"
            + " which began with \(saved)")
      }
    }
  }

  /// Makes sure that the training images are those it began with.
  ///
  /// - Throws: `TrainingError` naming the file that is not.
  func require(_ data: [SourceFile]) throws(TrainingError) {
    for (found, expected) in zip(data, state.position.data)
    where found.sha256 != expected.sha256 {
      throw TrainingError(
        "\(found.name) is not the file that the training in \(directory) began with:"
          + " its SHA-256 is \(found.sha256), that of \(expected.name) was \(expected.sha256)")
    }
  }
}
