import Support

/// How a training went, epoch by epoch: the `history.csv` of a checkpoint directory.
///
/// A line of column names, then a line an epoch, in order from epoch 1. The adversarial columns
/// are empty for an SAE. Numbers are written so that reading them gives the same numbers.
package struct TrainingHistory: Sendable, Equatable {
  static let fileName = "history.csv"

  /// The most epochs a history may hold, those of the longest training.
  static let mostEpochs = 100_000
  /// The most bytes it may hold: a number takes 24 at most, and a comma or the line's end follows.
  static let fileLimit = mostEpochs * (EpochRecord.columns.count + 1) * 25 + (1 << 10)

  /// Epoch 1 first, none left out.
  package var epochs: [EpochRecord]

  init(epochs: [EpochRecord] = []) {
    self.epochs = epochs
  }

  /// The SHA-256 of its numbers without the times: lower-case hexadecimal.
  ///
  /// Trainings of the same seed, data and options have it in common. A column without a number is
  /// left out, so that a measure that is added to the program leaves it as it is.
  var digest: String {
    let columns = EpochRecord.columns.filter { column in
      column.kind != .time && epochs.contains { $0[keyPath: column.place] != nil }
    }
    return hexadecimal(Digest.sha256(csv(columns)))
  }

  // MARK: Writing

  /// The file's bytes.
  var csv: [UInt8] { csv(EpochRecord.columns) }

  private func csv(_ columns: [EpochRecord.Column]) -> [UInt8] {
    let lines = epochs.map { record in
      [String(record.epoch)] + columns.map { record[keyPath: $0.place]?.description ?? "" }
    }
    let table = [["epoch"] + columns.map(\.name)] + lines
    return Array(table.map { $0.joined(separator: ",") + "\n" }.joined().utf8)
  }

  // MARK: Reading

  /// What versions up to 1.0 called the columns.
  private static let formerNames = [
    "training_auto_encoder_loss": "training_l1",
    "training_classification_loss": "training_crossEntropy",
    "training_generator_loss": "training_generator",
    "training_generator_factor": "generatorFactor",
    "training_discriminator_fake_loss": "training_discriminatorFake",
    "training_discriminator_real_loss": "training_discriminatorReal",
    "training_seconds": "seconds_training",
    "validation_auto_encoder_loss": "validation_l1",
    "validation_classification_loss": "validation_crossEntropy",
    "validation_distribution_error": "validation_distributionError",
    "validation_seconds": "seconds_validation",
  ]

  /// Reads the bytes of a history file, of this version or an older one.
  ///
  /// The loss or measure of a column that is not there is nil in all records: the file may be older
  /// than it. A column that is not known is an error: ignored, a name with a slip in it would turn
  /// its numbers into missing ones without a word.
  ///
  /// - Parameter path: where they come from, for messages.
  /// - Throws: `FileError` naming the line.
  init(csv bytes: [UInt8], path: String) throws(FileError) {
    // Bytes, since a line feed after a carriage return is one Character with it.
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
    guard lines.popLast()?.isEmpty == true else {
      throw FileError(path, "the last line has no end")
    }
    epochs = []
    do throws(Fault) {
      let columns = try Self.columns(lines.popFirst() ?? [])
      guard lines.count <= Self.mostEpochs else {
        throw Fault("\(lines.count) epochs, more than the \(Self.mostEpochs) there may be")
      }
      for line in lines {
        epochs.append(
          try Self.record(line, epoch: epochs.count + 1, after: epochs.first, columns))
      }
    } catch {
      throw FileError(path, error.reason)
    }
  }

  /// What is wrong with the file.
  private struct Fault: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }

    init(line: Int, _ reason: String) { self.init("line \(line): \(reason)") }
  }

  private static func cells(_ line: ArraySlice<UInt8>) -> [String] {
    line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// The columns that the first line names after `epoch`.
  private static func columns(_ line: ArraySlice<UInt8>) throws(Fault) -> [EpochRecord.Column] {
    let all = EpochRecord.columns
    let known = (["epoch"] + all.map(\.name)).joined(separator: ",")
    let names = cells(line).map { formerNames[$0] ?? $0 }
    guard names.first == "epoch" else { throw Fault(line: 1, "expected the columns \(known)") }
    var columns: [EpochRecord.Column] = []
    for name in names.dropFirst() {
      let found = name.prefix(40).debugDescription
      guard let column = all.first(where: { $0.name == name }) else {
        throw Fault(line: 1, "no column is called \(found), expected some of \(known)")
      }
      guard !columns.contains(where: { $0.name == name }) else {
        throw Fault(line: 1, "two columns are called \(found)")
      }
      columns.append(column)
    }
    for column in all where column.kind == .time {
      guard columns.contains(where: { $0.name == column.name }) else {
        throw Fault(line: 1, "no column \(column.name)")
      }
    }
    return columns
  }

  /// - Parameter first: the record of the first line; nil if this is it.
  private static func record(
    _ line: ArraySlice<UInt8>, epoch: Int, after first: EpochRecord?,
    _ columns: [EpochRecord.Column]
  ) throws(Fault) -> EpochRecord {
    let number = epoch + 1
    let cells = cells(line)
    guard cells.count == columns.count + 1 else {
      throw Fault(line: number, "\(cells.count) values, expected \(columns.count + 1)")
    }
    guard cells[0] == String(epoch) else {
      throw Fault(line: number, "epoch \(cells[0].debugDescription), expected \(epoch)")
    }
    let pairs = zip(columns, cells.dropFirst())
    let isAdversarial =
      first?.isAdversarial ?? pairs.contains { $0.kind == .adversarial && !$1.isEmpty }
    var record = EpochRecord(epoch: epoch)
    for (column, cell) in pairs {
      func fault(expected: String) -> Fault {
        let found = cell.prefix(40).debugDescription
        return Fault(line: number, "\(column.name) is \(found), expected \(expected)")
      }
      if column.kind == .adversarial && !isAdversarial {
        guard cell.isEmpty else { throw fault(expected: "nothing, as above") }
      } else if column.kind != .measure || !cell.isEmpty {
        guard let value = Double(cell), (0...column.greatest).contains(value) else {
          let greatest = column.greatest == 1 ? "1" : "\(column.greatest)"
          throw fault(expected: "a number from 0 to \(greatest)")
        }
        record[keyPath: column.place] = value
      }
    }
    return record
  }
}
