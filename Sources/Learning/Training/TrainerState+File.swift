package import Support

/// The file: safetensors, so that Python can look into it.
///
/// The tensors are the flat blocks `NETWORK.values`, `NETWORK.first_moments`,
/// `NETWORK.second_moments` and, if weights are averaged, `NETWORK.average`. Everything else is in
/// the metadata, numbers as text that reads back as the same number, with a check sum of the whole
/// file: a wrong bit in a moment would otherwise go unnoticed.
extension TrainerState {
  package static let fileName = "trainer-state.safetensors"

  /// The most bytes a state may hold; the largest that is valid takes some four million.
  package static let fileLimit = 16 << 20

  private static let format = "mnist-style trainer state"
  private static let version = "2"
  /// What stands for the check sum while it is computed.
  private static let noDigest = String(repeating: "0", count: 64)

  // MARK: Writing

  /// The file's bytes.
  package var bytes: [UInt8] {
    var metadata = [
      ("format", Self.format), ("version", Self.version), ("kind", options.kind.rawValue),
      ("epoch", "\(epoch)"), ("step", "\(step)"), ("seconds", "\(seconds)"),
      ("optimizer_step", "\(learner.step)"), ("history_sha256", historyDigest),
      ("sum_images", "\(images)"),
      ("sum_auto_encoder", "\(losses.l1)"),
      ("sum_classification", "\(losses.crossEntropy)"),
      ("sum_generator", "\(losses.generator ?? 0)"),
      ("sum_discriminator_fake", "\(losses.discriminatorFake ?? 0)"),
      ("sum_discriminator_real", "\(losses.discriminatorReal ?? 0)"),
      ("sha256", Self.noDigest),
    ]
    metadata += TrainingOptions.Field.allCases.map { ("option_\($0.rawValue)", options[$0]) }
    metadata += data.enumerated().flatMap { index, source in
      [("data_\(index)_name", source.name), ("data_\(index)_sha256", source.sha256)]
    }
    var bytes = Safetensors.encode(learner.tensors, metadata: metadata)
    let digest = hexadecimal(Digest.sha256(bytes))
    Self.replace(Self.noDigest, by: digest, in: &bytes)
    return bytes
  }

  /// Replaces the first occurrence of a text by one of the same length.
  private static func replace(_ old: String, by new: String, in bytes: inout [UInt8]) {
    let (old, new) = (Array(old.utf8), Array(new.utf8))
    guard let place = bytes.firstRange(of: old) else { return }
    bytes.replaceSubrange(place, with: new)
  }

  // MARK: Reading

  /// Reads the state of a checkpoint directory.
  ///
  /// - Throws: `FileError` if there is none, it is damaged, of another version, or another
  ///   program's.
  package static func load(from directory: String) throws(FileError) -> TrainerState {
    let path = FileSystem.join(directory, fileName)
    return try TrainerState(FileSystem.read(path, limit: fileLimit), path: path)
  }

  /// Reads a state file's bytes.
  ///
  /// - Parameter path: where they come from, for messages.
  /// - Throws: `FileError` naming what is not as it must be.
  package init(_ bytes: [UInt8], path: String) throws(FileError) {
    let file = try Safetensors(bytes, path: path)
    let metadata = Metadata(file)
    guard try metadata.text("format") == Self.format else {
      throw FileError(path, "not a trainer's state")
    }
    let version = try metadata.text("version")
    guard version == Self.version else {
      throw FileError(
        path, "a trainer's state of version \(version); this program reads \(Self.version)")
    }
    var unsigned = bytes
    let digest = try metadata.text("sha256")
    Self.replace(digest, by: Self.noDigest, in: &unsigned)
    guard hexadecimal(Digest.sha256(unsigned)) == digest else {
      throw FileError(path, "damaged: its SHA-256 is not the one it states")
    }

    guard let kind = Checkpoint.Kind(rawValue: try metadata.text("kind")) else {
      throw FileError(path, "kind: expected sae or aae")
    }
    var options = TrainingOptions(kind: kind, epochs: 1)
    for field in TrainingOptions.Field.allCases {
      let text = try metadata.text("option_\(field.rawValue)")
      do { try options.set(field, to: text) } catch { throw FileError(path, error.description) }
    }
    do { try options.validate() } catch { throw FileError(path, error.description) }

    var data: [LabelledImages.Source] = []
    for index in 0..<2 {
      data.append(
        LabelledImages.Source(
          name: try metadata.text("data_\(index)_name"),
          sha256: try metadata.text("data_\(index)_sha256")))
    }
    self.init(
      options: options, data: data,
      learner: try LearnerState(
        file, options, step: metadata.integer("optimizer_step", in: 0...Int.max / 2)))
    epoch = try metadata.integer("epoch", in: 0...options.epochs)
    step = try metadata.integer("step", in: 0...Int.max / 2)
    historyDigest = try metadata.text("history_sha256")
    seconds = try metadata.number("seconds")
    images = try metadata.integer("sum_images", in: 0...Int.max / 2)
    losses.l1 = try metadata.number("sum_auto_encoder")
    losses.crossEntropy = try metadata.number("sum_classification")
    guard kind == .aae, images > 0 else { return }
    losses.generator = try metadata.number("sum_generator")
    losses.discriminatorFake = try metadata.number("sum_discriminator_fake")
    losses.discriminatorReal = try metadata.number("sum_discriminator_real")
  }
}

/// The strings of a state file.
private struct Metadata {
  let file: Safetensors

  init(_ file: Safetensors) {
    self.file = file
  }

  func text(_ name: String) throws(FileError) -> String {
    guard let entry = file.metadata.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
      throw FileError(file.path, "not a trainer's state: no \(name) in its metadata")
    }
    return entry.value
  }

  func integer(_ name: String, in range: ClosedRange<Int>) throws(FileError) -> Int {
    let text = try text(name)
    guard let value = Int(text), range.contains(value) else {
      throw FileError(
        file.path, "\(name): expected \(range.lowerBound) to \(range.upperBound), found \(text)")
    }
    return value
  }

  /// A time, or a sum of losses.
  func number(_ name: String) throws(FileError) -> Double {
    let text = try text(name)
    let most = Double(Float.greatestFiniteMagnitude)
    guard let value = Double(text), (0...most).contains(value) else {
      throw FileError(file.path, "\(name): expected a number from 0 to \(most), found \(text)")
    }
    return value
  }
}
