package import Support

/// What a checkpoint directory knows of the training that made it.
package struct SavedTraining: Sendable, Equatable {
  package let state: TrainerState
  package let history: TrainingHistory
  /// The directory, for messages.
  private let directory: String

  /// Reads both files as they stood at one instant.
  ///
  /// - Throws: `FileError` if there is nothing to resume, or a file is damaged, of another version
  ///   or another program's.
  package static func load(from directory: String) throws(FileError) -> SavedTraining {
    let names = [TrainerState.fileName, TrainingHistory.fileName]
    let paths = names.map { FileSystem.join(directory, $0) }
    let files = try FileSet.read(
      names, in: directory, limit: max(TrainerState.fileLimit, TrainingHistory.fileLimit))
    guard let stateBytes = files[0] else {
      throw FileError(directory, "no \(TrainerState.fileName) there, so nothing to resume")
    }
    let state = try TrainerState(stateBytes, path: paths[0])
    let history =
      try files[1].map { bytes throws(FileError) in
        try TrainingHistory(csv: bytes, path: paths[1])
      } ?? TrainingHistory()
    guard history.epochs.count == state.epoch else {
      throw FileError(
        paths[1],
        "\(history.epochs.count) epochs, but \(paths[0]) has \(state.epoch) behind it")
    }
    guard TrainerState.digest(of: history) == state.historyDigest else {
      throw FileError(paths[1], "its numbers are not those of the training in \(paths[0])")
    }
    return SavedTraining(state: state, history: history, directory: directory)
  }

  /// Makes sure that it can go on under these options.
  ///
  /// - Throws: `TrainingError` naming the first that is not what it was.
  package func require(_ options: TrainingOptions) throws(TrainingError) {
    let saved = state.options
    guard options.kind == saved.kind else {
      throw TrainingError(
        "the training in \(directory) is one of train-\(saved.kind.rawValue),"
          + " not of train-\(options.kind.rawValue)")
    }
    for field in TrainingOptions.Field.allCases where options[field] != saved[field] {
      throw TrainingError(
        "\(field.flag) \(options[field]) contradicts the training in \(directory),"
          + " which began with \(saved[field])")
    }
  }

  /// Makes sure that the training images are those it began with.
  ///
  /// - Throws: `TrainingError` naming the file that is not.
  package func require(_ data: [LabelledImages.Source]) throws(TrainingError) {
    for (found, expected) in zip(data, state.data) where found.sha256 != expected.sha256 {
      throw TrainingError(
        "\(found.name) is not the file that the training in \(directory) began with:"
          + " its SHA-256 is \(found.sha256), that of \(expected.name) was \(expected.sha256)")
    }
  }
}
