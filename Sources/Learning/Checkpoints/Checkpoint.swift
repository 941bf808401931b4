import StyleNet
package import Support

/// A model as a directory holds it: `encoder.safetensors`, `decoder.safetensors` and, for an
/// adversarial auto-encoder, `discriminator.safetensors`.
package struct Checkpoint: Sendable {
  /// How the model was trained: a discriminator is what tells the two apart.
  package enum Kind: String, Codable, Sendable {
    case sae
    case aae
  }

  /// The prior for which models are trained unless something else is asked for, and the
  /// original's.
  static let usualPrior = NormalDistribution(scale: 2)
  /// The standard deviations that a prior may have.
  static let priorScales = 0.001...1000.0

  /// S, from 1 to 64.
  package let styleSize: Int
  /// What the styles were trained to follow, or are compared to.
  package var prior = usualPrior
  package var classNames = ClassNames.digits
  /// Laid out as `Encoder.layout(styleSize:)` says.
  package let encoder: [Float]
  /// Laid out as `Decoder.layout(styleSize:)` says.
  package let decoder: [Float]
  /// Laid out as `Discriminator.layout(styleSize:)` says; nil for a simple auto-encoder.
  let discriminator: [Float]?
  /// The files it was read from, in the order encoder, decoder, discriminator, history.
  package var files: [SourceFile] = []
  /// What was overlooked to read them, a sentence each that begins with a path.
  package var notes: [String] = []

  package var kind: Kind { discriminator == nil ? .sae : .aae }
}

// MARK: Files

extension Checkpoint {
  /// The networks, in the order of their files.
  enum Network: String, CaseIterable {
    case encoder
    case decoder
    case discriminator

    var fileName: String { "\(rawValue).safetensors" }

    func layout(styleSize: Int) -> ParameterLayout {
      switch self {
      case .encoder: Encoder.layout(styleSize: styleSize)
      case .decoder: Decoder.layout(styleSize: styleSize)
      case .discriminator: Discriminator.layout(styleSize: styleSize)
      }
    }
  }

  /// The names of the networks' files.
  static let fileNames = Network.allCases.map(\.fileName)

  /// What the prior's standard deviation is called in the encoder's metadata.
  static let priorName = "prior_scale"
  /// What the names of the classes are called there.
  static let classNamesName = "class_names"

  private func parameters(of network: Network) -> [Float]? {
    switch network {
    case .encoder: encoder
    case .decoder: decoder
    case .discriminator: discriminator
    }
  }

  /// The files, name and bytes.
  ///
  /// Only a prior that is not the usual one and classes that are not digits are noted, so that other
  /// checkpoints have the bytes that Python's `safetensors` gives to the same tensors.
  func encoded() -> [FileSet.File] {
    var notes: [(name: String, value: String)] = []
    if prior != Self.usualPrior { notes.append((Self.priorName, "\(prior.scale)")) }
    if !classNames.areDigits { notes.append((Self.classNamesName, classNames.rawValue)) }
    return Network.allCases.compactMap { network in
      guard let block = parameters(of: network) else { return nil }
      let tensors = network.layout(styleSize: styleSize).tensors.map {
        Safetensors.NewTensor(
          name: "\($0.name)", shape: $0.shape, values: block[$0.offset..<$0.offset + $0.count])
      }
      return (
        network.fileName,
        Safetensors.encode(tensors, metadata: network == .encoder ? notes : [])
      )
    }
  }
}

/// A directory that a trainer saves checkpoints to.
///
/// At every instant it holds one complete checkpoint with the files that belong to it, the last or
/// the one before: killed anywhere, or with the disk full, what was saved last loads, here and in
/// Python. `FileSet` says how. The directory is locked against a second trainer as long as the
/// value lives; reading needs no lock.
package struct CheckpointDirectory: ~Copyable, Sendable {
  private let files: FileSet

  /// Opens the directory, makes it if need be, and settles what a killed process has left there.
  ///
  /// - Throws: `FileError` if it is not a directory, cannot be written to, or another process is
  ///   saving there.
  package init(_ path: String) throws(FileError) {
    files = try FileSet(path)
  }

  /// Replaces the checkpoint in the directory.
  ///
  /// - Parameter others: files that belong to it.
  /// - Throws: `FileError` if it cannot be saved; the last one is then still there.
  borrowing func save(
    _ checkpoint: Checkpoint, with others: [FileSet.File] = []
  ) throws(FileError) {
    let files = checkpoint.encoded()
    let missing = Checkpoint.fileNames.filter { name in !files.contains { $0.name == name } }
    try self.files.replace(with: files + others, removing: missing)
  }
}
