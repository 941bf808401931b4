import Learning
import Support

/// How a checkpoint was trained, for the page.
struct TrainingContext: Sendable {
  /// The losses of one epoch: a row of the table.
  struct Row: Sendable {
    let epoch: Quantity
    /// The columns that every training has.
    let measures: [Quantity]
    /// Those that only an adversarial one has; otherwise empty.
    let adversarial: [Quantity]
  }

  let figure: FigureContext
  let count: Quantity
  /// "epoch" or "epochs".
  let countNoun: String
  let seconds: Quantity
  let isAdversarial: Bool
  let rows: [Row]
  /// How many epochs one row stands for, if not one.
  let step: String?
}

extension TrainingContext {
  /// - Parameter path: of the checkpoint in `report.json`.
  init(_ training: ReportData.Training, figure: FigureContext, at path: String) {
    let path = "\(path).training"
    let shown = training.shownEpochs
    self.figure = figure
    let last = training.epochs.count - 1
    count = Quantity(training.epochs.count, at: "\(path).epochs.\(last).epoch")
    countNoun = training.epochs.count == 1 ? "epoch" : "epochs"
    seconds = Quantity(training.seconds, places: 1, at: "\(path).seconds")
    isAdversarial = training.epochs[0].isAdversarial
    rows = shown.map { Row(training.epochs[$0], at: "\(path).epochs.\($0)") }
    step = shown.count < training.epochs.count ? grouped(training.tableStep) : nil
  }
}

extension TrainingContext.Row {
  init(_ epoch: EpochRecord, at path: String) {
    let (training, validation) = ("\(path).training", "\(path).validation")
    self.epoch = Quantity(epoch.epoch, at: "\(path).epoch")
    measures = [
      Quantity(epoch.training.l1, places: 4, at: "\(training).l1"),
      Quantity(epoch.validation.l1, places: 4, at: "\(validation).l1"),
      Quantity(epoch.training.crossEntropy, places: 4, at: "\(training).crossEntropy"),
      Quantity(epoch.validation.crossEntropy, places: 4, at: "\(validation).crossEntropy"),
      Quantity(percent: epoch.validation.accuracy, places: 2, at: "\(validation).accuracy"),
      Quantity(
        epoch.validation.distributionError, places: 2, at: "\(validation).distributionError"),
    ]
    adversarial = [
      epoch.training.generator.map {
        Quantity($0, places: 4, at: "\(training).generator")
      },
      epoch.generatorFactor.map { Quantity($0, places: 3, at: "\(path).generatorFactor") },
      epoch.training.discriminatorFake.map {
        Quantity($0, places: 4, at: "\(training).discriminatorFake")
      },
      epoch.training.discriminatorReal.map {
        Quantity($0, places: 4, at: "\(training).discriminatorReal")
      },
    ].compactMap { $0 }
  }
}
