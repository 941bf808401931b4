import Checkpoints
import Files
import TestSupport
import Testing

struct TrainingHistoryTests {
  private func history(adversarial: Bool) -> TrainingHistory {
    TrainingHistory(
      epochs: (1...3).map { epoch in
        let x = 1 / (Double(epoch) + 0.1)
        return EpochRecord(
          epoch: epoch,
          training: EpochRecord.Training(
            autoEncoderLoss: x, classificationLoss: x / 3,
            adversarial: adversarial
              ? EpochRecord.Adversarial(
                generatorLoss: x / 5, generatorFactor: 1e-7, discriminatorFakeLoss: x / 7,
                discriminatorRealLoss: 0)
              : nil,
            seconds: x / 11),
          validation: EpochRecord.Validation(
            autoEncoderLoss: x / 13, classificationLoss: x / 17, accuracy: x / 19,
            distributionError: x * 1e22, seconds: x / 23))
      })
  }

  @Test("reads back what it wrote", arguments: [false, true])
  func readsBackWhatItWrote(adversarial: Bool) throws {
    let history = history(adversarial: adversarial)
    #expect(try TrainingHistory(csv: history.csv, path: "history.csv") == history)
    #expect(try TrainingHistory(csv: TrainingHistory().csv, path: "history.csv").epochs.isEmpty)
  }

  @Test func isNilForACheckpointWithoutOne() throws {
    let directory = try ScratchDirectory()
    #expect(try TrainingHistory.load(from: directory.path) == nil)
    let history = history(adversarial: true)
    try FileSystem.write(history.csv, to: directory("history.csv"))
    #expect(try TrainingHistory.load(from: directory.path) == history)
  }

  @Test(
    "names the line that is wrong",
    arguments: [
      (1, 0, "epochs"), (2, 0, "2"), (3, 0, "1"), (3, 0, ""), (4, 1, "nan"), (4, 12, "inf"),
      (2, 3, ""), (2, 6, "x"), (2, 12, "1,2"),
    ])
  func namesTheLine(line: Int, cell: Int, text: String) throws {
    var lines = String(decoding: history(adversarial: true).csv, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var cells = lines[line - 1].split(separator: ",").map(String.init)
    cells[cell] = text
    lines[line - 1] = cells.joined(separator: ",")
    try expectRefused(lines.joined(separator: "\n"), "line \(line): ")
  }

  @Test func refusesATruncatedFile() throws {
    let text = String(decoding: history(adversarial: true).csv, as: UTF8.self)
    for count in [1, text.utf8.count - 1] {
      try expectRefused(String(text.prefix(count)), "the last line has no end")
    }
    try expectRefused("", "line 1: ")
  }

  private func expectRefused(_ text: String, _ reason: String) throws {
    let error = #expect(throws: FileError.self) {
      try TrainingHistory(csv: Array(text.utf8), path: "history.csv")
    }
    #expect(error?.reason.hasPrefix(reason) == true, "\(String(describing: error))")
  }
}
