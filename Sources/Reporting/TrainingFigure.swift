import Drawing
import Glibc
import Learning

extension TrainingCurves {
  /// The training of one checkpoint, on the axes of all that have one.
  ///
  /// - Parameter all: of every checkpoint of the report that has one, this one's too.
  init(_ training: ReportData.Training, among all: [ReportData.Training], columns: Int?) {
    func panel(
      _ title: String, reference: Reference? = nil, _ lines: [(String, (EpochRecord) -> Double?)]
    ) -> Panel {
      Panel(
        title: title,
        series: lines.map { name, value in
          Series(name: name, values: training.epochs.map { value($0) ?? .nan })
        },
        reference: reference,
        shared: lines.flatMap { _, value in all.flatMap { $0.epochs.compactMap(value) } })
    }

    let (trained, validated) = ("training", "validation")
    var panels = [
      panel(
        "Reconstruction: L1",
        [(trained, { $0.training.l1 }), (validated, { $0.validation.l1 })]),
      panel(
        "Classification: cross-entropy",
        [(trained, { $0.training.crossEntropy }), (validated, { $0.validation.crossEntropy })]),
      panel("Accuracy in %", [(validated, { $0.validation.accuracy * 100 })]),
      panel("Styles: median −log₁₀ p", [(validated, { $0.validation.distributionError })]),
    ]
    if training.epochs.contains(where: { $0.isAdversarial }) {
      // What is lost by saying "one half" to everything.
      let guess = Reference(name: "guessing", value: log(2))
      panels += [
        panel(
          "Generator: cross-entropy", reference: guess, [(trained, { $0.training.generator })]),
        panel(
          "Discriminator: cross-entropy", reference: guess,
          [
            ("encoder’s", { $0.training.discriminatorFake }),
            ("prior’s", { $0.training.discriminatorReal }),
          ]),
      ]
    }
    self.init(
      panels: panels, columns: columns, lastEpoch: all.map(\.epochs.count).max() ?? 0)
  }
}
