import FoundationEssentials
import Support

/// All that the rest of a training depends on, after any step.
struct TrainingState: Sendable, Equatable {
  var position: Position
  var networks: TrainedParameters

  /// Where a training is: all that the rest of it depends on, but for the networks.
  struct Position: Codable, Sendable, Equatable {
    var options: TrainingOptions
    /// The files that the training images and labels were read from.
    var data: [SourceFile]
    /// The epoch that comes next or is under way, counted from 0; `options.epochs` when all are
    /// done.
    var epoch = 0
    /// How many steps of that epoch are done.
    var step = 0
    /// The sums of the losses of those steps over their images.
    var losses = Losses()
    /// How many images those are.
    var images = 0
    /// The wall-clock time of those steps.
    var seconds = 0.0
    /// The optimiser steps of all epochs that are done.
    var optimizerSteps = 0
    /// The `digest` of the records of the epochs that are done.
    var historyDigest = TrainingHistory().digest
  }

  /// The model: of encoder and decoder the averaged weights, if weights are averaged.
  var checkpoint: Checkpoint {
    Checkpoint(
      styleSize: position.options.styleSize, prior: position.options.prior,
      classNames: position.options.classNames,
      encoder: networks.encoder.average ?? networks.encoder.values,
      decoder: networks.decoder.average ?? networks.decoder.values,
      discriminator: networks.discriminator?.values)
  }
}

extension TrainingState {
  /// A training that has not begun.
  ///
  /// - Parameter checkpoint: of the same style size; its weights take the place of those that the
  ///   seed chooses.
  init(options: TrainingOptions, from checkpoint: Checkpoint? = nil, data: [SourceFile]) {
    var generator = RandomStream.weights.generator(seed: options.seed)
    networks = TrainedParameters(initial: options, using: &generator)
    if let checkpoint { networks.replaceValues(by: checkpoint) }
    position = Position(options: options, data: data)
  }
}

extension TrainingState.Position {
  /// Makes sure that every number is one that a training can have.
  ///
  /// - Throws: `LearningError` naming the first that is not.
  fileprivate func validate() throws(LearningError) {
    try options.validate()
    func require<Value: Comparable>(
      _ name: String, _ value: Value, in range: ClosedRange<Value>
    ) throws(LearningError) {
      guard range.contains(value) else {
        throw LearningError(
          "\(name): expected \(range.lowerBound) to \(range.upperBound), found \(value)")
      }
    }
    try require("data files", data.count, in: 2...2)
    try require("epoch", epoch, in: 0...options.epochs)
    // So large that no sum of them overflows.
    let counts = 0...Int.max / 4
    try require("step", step, in: counts)
    try require("images", images, in: counts)
    try require("optimizerSteps", optimizerSteps, in: counts)
    let numbers = 0...Double(Float.greatestFiniteMagnitude)
    try require("seconds", seconds, in: numbers)
    for loss in losses.present { try require("losses", loss, in: numbers) }
    for loss in Loss.allCases {
      let isThere = images > 0 && (options.kind == .aae || !loss.isAdversarial)
      guard (losses[loss] != nil) == isThere else {
        throw LearningError("losses: not those of train-\(options.kind.rawValue)")
      }
    }
  }
}

// MARK: The file

/// The file: safetensors, so that Python can look into it.
///
/// The tensors are the flat blocks `NETWORK.values`, `NETWORK.first_moments`,
/// `NETWORK.second_moments` and, if weights are averaged, `NETWORK.average`; and `marginals.excess`
/// if there are marginals. The metadata hold the
/// position as one JSON value, and a check sum of the whole file: a wrong bit in a moment would
/// otherwise go unnoticed.
extension TrainingState {
  static let fileName = "trainer-state.safetensors"

  /// The most bytes a state may hold; the largest that is valid takes some five million.
  static let fileLimit = 16 << 20

  private static let format = "mnist-style trainer state"
  private static let version = "5"
  /// What stands for the check sum while it is computed.
  private static let noDigest = String(repeating: "0", count: 64)

  /// The file's bytes.
  ///
  /// - Throws: `EncodingError` if a number of the position is not finite.
  var bytes: [UInt8] {
    get throws {
      var bytes = Safetensors.encode(
        networks.tensors,
        metadata: [
          ("format", Self.format), ("version", Self.version), ("sha256", Self.noDigest),
          ("state", String(decoding: try json(position), as: UTF8.self)),
        ])
      let digest = hexadecimal(Digest.sha256(bytes))
      Self.replace(Self.noDigest, by: digest, in: &bytes)
      return bytes
    }
  }

  /// Replaces the first occurrence of a text by one of the same length.
  private static func replace(_ old: String, by new: String, in bytes: inout [UInt8]) {
    guard let place = bytes.firstRange(of: old.utf8) else { return }
    bytes.replaceSubrange(place, with: new.utf8)
  }

  /// Reads a state file's bytes.
  ///
  /// - Parameter path: where they come from, for messages.
  /// - Throws: `FileError` naming what is not as it must be.
  init(_ bytes: [UInt8], path: String) throws(FileError) {
    let file = try Safetensors(bytes, path: path)
    func text(_ name: String) throws(FileError) -> String {
      guard let value = file.metadata(named: name) else {
        throw FileError(path, "not a trainer's state: no \(name) in its metadata")
      }
      return value
    }
    guard try text("format") == Self.format else {
      throw FileError(path, "not a trainer's state")
    }
    let version = try text("version")
    guard version == Self.version else {
      throw FileError(
        path, "a trainer's state of version \(version); this program reads \(Self.version)")
    }
    let digest = try text("sha256")
    var unsigned = bytes
    Self.replace(digest, by: Self.noDigest, in: &unsigned)
    guard hexadecimal(Digest.sha256(unsigned)) == digest else {
      throw FileError(path, "damaged: its SHA-256 is not the one it states")
    }

    let state = try text("state")
    do {
      position = try JSONDecoder().decode(Position.self, from: Data(state.utf8))
    } catch {
      let reason = (error as? DecodingError)?.reason ?? "\(error)"
      throw FileError(path, "its state is not one that a trainer writes: \(reason)")
    }
    do throws(LearningError) {
      try position.validate()
    } catch {
      throw FileError(path, error.description)
    }
    networks = try TrainedParameters(file, position.options)
  }
}
