import TestSupport
import Testing

@testable import Learning
@testable import Support

struct TrainingHistoryTests {
  private func history(adversarial: Bool) -> TrainingHistory {
    TrainingHistory(
      epochs: (1...3).map { epoch in
        let x = 1 / (Double(epoch) + 0.1)
        return EpochRecord(
          epoch: epoch,
          training: adversarial
            ? Losses([
              .l1: x, .crossEntropy: x / 3, .generator: x / 5, .discriminatorFake: x / 7,
              .discriminatorReal: 0,
            ])
            : Losses([.l1: x, .crossEntropy: x / 3]),
          generatorFactor: adversarial ? 1e-7 : nil,
          validation: Measures([
            .accuracy: x / 19, .l1: x / 13, .crossEntropy: x / 17, .distributionError: x * 1e22,
          ]),
          seconds: Numbers([.training: x / 11, .validation: x / 23]), heldOut: 100)
      })
  }

  @Test("reads back what it wrote", arguments: [false, true])
  func readsBackWhatItWrote(adversarial: Bool) throws {
    let history = history(adversarial: adversarial)
    #expect(try TrainingHistory(csv: history.csv, path: "history.csv") == history)
    #expect(try TrainingHistory(csv: TrainingHistory().csv, path: "history.csv").epochs.isEmpty)
  }

  @Test("reads the columns' former names", arguments: [false, true])
  func readsFormerNames(adversarial: Bool) throws {
    var history = history(adversarial: adversarial)
    // Those who named them so held nothing out.
    for index in history.epochs.indices { history.epochs[index].heldOut = nil }
    let lines = String(decoding: history.csv, as: UTF8.self).split(separator: "\n")
      .map { $0.dropLast() }
    let header = """
      epoch,training_auto_encoder_loss,training_classification_loss,training_generator_loss,\
      training_generator_factor,training_discriminator_fake_loss,\
      training_discriminator_real_loss,training_seconds,validation_auto_encoder_loss,\
      validation_classification_loss,validation_accuracy,validation_distribution_error,\
      validation_seconds
      """
    let text = ([header] + lines.dropFirst().map(String.init)).map { $0 + "\n" }.joined()
    #expect(try TrainingHistory(csv: Array(text.utf8), path: "history.csv") == history)
  }

  /// A history without one of its columns, or with another name for it.
  private func text(adversarial: Bool = true, without name: String, insteadOf new: String? = nil)
    -> String
  {
    let rows = String(decoding: history(adversarial: adversarial).csv, as: UTF8.self)
      .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let index = rows[0].firstIndex(of: Substring(name))
    return rows.enumerated().map { line, cells in
      var cells = cells.map(String.init)
      if let index, let new {
        if line == 0 { cells[index] = new }
      } else if let index {
        cells.remove(at: index)
      }
      return cells.joined(separator: ",") + "\n"
    }.joined()
  }

  /// As in a file of a version that did not have the loss or measure yet.
  @Test(
    "the number of a missing column is nil",
    arguments: EpochRecord.columns.filter { $0.kind != .time }.map(\.name))
  func missingColumnIsNil(name: String) throws {
    let text = text(without: name)
    let column = try #require(EpochRecord.columns.first { $0.name == name })
    var expected = history(adversarial: true)
    for index in expected.epochs.indices { expected.epochs[index][keyPath: column.place] = nil }
    let read = try TrainingHistory(csv: Array(text.utf8), path: "history.csv")
    #expect(read == expected)
    guard column.kind == .measure else { return }
    // The training may go on under this version, which writes the column.
    #expect(try TrainingHistory(csv: read.csv, path: "history.csv").epochs.count == 3)
  }

  /// A training may begin before the program learns a measure, and go on after that.
  @Test func measureOfLaterEpochsIsRead() throws {
    var history = history(adversarial: false)
    history.epochs[0].validation[.distributionError] = nil
    #expect(try TrainingHistory(csv: history.csv, path: "history.csv") == history)
  }

  @Test func columnsMayComeInAnyOrder() throws {
    let rows = String(decoding: history(adversarial: true).csv, as: UTF8.self)
      .split(separator: "\n").map { $0.split(separator: ",") }
    let text = rows.map { ([$0[0]] + $0.dropFirst().reversed()).joined(separator: ",") + "\n" }
    #expect(
      try TrainingHistory(csv: Array(text.joined().utf8), path: "history.csv")
        == history(adversarial: true))
  }

  @Test func refusesColumnsThatAreUnknownOrComeTwice() throws {
    let unknown = text(without: "validation_accuracy", insteadOf: "validation_acuracy")
    try expectRefused(
      unknown, "line 1: no column is called \"validation_acuracy\", expected some of")
    let twice = text(without: "validation_accuracy", insteadOf: "validation_l1")
    try expectRefused(twice, "line 1: two columns are called \"validation_l1\"")
    let both = text(without: "validation_l1", insteadOf: "training_auto_encoder_loss")
    try expectRefused(both, "line 1: two columns are called \"training_l1\"")
    try expectRefused(text(without: "seconds_training"), "line 1: no column seconds_training")
    try expectRefused(text(without: "epoch"), "line 1: expected the columns epoch,")
  }

  @Test func digestIsOfTheNumbersThatThereAreButNotOfTheTimes() {
    let history = history(adversarial: true)
    var other = history
    other.epochs[2].seconds[.training] = 1
    #expect(other.digest == history.digest)
    other.epochs[2].validation[.accuracy] = 0.5
    #expect(other.digest != history.digest)
    #expect(TrainingHistory().digest != history.digest)
    // A measure without a number might as well not be known.
    for index in other.epochs.indices { other.epochs[index].validation[.accuracy] = nil }
    let numbers = String(decoding: other.csv, as: UTF8.self).split(separator: "\n")
    #expect(numbers[0].contains("validation_accuracy"))
    let text = text(without: "validation_accuracy")
    let read = try? TrainingHistory(csv: Array(text.utf8), path: "history.csv")
    #expect(read?.digest == other.digest)
  }

  @Test func isReadWithItsCheckpoint() throws {
    let directory = try ScratchDirectory()
    try Checkpoint.sample().save(to: directory.path)
    let plain = try Checkpoint.loadWithHistory(from: directory.path)
    #expect(plain.history == nil)
    #expect(plain.checkpoint.files.map(\.name) == Checkpoint.fileNames)

    let history = history(adversarial: true)
    try FileSystem.write(history.csv, to: directory("history.csv"))
    let loaded = try Checkpoint.loadWithHistory(from: directory.path)
    #expect(loaded.history == history)
    #expect(loaded.checkpoint.encoder == plain.checkpoint.encoder)
    #expect(loaded.checkpoint.files.map(\.name) == Checkpoint.fileNames + ["history.csv"])
    #expect(loaded.checkpoint.files.last?.sha256 == hexadecimal(Digest.sha256(history.csv)))

    // A training that has only begun.
    try FileSystem.write(TrainingHistory().csv, to: directory("history.csv"))
    #expect(try Checkpoint.loadWithHistory(from: directory.path).history == nil)
  }

  @Test func isNamedIfItCannotBeRead() throws {
    let directory = try ScratchDirectory()
    try Checkpoint.sample().save(to: directory.path)
    let path = try directory.write("history.csv", [UInt8]("epoch\n".utf8))
    #expect {
      try Checkpoint.loadWithHistory(from: directory.path)
    } throws: {
      ($0 as? FileError)?.path == path
    }
  }

  @Test(
    "names the line that is wrong",
    arguments: [
      (1, 0, "epochs"), (2, 0, "2"), (3, 0, "1"), (3, 0, ""), (4, 1, "nan"), (4, 12, "inf"),
      (2, 3, ""), (2, 6, "x"), (2, 12, "1,2"), (2, 8, "-1"), (3, 9, "1e39"), (4, 10, "1.01"),
      (3, 7, " 1"), (2, 11, "0x"),
    ])
  func namesTheLine(line: Int, cell: Int, text: String) throws {
    var lines = String(decoding: history(adversarial: true).csv, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var cells = lines[line - 1].split(separator: ",").map(String.init)
    cells[cell] = text
    lines[line - 1] = cells.joined(separator: ",")
    try expectRefused(lines.joined(separator: "\n"), "line \(line): ")
  }

  @Test func saysWhatIsWrong() throws {
    let text = String(decoding: history(adversarial: false).csv, as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    func expect(_ line: String, _ reason: String) throws {
      try expectRefused(
        [lines[0], lines[1], line, ""].joined(separator: "\n"), "line 3: \(reason)")
    }
    try expect("1,2", "2 values, expected 14")
    try expect("2", "1 values, expected 14")
    try expect("3,,,,,,,,,,,,,", "epoch \"3\", expected 2")
    try expect(
      "2,1,-1,,,,,1,1,1,1,1,1,0",
      "training_crossEntropy is \"-1\", expected a number from 0 to 3.4")
    try expect(
      "2,1,1,,,,,1,1,1,99.5,1,1,0", "validation_accuracy is \"99.5\", expected a number from 0 to 1"
    )
    try expect(
      "2,1,1,1,1,1,1,1,1,1,1,1,1,0", "training_generator is \"1\", expected nothing, as above")
  }

  @Test func refusesMoreEpochsThanATrainingHas() throws {
    let header = String(decoding: TrainingHistory().csv, as: UTF8.self)
    let lines = (1...TrainingHistory.mostEpochs + 1).map { "\($0),1,1,,,,,1,1,1,1,1,1,0\n" }
    #expect(
      try TrainingHistory(
        csv: Array((header + lines.dropLast().joined()).utf8), path: "history.csv"
      ).epochs.count == TrainingHistory.mostEpochs)
    try expectRefused(header + lines.joined(), "100001 epochs")
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
