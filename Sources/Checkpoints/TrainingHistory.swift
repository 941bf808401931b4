package import Files

/// How a training went, epoch by epoch: the `history.csv` of a checkpoint directory.
///
/// A line of column names, then a line an epoch, in order from epoch 1. The adversarial columns
/// are empty for an SAE. Numbers are written so that reading them gives the same numbers.
package struct TrainingHistory: Sendable, Equatable {
  package static let fileName = "history.csv"

  /// The most bytes a history may hold; some hundred are written an epoch.
  private static let fileLimit = 16 << 20

  /// Epoch 1 first, none left out.
  package var epochs: [EpochRecord]

  package init(epochs: [EpochRecord] = []) {
    self.epochs = epochs
  }

  /// Reads a checkpoint directory's history; nil if it has none, like the original's.
  ///
  /// - Throws: `FileError` naming the line.
  package static func load(from directory: String) throws(FileError) -> TrainingHistory? {
    let path = FileSystem.join(directory, fileName)
    guard FileSystem.exists(path) else { return nil }
    return try TrainingHistory(csv: FileSystem.read(path, limit: fileLimit), path: path)
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
    epochs = []
    for line in lines {
      let epoch = epochs.count + 1
      guard let record = Self.record(line, epoch: epoch) else {
        throw FileError(
          path, "line \(epoch + 1): expected \(epoch) and the numbers of that epoch")
      }
      epochs.append(record)
    }
  }

  private static func record(_ line: ArraySlice<UInt8>, epoch: Int) -> EpochRecord? {
    let cells = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard cells.count == columns.count, cells[0] == String(epoch) else { return nil }
    let numbers = cells.map { Double($0).flatMap { $0.isFinite ? $0 : nil } }
    let hasAdversarial = cells[3...6].contains { !$0.isEmpty }
    let missing = numbers.indices.filter { numbers[$0] == nil }
    guard missing.allSatisfy({ !hasAdversarial && 3...6 ~= $0 }) else { return nil }
    let number = numbers.map { $0 ?? 0 }
    let adversarial = EpochRecord.Adversarial(
      generatorLoss: number[3], generatorFactor: number[4], discriminatorFakeLoss: number[5],
      discriminatorRealLoss: number[6])
    return EpochRecord(
      epoch: epoch,
      training: EpochRecord.Training(
        autoEncoderLoss: number[1], classificationLoss: number[2],
        adversarial: hasAdversarial ? adversarial : nil, seconds: number[7]),
      validation: EpochRecord.Validation(
        autoEncoderLoss: number[8], classificationLoss: number[9], accuracy: number[10],
        distributionError: number[11], seconds: number[12]))
  }
}
