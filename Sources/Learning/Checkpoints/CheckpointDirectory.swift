import StyleNet
package import Support

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
  /// - Parameters:
  ///   - others: files that belong to it.
  ///   - obsolete: names of files that belonged to the last and do not to this one.
  /// - Throws: `FileError` if it cannot be saved; the last one is then still there.
  package borrowing func save(
    _ checkpoint: Checkpoint, with others: [FileSet.File] = [], removing obsolete: [String] = []
  ) throws(FileError) {
    let files = checkpoint.encoded()
    let missing = Checkpoint.fileNames.filter { name in !files.contains { $0.name == name } }
    try self.files.replace(with: files + others, removing: missing + obsolete)
  }
}

extension Checkpoint {
  /// Saves to a directory, as `CheckpointDirectory` does.
  ///
  /// - Throws: `FileError` if it cannot be saved; what was there is then still there.
  package func save(to directory: String) throws(FileError) {
    try CheckpointDirectory(directory).save(self)
  }

  /// The checkpoint's files.
  ///
  /// Only a prior that is not the usual one is noted, so that other checkpoints have the bytes that
  /// Python's `safetensors` gives to the same tensors.
  package func encoded() -> [FileSet.File] {
    let note = (name: Self.priorName, value: "\(prior.scale)")
    let networks = [
      (Encoder.layout(styleSize: styleSize), encoder, [note]),
      (Decoder.layout(styleSize: styleSize), decoder, []),
      (Discriminator.layout(styleSize: styleSize), discriminator, []),
    ]
    let isUsual = prior == Self.usualPrior
    return zip(Self.fileNames, networks).compactMap { name, network in
      let (layout, parameters, metadata) = network
      return parameters.map {
        (name, Safetensors.encode(layout.split($0), metadata: isUsual ? [] : metadata))
      }
    }
  }
}

extension ParameterLayout {
  /// The tensors of a flat block.
  fileprivate func split(_ block: [Float]) -> [Safetensors.NewTensor] {
    precondition(block.count == count)
    return tensors.map {
      Safetensors.NewTensor(
        name: "\($0.name)", shape: $0.shape, values: block[$0.offset..<$0.offset + $0.count])
    }
  }
}
