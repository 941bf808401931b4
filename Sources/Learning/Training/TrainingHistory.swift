import Support

/// How a training went, epoch by epoch: the `history.csv` of a checkpoint directory.
///
/// A line of column names, then a line an epoch, in order from epoch 1. The adversarial columns
/// are empty for an SAE. Numbers are written so that reading them gives the same numbers.
package struct TrainingHistory: Sendable, Equatable {
  static let fileName = "history.csv"

  /// The most epochs a history may hold, those of the longest training.
  static let mostEpochs = 100_000
  /// The most bytes it may hold: a number takes 24 at most, and 13 of them are written an epoch.
  static let fileLimit = mostEpochs * 13 * 25 + (1 << 10)

  /// Epoch 1 first, none left out.
  package var epochs: [EpochRecord]

  init(epochs: [EpochRecord] = []) {
    self.epochs = epochs
  }

  /// The same, with times of 0: what trainings of the same seed, data and options have in common.
  var timeless: TrainingHistory {
    TrainingHistory(
      epochs: epochs.map { record in
        var record = record
        record.seconds = EpochRecord.Seconds(training: 0, validation: 0)
        return record
      })
  }

  // MARK: CSV

  private static func header(_ name: KeyPath<EpochRecord.Column, String>) -> String {
    (["epoch"] + EpochRecord.columns.map { $0[keyPath: name] }).joined(separator: ",")
  }

  /// The file's bytes.
  var csv: [UInt8] {
    let columns = EpochRecord.columns
    let lines = epochs.map { record in
      ([String(record.epoch)] + columns.map { record[$0]?.description ?? "" })
        .joined(separator: ",")
    }
    return Array(([Self.header(\.name)] + lines).map { $0 + "\n" }.joined().utf8)
  }

  /// Reads the bytes of a history file, of this version or of those that named the columns
  /// otherwise.
  ///
  /// - Parameter path: where they come from, for messages.
  /// - Throws: `FileError` naming the line.
  init(csv bytes: [UInt8], path: String) throws(FileError) {
    // Bytes, since a line feed after a carriage return is one Character with it.
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
    guard lines.popLast()?.isEmpty == true else {
      throw FileError(path, "the last line has no end")
    }
    let header = lines.popFirst() ?? []
    let names = [\EpochRecord.Column.name, \.formerName]
    guard let name = names.first(where: { header.elementsEqual(Self.header($0).utf8) }) else {
      throw FileError(path, "line 1: expected the columns \(Self.header(\.name))")
    }
    guard lines.count <= Self.mostEpochs else {
      throw FileError(path, "\(lines.count) epochs, more than the \(Self.mostEpochs) there may be")
    }
    epochs = []
    for line in lines {
      let number = epochs.count + 2
      do throws(Fault) {
        epochs.append(try Self.record(line, epoch: epochs.count + 1, after: epochs.first, name))
      } catch {
        throw FileError(path, "line \(number): \(error.reason)")
      }
    }
  }

  /// What is wrong with a line.
  private struct Fault: Error {
    let reason: String
  }

  /// - Parameters:
  ///   - first: the record of the first line; nil if this is it.
  ///   - name: what the file calls a column.
  private static func record(
    _ line: ArraySlice<UInt8>, epoch: Int, after first: EpochRecord?,
    _ name: KeyPath<EpochRecord.Column, String>
  ) throws(Fault) -> EpochRecord {
    let cells = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    let columns = EpochRecord.columns
    guard cells.count == columns.count + 1 else {
      throw Fault(reason: "\(cells.count) values, expected \(columns.count + 1)")
    }
    guard cells[0] == String(epoch) else {
      throw Fault(reason: "epoch \(cells[0].debugDescription), expected \(epoch)")
    }
    func isAdversarial(_ column: EpochRecord.Column) -> Bool {
      if case .adversarial = column.place { true } else { false }
    }
    let pairs = zip(columns, cells.dropFirst())
    let hasAdversarial =
      first?.isAdversarial ?? pairs.contains { isAdversarial($0) && !$1.isEmpty }
    var record = EpochRecord(epoch: epoch)
    for (column, cell) in pairs {
      func fault(expected: String) -> Fault {
        let found = cell.prefix(40).debugDescription
        return Fault(reason: "\(column[keyPath: name]) is \(found), expected \(expected)")
      }
      if isAdversarial(column) && !hasAdversarial {
        guard cell.isEmpty else { throw fault(expected: "nothing, as above") }
      } else {
        guard let number = Double(cell), (0...column.greatest).contains(number) else {
          let greatest = column.greatest == 1 ? "1" : "\(column.greatest)"
          throw fault(expected: "a number from 0 to \(greatest)")
        }
        record[column] = number
      }
    }
    return record
  }
}
