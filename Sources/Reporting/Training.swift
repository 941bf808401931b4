import Drawing
import Glibc
import Learning
import Support

/// How a checkpoint was trained, for the page.
struct TrainingContext: Sendable {
  let figure: FigureContext
  /// How many epochs there were.
  let count: Place
  let hasOneEpoch: Bool
  /// How many training images it was validated on; nil if not on any.
  let heldOut: Place?
  /// The names of the columns, and of which images or styles their numbers are.
  let columns: [(name: String, note: String)]
  /// The numbers of one epoch each.
  let rows: [(epoch: Place, cells: [Quantity])]
  /// How many epochs one row stands for, if not one.
  let step: String?
}

extension TrainingContext {
  /// - Parameter place: of the training in `report.json`.
  init(_ training: ReportData.Training, at place: Place, figure: FigureContext) {
    var columns: [(name: String, note: String)] = []
    var quantities: [(Place) -> Quantity] = []
    func add(_ name: String, _ note: String, _ quantity: @escaping (Place) -> Quantity) {
      columns.append((name, note))
      quantities.append(quantity)
    }
    for measure in Measure.allCases {
      if let loss = measure.loss, training.has({ $0.training[loss] }) {
        add(measure.word, "training") { measure.quantity(at: $0["training"]) }
      }
      if training.has({ $0.validation[measure] }) {
        add(measure.word, "validation") { measure.quantity(at: $0["validation"]) }
      }
    }
    for number in AdversarialNumber.all where training.has({ $0[keyPath: number.value] }) {
      add(number.heading.0, number.heading.1, number.quantity)
    }

    let epochs = place["epochs"]
    let shown = training.shownEpochs
    let last = training.epochs.count - 1
    self.figure = figure
    count = epochs[last]["epoch"]
    hasOneEpoch = training.epochs.count == 1
    heldOut = training.epochs[last].heldOut ?? 0 > 0 ? epochs[last]["heldOut"] : nil
    self.columns = columns
    rows = shown.map { index in
      (epochs[index]["epoch"], quantities.map { $0(epochs[index]) })
    }
    step = shown.count < training.epochs.count ? grouped(training.tableStep) : nil
  }
}

extension ReportData.Training {
  /// Whether some epoch has the number: an SAE lacks some, and an old history those that its
  /// program did not know.
  func has(_ number: (EpochRecord) -> Double?) -> Bool { epochs.contains { number($0) != nil } }

  /// The places in `epochs` of those that a table shows: all of a few, else the first, every so
  /// many and the last.
  var shownEpochs: [Int] {
    epochs.indices.filter { place in
      place == 0 || (place + 1) % tableStep == 0 || place == epochs.count - 1
    }
  }

  /// Every how many epochs a table shows one, so that it has no more than 30 besides the first and
  /// the last: 1, 2, 5, 10, 20 and so on.
  var tableStep: Int {
    var power = 1
    while true {
      for digit in [1, 2, 5] where epochs.count / (digit * power) <= 30 { return digit * power }
      power *= 10
    }
  }
}

extension TrainingCurves {
  /// The training of one checkpoint, on the axes of all that have one.
  ///
  /// - Parameter all: of every checkpoint of the report that has one, this one's too.
  init(_ training: ReportData.Training, among all: [ReportData.Training], columns: Int?) {
    typealias Line = (name: String, value: (EpochRecord) -> Double?)
    func panel(_ title: String, reference: (name: String, value: Double)? = nil, _ lines: [Line])
      -> Panel?
    {
      let lines = lines.filter { training.has($0.value) }
      return lines.isEmpty
        ? nil
        : Panel(
          title: title,
          series: lines.map { line in
            (line.name, training.epochs.map { line.value($0) ?? .nan })
          },
          reference: reference,
          shared: lines.flatMap { line in all.flatMap { $0.epochs.compactMap(line.value) } })
    }

    var panels = Measure.allCases.compactMap { measure in
      let unit: Double = measure.isShare ? 100 : 1
      let loss = measure.loss.map { loss -> Line in ("training", { $0.training[loss] }) }
      let validation: Line = (
        "validation", { $0.validation[measure].map { $0 * unit } }
      )
      return panel(measure.panel, [loss, validation].compactMap { $0 })
    }
    if training.has(\.generatorFactor) {
      // What is lost by saying "one half" to everything.
      let guess: (name: String, value: Double) = ("guessing", log(2))
      var curves: [(panel: String, lines: [Line])] = []
      for number in AdversarialNumber.all {
        guard let curve = number.curve else { continue }
        let line: Line = (curve.name, { $0[keyPath: number.value] })
        if let last = curves.indices.last, curves[last].panel == curve.panel {
          curves[last].lines.append(line)
        } else {
          curves.append((curve.panel, [line]))
        }
      }
      panels += curves.compactMap { panel($0.panel, reference: guess, $0.lines) }
    }
    self.init(panels: panels, columns: columns, lastEpoch: all.map(\.epochs.count).max() ?? 0)
  }
}
