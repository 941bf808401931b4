import StyleNet
package import Support

extension Checkpoint {
  /// The most bytes a file of a checkpoint may hold; the largest that is valid takes half a
  /// million.
  private static let fileLimit = 4 << 20

  /// Whether a directory holds a checkpoint, be it damaged.
  package static func isPresent(in directory: String) -> Bool {
    fileNames.contains { FileSystem.exists(FileSystem.join(directory, $0)) }
  }

  /// Reads a checkpoint directory, this project's or the original's.
  ///
  /// - Throws: `FileError` naming the file and, where there is one, the tensor, with what was
  ///   found and what was expected: a missing or unreadable file, a broken safetensors file,
  ///   missing or additional tensors, any dtype but F32, any shape but the network's, files of
  ///   different style sizes, and weights that are not finite.
  package static func load(from directory: String) throws(FileError) -> Checkpoint {
    try load(from: directory, with: [], limit: fileLimit).checkpoint
  }

  /// Reads a checkpoint directory and how its training went, both as of one instant.
  ///
  /// - Returns: the checkpoint, with the history among its files; no history if there is none, as in
  ///   the original's directories, or none of its epochs is over.
  /// - Throws: `FileError` as `load(from:)` does, or naming what is wrong with the history.
  package static func loadWithHistory(
    from directory: String
  ) throws(FileError) -> (checkpoint: Checkpoint, history: TrainingHistory?) {
    let name = TrainingHistory.fileName
    var (checkpoint, others) = try load(
      from: directory, with: [name], limit: TrainingHistory.fileLimit)
    guard let bytes = others[0] else { return (checkpoint, nil) }
    let history = try TrainingHistory(csv: bytes, path: FileSystem.join(directory, name))
    if history.epochs.isEmpty { return (checkpoint, nil) }
    checkpoint.files.append(SourceFile(name: name, bytes: bytes))
    return (checkpoint, history)
  }

  /// Reads a checkpoint and files that were saved with it, all of one instant even while a trainer
  /// saves the next.
  ///
  /// - Parameters:
  ///   - names: the other files' names.
  ///   - limit: the most bytes each of them may hold.
  /// - Returns: the checkpoint, and the other files' bytes in the order of their names; nil where
  ///   there is no such file.
  static func load(
    from directory: String, with names: [String], limit: Int
  ) throws(FileError) -> (checkpoint: Checkpoint, others: [[UInt8]?]) {
    guard FileSystem.isDirectory(directory) else {
      throw FileError(
        directory,
        FileSystem.kind(at: directory).map { "expected a checkpoint directory, found \($0)" }
          ?? "no such checkpoint directory")
    }
    let contents = try FileSet.read(
      fileNames + names, in: directory, limit: max(limit, fileLimit))
    var files: [Network: Safetensors] = [:]
    for (network, bytes) in zip(Network.allCases, contents) {
      let path = FileSystem.join(directory, network.fileName)
      if let bytes {
        files[network] = try Safetensors(bytes, path: path)
      } else if network != .discriminator {
        throw FileError(path, "no such file")
      }
    }
    guard let encoder = files[.encoder], let decoder = files[.decoder] else {
      preconditionFailure("the loop above has read both")
    }
    let checkpoint = try Checkpoint(
      encoder: encoder, decoder: decoder, discriminator: files[.discriminator])
    return (checkpoint, Array(contents.dropFirst(fileNames.count)))
  }

  private init(
    encoder: Safetensors, decoder: Safetensors, discriminator: Safetensors?
  ) throws(FileError) {
    let styleSize = try encoder.styleSize(of: "_seq.4.weight", axis: 0, shape: ["10 + S", "1568"])
    try decoder.require(
      styleSize, of: encoder,
      found: decoder.styleSize(of: "fc.weight", axis: 1, shape: ["1568", "10 + S"]))
    if let discriminator {
      try discriminator.require(
        styleSize, of: encoder,
        found: discriminator.styleSize(of: "_seq.0.weight", axis: 1, shape: ["64", "10 + S"]))
    }
    self.init(
      styleSize: styleSize, prior: try encoder.prior,
      encoder: try encoder.parameters(Encoder.layout(styleSize: styleSize)),
      decoder: try decoder.parameters(Decoder.layout(styleSize: styleSize)),
      discriminator: try discriminator?.parameters(
        Discriminator.layout(styleSize: styleSize)),
      files: zip(Self.fileNames, [encoder, decoder, discriminator]).compactMap { name, file in
        file.map { SourceFile(name: name, bytes: $0.bytes) }
      })
  }
}

extension Safetensors {
  /// The prior that the metadata name; the usual one if they name none.
  fileprivate var prior: NormalDistribution {
    get throws(FileError) {
      let name = Checkpoint.priorName
      guard let text = metadata(named: name) else { return Checkpoint.usualPrior }
      let scales = Checkpoint.priorScales
      guard let scale = Double(text), scales.contains(scale) else {
        throw FileError(
          path,
          "\(name) is \"\(text)\", expected a number from \(trimmed(scales.lowerBound)) to"
            + " \(trimmed(scales.upperBound))")
      }
      return NormalDistribution(scale: scale)
    }
  }

  /// The style size that one tensor's shape implies.
  ///
  /// - Parameters:
  ///   - axis: of its two axes, the one that is 10 + S long.
  ///   - shape: what is expected, for the message.
  fileprivate func styleSize(
    of name: String, axis: Int, shape: [String]
  ) throws(FileError) -> Int {
    guard let tensor = tensor(named: name) else { throw FileError(path, "no tensor \(name)") }
    let styleSize = tensor.shape.count == 2 ? tensor.shape[axis] - Model.classes : 0
    guard Model.styleSizes ~= styleSize else {
      throw FileError(
        path,
        "tensor \(name): shape \(tensor.shape), expected [\(shape.joined(separator: ", "))]"
          + " with a style size S from \(Model.styleSizes.lowerBound) to"
          + " \(Model.styleSizes.upperBound)")
    }
    return styleSize
  }

  fileprivate func require(
    _ styleSize: Int, of encoder: Safetensors, found: Int
  ) throws(FileError) {
    guard found == styleSize else {
      throw FileError(path, "made for style size \(found), but \(encoder.path) for \(styleSize)")
    }
  }

  /// The tensors as one flat block.
  fileprivate func parameters(_ layout: ParameterLayout) throws(FileError) -> [Float] {
    let names = layout.tensors.map { "\($0.name)" }
    for tensor in tensors
    where !names.contains(where: { $0.hasSameBytes(as: tensor.name) }) {
      throw FileError(
        path, "tensor \(tensor.name) is not one of \(names.joined(separator: ", "))")
    }
    var block: [Float] = []
    block.reserveCapacity(layout.count)
    for (name, expected) in zip(names, layout.tensors) {
      block += try floats(named: name, shape: expected.shape)
    }
    return block
  }

  /// The elements of a tensor.
  ///
  /// - Throws: `FileError` naming the tensor if it is missing, of another type or shape, or has an
  ///   element that is not finite.
  func floats(named name: String, shape: [Int]) throws(FileError) -> [Float] {
    guard let tensor = tensor(named: name) else { throw FileError(path, "no tensor \(name)") }
    guard tensor.dtype == .f32 else {
      throw FileError(
        path, "tensor \(name): dtype \(tensor.dtype.rawValue), expected F32")
    }
    guard tensor.shape == shape else {
      throw FileError(path, "tensor \(name): shape \(tensor.shape), expected \(shape)")
    }
    let values = floats(of: tensor)
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw FileError(
        path, "tensor \(name): element \(index) is \(values[index]), expected a finite number")
    }
    return values
  }
}
