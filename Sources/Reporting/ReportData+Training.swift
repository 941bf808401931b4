package import Learning

extension ReportData {
  /// How a checkpoint was trained.
  package struct Training: Codable, Sendable, Equatable {
    /// Wall-clock time of training and validation together.
    package var seconds: Double
    /// Epoch 1 first, none left out; at least one.
    package var epochs: [EpochRecord]
  }
}

extension ReportData.Training {
  /// - Parameter history: of at least one epoch.
  package init(_ history: TrainingHistory) {
    seconds = history.epochs.reduce(0) { $0 + $1.seconds.training + $1.seconds.validation }
    epochs = history.epochs
  }

  /// The places in `epochs` of those that a table shows: all of a few, else the first, every so
  /// many and the last.
  package var shownEpochs: [Int] {
    epochs.indices.filter { place in
      place == 0 || (place + 1) % tableStep == 0 || place == epochs.count - 1
    }
  }

  /// Every how many epochs a table shows one, so that it has no more than 30 besides the first and
  /// the last: 1, 2, 5, 10, 20 and so on.
  package var tableStep: Int {
    var power = 1
    while true {
      for digit in [1, 2, 5] where epochs.count / (digit * power) <= 30 { return digit * power }
      power *= 10
    }
  }
}
