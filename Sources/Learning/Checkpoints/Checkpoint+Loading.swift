import StyleNet
package import Support

extension Checkpoint {
  /// The most bytes a file of a checkpoint may hold; the largest that is valid takes half a
  /// million.
  private static let fileLimit = 4 << 20

  /// Whether a directory holds a checkpoint, be it damaged.
  package static func isPresent(in directory: String) -> Bool {
    (fileNames + [sharedFileName]).contains { FileSystem.exists(FileSystem.join(directory, $0)) }
  }

  /// Reads a checkpoint, this project's or another's.
  ///
  /// That is a directory with a file for each network, as this project and the original write it; a
  /// directory with `model.safetensors`, which holds them all; or such a file itself. What stands
  /// before all names of a network (`_orig_mod.`, `module.`, `model.encoder.`) is ignored, and F16,
  /// BF16 and F64 are converted to F32; `notes` tells of both.
  ///
  /// - Throws: `FileError` naming the file and, where there is one, the tensor, with what was
  ///   found and what was expected: a missing or unreadable file, a broken safetensors file,
  ///   missing or additional tensors, other dtypes, any shape but the network's, networks of
  ///   different style sizes, and weights that are not finite.
  package static func load(from path: String) throws(FileError) -> Checkpoint {
    try load(from: path, with: [], limit: fileLimit).checkpoint
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
    from path: String, with names: [String], limit: Int
  ) throws(FileError) -> (checkpoint: Checkpoint, others: [[UInt8]?]) {
    if FileSystem.isFile(path) {
      let file = try Safetensors(FileSystem.read(path, limit: fileLimit), path: path)
      return (try Checkpoint([(sharedFileName, file)], in: path), names.map { _ in nil })
    }
    guard FileSystem.isDirectory(path) else {
      throw FileError(
        path,
        FileSystem.kind(at: path).map { "expected a checkpoint directory, found \($0)" }
          ?? "no such checkpoint directory")
    }
    let ownNames = fileNames + [sharedFileName]
    let contents = try FileSet.read(ownNames + names, in: path, limit: max(limit, fileLimit))
    var files: [NamedFile] = []
    for (name, bytes) in zip(ownNames, contents) {
      guard let bytes else { continue }
      files.append((name, try Safetensors(bytes, path: FileSystem.join(path, name))))
    }
    return (try Checkpoint(files, in: path), Array(contents.dropFirst(ownNames.count)))
  }

  /// Reads a file that holds an encoder and nothing else.
  ///
  /// - Throws: `FileError` as `load(from:)` does.
  static func loadEncoder(from path: String) throws(FileError) -> (Encoder, SourceFile) {
    let file = try Safetensors(FileSystem.read(path, limit: fileLimit), path: path)
    let tensors = try NetworkTensors(.encoder, in: file)
    try file.requireNothingBut([tensors])
    let styleSize = try tensors.styleSize
    return (
      Encoder(styleSize: styleSize, parameters: try tensors.parameters(styleSize: styleSize)),
      SourceFile(name: Network.encoder.fileName, bytes: file.bytes)
    )
  }

  /// A file that holds all networks, as Python's libraries name it.
  private static let sharedFileName = "model.safetensors"

  private typealias NamedFile = (name: String, content: Safetensors)

  /// - Parameter path: where the files are, for messages.
  private init(_ files: [NamedFile], in path: String) throws(FileError) {
    /// The network's tensors in its own file, or else in the first that holds them.
    func tensors(of network: Network) throws(FileError) -> NetworkTensors? {
      if let own = files.first(where: { $0.name == network.fileName }) {
        return try NetworkTensors(network, in: own.content)
      }
      for file in files {
        let found = try NetworkTensors(network, in: file.content)
        if found.isLikely { return found }
      }
      return nil
    }
    /// The same of a network that must be there.
    func required(_ network: Network) throws(FileError) -> NetworkTensors {
      if let found = try tensors(of: network) { return found }
      guard let shared = files.first(where: { $0.name == Self.sharedFileName }) else {
        throw FileError(FileSystem.join(path, network.fileName), "no such file")
      }
      return try NetworkTensors(network, in: shared.content)
    }

    let encoder = try required(.encoder)
    let decoder = try required(.decoder)
    let discriminator = try tensors(of: .discriminator)
    let networks = [encoder, decoder, discriminator].compactMap(\.self)
    let styleSize = try encoder.styleSize
    for network in networks.dropFirst() {
      try network.require(styleSize, of: encoder)
    }
    self.init(
      styleSize: styleSize, prior: try encoder.file.prior,
      classNames: try encoder.file.classNames,
      encoder: try encoder.parameters(styleSize: styleSize),
      decoder: try decoder.parameters(styleSize: styleSize),
      discriminator: try discriminator?.parameters(styleSize: styleSize))
    for (name, file) in files {
      let holds = networks.filter { $0.file.path == file.path }
      // Beside a file for each network, one that may hold them all is not read.
      if holds.isEmpty { continue }
      try file.requireNothingBut(holds)
      self.files.append(SourceFile(name: name, bytes: file.bytes))
      notes += Set(holds.map(\.prefix)).subtracting([""]).sorted().map {
        "\(file.path): the names of the tensors begin with \($0)"
      }
      let converted = Set(file.tensors.map(\.dtype)).subtracting([.f32])
      notes += converted.map(\.rawValue).sorted().map {
        "\(file.path): \($0) is converted to F32"
      }
    }
  }
}

/// The tensors of one network in a file.
private struct NetworkTensors {
  let network: Checkpoint.Network
  let file: Safetensors
  /// What stands before every name: `module.` of PyTorch's DataParallel, for one.
  let prefix: String
  /// Whether most of the network's tensors are there.
  let isLikely: Bool

  /// Finds the prefix under which most of the network's names are in the file.
  ///
  /// - Throws: `FileError` if the file holds the network twice.
  init(_ network: Checkpoint.Network, in file: Safetensors) throws(FileError) {
    self.network = network
    self.file = file
    let names = network.tensorNames
    var found: [[UInt8]: Int] = [:]
    for tensor in file.tensors {
      for name in names where tensor.name.utf8.reversed().starts(with: name.utf8.reversed()) {
        let start = Array(tensor.name.utf8.dropLast(name.utf8.count))
        if start.isEmpty || start.last == UInt8(ascii: ".") { found[start, default: 0] += 1 }
      }
    }
    let most = found.values.max() ?? 0
    let prefixes = found.filter { $0.value == most }.keys
      .map { String(decoding: $0, as: UTF8.self) }.sorted()
    if most == names.count, prefixes.count > 1 {
      throw FileError(
        file.path, "holds more than one \(network): \(prefixes.joined(separator: ", "))")
    }
    prefix = prefixes.first ?? ""
    isLikely = 2 * most > names.count
  }

  func tensor(_ name: String) throws(FileError) -> Safetensors.Tensor {
    let wanted = prefix + name
    if let tensor = file.tensor(named: wanted) { return tensor }
    let known = Set(network.tensorNames.map { prefix + $0 })
    /// A name that is not the network's is more likely to be the one that is meant.
    func rank(_ name: String) -> (Int, Int) {
      (known.contains(name) ? 1 : 0, -likeness(name, wanted))
    }
    let others = file.tensors.map(\.name).sorted { rank($0) < rank($1) }
    let nearest = others.prefix(3).joined(separator: ", ")
    throw FileError(
      file.path,
      "no tensor \(wanted), but "
        + (others.isEmpty ? "none at all" : nearest)
        + (others.count > 3 ? " and \(others.count - 3) others" : ""))
  }

  /// How many bytes two names have in common, at their beginnings and at their ends.
  private func likeness(_ a: String, _ b: String) -> Int {
    zip(a.utf8, b.utf8).prefix { $0 == $1 }.count
      + zip(a.utf8.reversed(), b.utf8.reversed()).prefix { $0 == $1 }.count
  }

  /// The style size that one tensor's shape implies.
  var styleSize: Int {
    get throws(FileError) {
      let (name, axis, shape) = network.codeTensor
      let tensor = try tensor(name)
      let styleSize = tensor.shape.count == 2 ? tensor.shape[axis] - Model.classes : 0
      guard Model.styleSizes ~= styleSize else {
        throw FileError(
          file.path,
          "tensor \(tensor.name): shape \(tensor.shape), expected \(shape)"
            + " with a style size S from \(Model.styleSizes.lowerBound) to"
            + " \(Model.styleSizes.upperBound)")
      }
      return styleSize
    }
  }

  func require(_ expected: Int, of encoder: NetworkTensors) throws(FileError) {
    let found = try styleSize
    guard found == expected else {
      throw FileError(
        file.path, "made for style size \(found), but \(encoder.file.path) for \(expected)")
    }
  }

  /// The tensors as one flat block.
  func parameters(styleSize: Int) throws(FileError) -> [Float] {
    let layout = network.layout(styleSize: styleSize)
    var block: [Float] = []
    block.reserveCapacity(layout.count)
    for expected in layout.tensors {
      let tensor = try tensor("\(expected.name)")
      block += try file.floats(named: tensor.name, shape: expected.shape)
    }
    return block
  }
}

extension Checkpoint.Network {
  /// The tensors' names, which do not depend on the style size.
  fileprivate var tensorNames: [String] {
    layout(styleSize: Model.styleSizes.lowerBound).tensors.map { "\($0.name)" }
  }

  /// The tensor with an axis of 10 + S, and what its shape should be.
  fileprivate var codeTensor: (name: String, axis: Int, shape: String) {
    switch self {
    case .encoder: ("_seq.4.weight", 0, "[10 + S, 1568]")
    case .decoder: ("fc.weight", 1, "[1568, 10 + S]")
    case .discriminator: ("_seq.0.weight", 1, "[64, 10 + S]")
    }
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

  /// The class names that the metadata list; the digits if they list none.
  fileprivate var classNames: ClassNames {
    get throws(FileError) {
      guard let text = metadata(named: Checkpoint.classNamesName) else { return .digits }
      return try ClassNames(lines: text, path: path)
    }
  }

  /// Makes sure that every tensor belongs to one of the networks.
  fileprivate func requireNothingBut(_ networks: [NetworkTensors]) throws(FileError) {
    let names = networks.flatMap { network in
      network.network.tensorNames.map { network.prefix + $0 }
    }
    let known = Set(names.map { Array($0.utf8) })
    guard let other = tensors.first(where: { !known.contains(Array($0.name.utf8)) }) else {
      return
    }
    throw FileError(
      path, "tensor \(other.name) is not one of \(names.joined(separator: ", "))")
  }
}
