import TestSupport

@testable import Learning
@testable import StyleNet
@testable import Support

extension ScratchDirectory {
  func save(_ files: [FileSet.File]) throws {
    for (name, bytes) in files { try write(name, bytes) }
  }

  /// Saves the sample with its files' tensors changed.
  func saveSample(
    _ change: (_ file: Int, inout [Safetensors.NewTensor]) -> Void
  ) throws {
    for (index, name) in Checkpoint.fileNames.enumerated() {
      var tensors = try sampleTensors(index)
      change(index, &tensors)
      try write(name, Safetensors.encode(tensors))
    }
  }
}

/// The tensors of one of the sample's files.
func sampleTensors(_ index: Int) throws -> [Safetensors.NewTensor] {
  let bytes = Checkpoint.sample().encoded()[index].bytes
  return try Safetensors(bytes, path: "").tensors.map {
    Safetensors.NewTensor(
      name: $0.name, dtype: $0.dtype, shape: $0.shape, bytes: Array(bytes[$0.range]))
  }
}

extension Safetensors.NewTensor {
  func renamed(_ name: String) -> Self {
    Self(name: name, dtype: dtype, shape: shape, bytes: bytes)
  }
}

extension Checkpoint {
  /// Saves to a directory, as a trainer does.
  func save(to directory: String) throws(FileError) {
    try CheckpointDirectory(directory).save(self)
  }

  /// A model whose every weight tells its place.
  static func sample(
    styleSize: Int = 2, shift: Float = 0, hasDiscriminator: Bool = true
  ) -> Checkpoint {
    func weights(_ layout: ParameterLayout) -> [Float] {
      (0..<layout.count).map { Float($0) / 16 + shift }
    }
    return Checkpoint(
      styleSize: styleSize,
      encoder: weights(Encoder.layout(styleSize: styleSize)),
      decoder: weights(Decoder.layout(styleSize: styleSize)),
      discriminator: hasDiscriminator
        ? weights(Discriminator.layout(styleSize: styleSize)) : nil)
  }
}
