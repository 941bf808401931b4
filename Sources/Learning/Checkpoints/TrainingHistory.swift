package import Support

/// How a training went, epoch by epoch: the `history.csv` of a checkpoint directory.
///
/// A line of column names, then a line an epoch, in order from epoch 1. The adversarial columns
/// are empty for an SAE. Numbers are written so that reading them gives the same numbers.
package struct TrainingHistory: Sendable, Equatable {
  package static let fileName = "history.csv"

  /// The most epochs a history may hold, those of the longest training.
  package static let mostEpochs = 100_000
  /// The most bytes it may hold: a number takes 24 at most, and 13 of them are written an epoch.
  package static let fileLimit = mostEpochs * 13 * 25 + (1 << 10)

  /// Epoch 1 first, none left out.
  package var epochs: [EpochRecord]

  package init(epochs: [EpochRecord] = []) {
    self.epochs = epochs
  }

  /// The same, with times of 0: what trainings of the same seed, data and options have in common.
  package var timeless: TrainingHistory {
    TrainingHistory(
      epochs: epochs.map { record in
        var record = record
        record.training.seconds = 0
        record.validation.seconds = 0
        return record
      })
  }

  // MARK: CSV

  private static let columns = [
    "epoch",
    "training_auto_encoder_loss", "training_classification_loss",
    "training_generator_loss", "training_generator_factor",
    "training_discriminator_fake_loss", "training_discriminator_real_loss",
    "training_seconds",
    "validation_auto_encoder_loss", "validation_classification_loss",
    "validation_accuracy", "validation_distribution_error",
    "validation_seconds",
  ]
  private static let adversarialColumns = 3...6

  /// The file's bytes.
  package var csv: [UInt8] {
    let lines = epochs.map { record in
      let (training, validation) = (record.training, record.validation)
      let adversarial = training.adversarial.map {
        [
          $0.generatorLoss, $0.generatorFactor, $0.discriminatorFakeLoss, $0.discriminatorRealLoss,
        ].map(\.description)
      }
      var cells = [String(record.epoch)]
      cells += [training.autoEncoderLoss, training.classificationLoss].map(\.description)
      cells += adversarial ?? ["", "", "", ""]
      cells += [
        training.seconds, validation.autoEncoderLoss, validation.classificationLoss,
        validation.accuracy, validation.distributionError, validation.seconds,
      ].map(\.description)
      return cells.joined(separator: ",")
    }
    let header = Self.columns.joined(separator: ",")
    return Array(([header] + lines).map { $0 + "\n" }.joined().utf8)
  }

  /// Reads the bytes of a history file.
  ///
  /// - Parameter path: where they come from, for messages.
  /// - Throws: `FileError` naming the line.
  package init(csv bytes: [UInt8], path: String) throws(FileError) {
    // Bytes, since a line feed after a carriage return is one Character with it.
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
    guard lines.popLast()?.isEmpty == true else {
      throw FileError(path, "the last line has no end")
    }
    guard let header = lines.popFirst(),
      header.elementsEqual(Self.columns.joined(separator: ",").utf8)
    else { throw FileError(path, "line 1: expected the columns \(Self.columns)") }
    guard lines.count <= Self.mostEpochs else {
      throw FileError(path, "\(lines.count) epochs, more than the \(Self.mostEpochs) there may be")
    }
    epochs = []
    for line in lines {
      let epoch = epochs.count + 1
      let record: EpochRecord
      do throws(Fault) {
        record = try Self.record(line, epoch: epoch, isAdversarial: epochs.first?.isAdversarial)
      } catch {
        throw FileError(path, "line \(epoch + 1): \(error.reason)")
      }
      epochs.append(record)
    }
  }

  /// What is wrong with a line.
  private struct Fault: Error {
    let reason: String
  }

  /// - Parameter isAdversarial: whether the lines before have the adversarial numbers; nil for the
  ///   first line.
  private static func record(
    _ line: ArraySlice<UInt8>, epoch: Int, isAdversarial: Bool?
  ) throws(Fault) -> EpochRecord {
    let cells = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard cells.count == columns.count else {
      throw Fault(reason: "\(cells.count) values, expected \(columns.count)")
    }
    guard cells[0] == String(epoch) else {
      throw Fault(reason: "epoch \(cells[0].debugDescription), expected \(epoch)")
    }
    let hasAdversarial = isAdversarial ?? cells[adversarialColumns].contains { !$0.isEmpty }
    var numbers: [Double] = []
    for (column, cell) in cells.enumerated() {
      if !hasAdversarial && adversarialColumns ~= column {
        guard cell.isEmpty else { throw fault(column, cell, expected: "nothing, as above") }
        numbers.append(0)
      } else {
        // All are means of numbers of 32 bits, or times.
        let most =
          columns[column] == "validation_accuracy" ? 1 : Double(Float.greatestFiniteMagnitude)
        guard let number = Double(cell), (0...most).contains(number) else {
          throw fault(column, cell, expected: "a number from 0 to \(most == 1 ? "1" : "\(most)")")
        }
        numbers.append(number)
      }
    }
    let adversarial = EpochRecord.Adversarial(
      generatorLoss: numbers[3], generatorFactor: numbers[4], discriminatorFakeLoss: numbers[5],
      discriminatorRealLoss: numbers[6])
    return EpochRecord(
      epoch: epoch,
      training: EpochRecord.Training(
        autoEncoderLoss: numbers[1], classificationLoss: numbers[2],
        adversarial: hasAdversarial ? adversarial : nil, seconds: numbers[7]),
      validation: EpochRecord.Validation(
        autoEncoderLoss: numbers[8], classificationLoss: numbers[9], accuracy: numbers[10],
        distributionError: numbers[11], seconds: numbers[12]))
  }

  private static func fault(_ column: Int, _ cell: String, expected: String) -> Fault {
    Fault(reason: "\(columns[column]) is \(cell.prefix(40).debugDescription), expected \(expected)")
  }
}

extension EpochRecord {
  fileprivate var isAdversarial: Bool { training.adversarial != nil }
}
