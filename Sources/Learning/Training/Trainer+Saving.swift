import Support

extension Trainer {
  /// Replaces what the directory holds by the model, the state and the history as they are now, at
  /// one instant.
  ///
  /// - Throws: `FileError` if that fails, and `TrainingError` if a weight is not finite; the old
  ///   files are then in place.
  package func save(to directory: borrowing CheckpointDirectory) throws {
    let state = state
    guard state.learner.isFinite else { throw diverged("step \(state.step)", "a weight") }
    try directory.save(
      state.checkpoint,
      with: [(TrainerState.fileName, state.bytes), (TrainingHistory.fileName, history.csv)])
  }
}

extension LearnerState {
  /// Whether every number of the networks and of the optimisers' memory is finite.
  var isFinite: Bool {
    networks.allSatisfy { _, parameters in
      parameters.blocks.allSatisfy { _, values in values.allSatisfy(\.isFinite) }
    }
  }
}
