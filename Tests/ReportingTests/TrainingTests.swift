import Testing

@testable import Drawing
@testable import Learning
@testable import Reporting
@testable import Support

@Suite struct TrainingTests {
  private func training(epochs: Int, adversarial: Bool = true) -> ReportData.Training {
    ReportData.Training(
      TrainingHistory(
        epochs: (0..<epochs).map { index in
          let x = Double(index * 100)
          return EpochRecord(
            epoch: index + 1,
            training: adversarial
              ? Losses([
                .l1: x + 1, .crossEntropy: x + 2, .generator: x + 3, .discriminatorFake: x + 5,
                .discriminatorReal: x + 6,
              ])
              : Losses([.l1: x + 1, .crossEntropy: x + 2]),
            generatorFactor: adversarial ? x + 4 : nil,
            validation: Measures([
              .accuracy: x + 9, .l1: x + 7, .crossEntropy: x + 8, .distributionError: x + 10,
            ]),
            seconds: Numbers([.training: 10, .validation: 0.5]))
        }))
  }

  @Test func countsTheTimeOfEveryEpoch() {
    let training = training(epochs: 2)
    #expect(training.seconds == 21)
    #expect(training.epochs.map(\.epoch) == [1, 2])
  }

  /// Every loss and measure of an epoch, and no other number, has a column.
  @Test(arguments: [false, true])
  func everyNumberOfAnEpochHasAColumn(isAdversarial: Bool) throws {
    let training = training(epochs: 2, adversarial: isAdversarial)
    let place = Place(try JSON(bytes: json(training)))
    let picture = Picture(
      Report.File(path: "", bytes: []), text: "", width: 1, height: 1, .inline)
    let context = TrainingContext(
      training, at: place, figure: FigureContext(light: picture, dark: picture))
    let cells = context.rows[1].cells
    #expect(cells.count == context.columns.count)
    var numbers: [Double] = [101, 107, 102, 108, 10900, 110]
    if isAdversarial { numbers += [103, 104, 105, 106] }
    let printed = try cells.map { cell in
      try #require(Double(cell.text.filter { $0 != "%" && $0 != "\u{a0}" }))
    }
    #expect(printed == numbers)
    #expect(cells.first?.path == "epochs.1.training.l1")
    #expect(Set(cells.map(\.path)).count == cells.count)
    let curves = TrainingCurves(training, among: [training], columns: nil)
    #expect(curves.names.count == (isAdversarial ? 4 : 2))
  }

  /// As of a program that did not know the measure yet, in all epochs or in the first ones.
  @Test(arguments: [1, 2])
  func aMeasureThatIsMissingIsLeftOut(epochs: Int) throws {
    var history = TrainingHistory(epochs: training(epochs: 2).epochs)
    for index in 0..<epochs { history.epochs[index].validation[.accuracy] = nil }
    let training = ReportData.Training(history)
    let place = Place(try JSON(bytes: json(training)))
    let picture = Picture(
      Report.File(path: "", bytes: []), text: "", width: 1, height: 1, .inline)
    let context = TrainingContext(
      training, at: place, figure: FigureContext(light: picture, dark: picture))
    let curves = TrainingCurves(training, among: [training], columns: nil)
    let text = FigureText.training(training)
    let isKnown = epochs < 2
    #expect(context.columns.contains { $0.name == "accuracy" } == isKnown)
    #expect(context.rows[0].cells.contains { $0.text == "–" } == isKnown)
    #expect(curves.panels.contains { $0.title == "Accuracy in %" } == isKnown)
    #expect(text.contains("accuracy from – to ") == isKnown)
    #expect(text.contains("accuracy") == isKnown)
  }

  @Test(arguments: [
    (1, 1, 1), (30, 1, 30), (31, 2, 17), (61, 2, 32), (62, 5, 14), (100_000, 5000, 21),
  ])
  func aTableShowsSomeOfManyEpochs(count: Int, step: Int, rows: Int) {
    let training = training(epochs: count)
    let shown = training.shownEpochs
    #expect(training.tableStep == step)
    #expect(shown.count == rows)
    #expect(shown.first == 0 && shown.last == count - 1)
    #expect(shown.dropFirst().dropLast().allSatisfy { ($0 + 1) % step == 0 })
  }
}
