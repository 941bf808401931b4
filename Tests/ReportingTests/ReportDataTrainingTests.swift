import Testing

@testable import Learning
@testable import Reporting

@Suite struct ReportDataTrainingTests {
  private func training(epochs: Int, adversarial: Bool = true) -> ReportData.Training {
    ReportData.Training(
      TrainingHistory(
        epochs: (0..<epochs).map { index in
          let x = Double(index * 100)
          return EpochRecord(
            epoch: index + 1,
            training: adversarial
              ? Losses(
                l1: x + 1, crossEntropy: x + 2, generator: x + 3, discriminatorFake: x + 5,
                discriminatorReal: x + 6)
              : Losses(l1: x + 1, crossEntropy: x + 2),
            generatorFactor: adversarial ? x + 4 : nil,
            validation: Measures(
              accuracy: x + 9, l1: x + 7, crossEntropy: x + 8, distributionError: x + 10),
            seconds: EpochRecord.Seconds(training: 10, validation: 0.5))
        }))
  }

  @Test func holdsTheNumbersOfEveryEpoch() throws {
    let training = training(epochs: 2)
    #expect(training.seconds == 21)
    #expect(training.epochs.map(\.epoch) == [1, 2])
    let last = training.epochs[1]
    #expect([last.training.l1, last.training.crossEntropy] == [101, 102])
    let validation = last.validation
    #expect([validation.l1, validation.crossEntropy, validation.accuracy] == [107, 108, 109])
    #expect(validation.distributionError == 110)
    #expect([last.training.generator, last.generatorFactor] == [103, 104])
    #expect([last.training.discriminatorFake, last.training.discriminatorReal] == [105, 106])
    #expect(!self.training(epochs: 1, adversarial: false).epochs[0].isAdversarial)
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
