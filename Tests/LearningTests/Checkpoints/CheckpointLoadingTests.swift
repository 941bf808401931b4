import TestSupport
import Testing

@testable import Learning
@testable import StyleNet
@testable import Support

@Suite struct CheckpointLoadingTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  @Test func loadsTheAdversarialModel() throws {
    let checkpoint = try Checkpoint.load(from: "\(packageDirectory)/share/pt-aae")
    #expect(checkpoint.kind == .aae)
    #expect((1...64).contains(checkpoint.styleSize))
    #expect(checkpoint.files.map(\.name) == Checkpoint.fileNames)
    for file in checkpoint.files {
      let bytes = try #require(contents(of: "\(packageDirectory)/share/pt-aae/\(file.name)"))
      #expect(file.sha256 == hexadecimal(Digest.sha256(bytes)))
    }
  }

  @Test func loadsTheSimpleModel() throws {
    let checkpoint = try Checkpoint.load(from: "\(packageDirectory)/share/pt-sae")
    #expect(checkpoint.kind == .sae)
    #expect(checkpoint.discriminator == nil)
    #expect(checkpoint.files.map(\.name) == Array(Checkpoint.fileNames[..<2]))
  }

  @Test(arguments: [1, 2, 9, 33, 64]) func loadsEveryStyleSize(styleSize: Int) throws {
    let checkpoint = Checkpoint.sample(styleSize: styleSize)
    try save(checkpoint.encoded())
    let loaded = try Checkpoint.load(from: scratch.path)
    #expect(loaded.styleSize == styleSize)
    #expect(loaded.encoder == checkpoint.encoder)
    #expect(loaded.decoder == checkpoint.decoder)
    #expect(loaded.discriminator == checkpoint.discriminator)
  }

  /// The usual prior leaves no trace; any other is in the encoder's file.
  @Test(arguments: [2, 0.001, 1.5, 1000]) func keepsThePrior(scale: Double) throws {
    let sample = Checkpoint.sample()
    let checkpoint = Checkpoint(
      styleSize: sample.styleSize, prior: NormalDistribution(scale: scale),
      encoder: sample.encoder, decoder: sample.decoder, discriminator: sample.discriminator)
    try save(checkpoint.encoded())
    #expect(try Checkpoint.load(from: scratch.path).prior.scale == scale)
    let differing = zip(checkpoint.encoded(), sample.encoded()).filter { $0.bytes != $1.bytes }
    #expect(differing.map(\.0.name) == (scale == 2 ? [] : ["encoder.safetensors"]))
  }

  @Test(arguments: ["", "two", "nan", "inf", "-1", "0", "0.0009", "1001"])
  func refusesABadPrior(text: String) throws {
    var files = Checkpoint.sample().encoded()
    let encoder = try Safetensors(files[0].bytes, path: "encoder")
    let tensors = encoder.tensors.map {
      Safetensors.NewTensor(name: $0.name, shape: $0.shape, values: encoder.floats(of: $0))
    }
    files[0].bytes = Safetensors.encode(tensors, metadata: [("prior_scale", text)])
    try save(files)
    let reason = "prior_scale is \"\(text)\", expected a number from 0.001 to 1000"
    #expect(throws: FileError(scratch("encoder.safetensors"), reason)) {
      try Checkpoint.load(from: scratch.path)
    }
  }

  @Test func saysThatThereIsNoDirectory() throws {
    #expect(throws: FileError(scratch("none"), "no such checkpoint directory")) {
      try Checkpoint.load(from: scratch("none"))
    }
    let file = try scratch.write("file", [])
    #expect(throws: FileError(file, "expected a checkpoint directory, found a file")) {
      try Checkpoint.load(from: file)
    }
    let device = FileError("/dev/null", "expected a checkpoint directory, found a device")
    #expect(throws: device) { try Checkpoint.load(from: "/dev/null") }
  }

  @Test(arguments: 0..<2) func saysThatAFileIsMissing(index: Int) throws {
    var files = Checkpoint.sample().encoded()
    let name = files.remove(at: index).name
    try save(files)
    #expect(throws: FileError(scratch(name), "no such file")) {
      try Checkpoint.load(from: scratch.path)
    }
  }

  @Test(arguments: 0..<3) func namesAFileThatCannotBeRead(index: Int) throws {
    var files = Checkpoint.sample().encoded()
    let name = files.remove(at: index).name
    try save(files)
    try FileSystem.createDirectory(scratch(name))
    #expect(throws: FileError(scratch(name), "expected a file, found a directory")) {
      try Checkpoint.load(from: scratch.path)
    }
  }

  @Test(arguments: 0..<3) func namesAFileThatIsTooLarge(index: Int) throws {
    var files = Checkpoint.sample().encoded()
    files[index].bytes += Array(repeating: 0, count: 5 << 20)
    try save(files)
    #expect(
      throws: FileError(
        scratch(files[index].name),
        "larger than 4194304 bytes, the most that is read of such a file")
    ) {
      try Checkpoint.load(from: scratch.path)
    }
  }

  @Test(arguments: 0..<3) func namesAnEmptyOrTruncatedFile(index: Int) throws {
    var files = Checkpoint.sample().encoded()
    let path = scratch(files[index].name)
    files[index].bytes.removeLast()
    try save(files)
    #expect { try Checkpoint.load(from: scratch.path) } throws: {
      "\($0)".hasPrefix("\(path): tensor ") && "\($0)".contains(", but the file has ")
    }
    files[index].bytes = []
    try save(files)
    #expect { try Checkpoint.load(from: scratch.path) } throws: {
      "\($0)".hasPrefix("\(path): 0 bytes long")
    }
  }

  @Test(arguments: 0..<3) func namesAMissingTensor(index: Int) throws {
    for tensor in try tensors(index).map(\.name) {
      try saveSample { file, tensors in
        if file == index { tensors.removeAll { $0.name == tensor } }
      }
      #expect(throws: FileError(scratch(Checkpoint.fileNames[index]), "no tensor \(tensor)")) {
        try Checkpoint.load(from: scratch.path)
      }
    }
  }

  @Test(arguments: 0..<3) func namesAnAdditionalTensor(index: Int) throws {
    let extra = Safetensors.NewTensor(name: "extra", shape: [0], values: [])
    try saveSample { file, tensors in
      if file == index { tensors.append(extra) }
    }
    let layouts = [
      Encoder.layout(styleSize: 2), Decoder.layout(styleSize: 2),
      Discriminator.layout(styleSize: 2),
    ]
    let names = layouts[index].tensors.map { "\($0.name)" }.joined(separator: ", ")
    #expect(
      throws: FileError(
        scratch(Checkpoint.fileNames[index]), "tensor extra is not one of \(names)")
    ) {
      try Checkpoint.load(from: scratch.path)
    }
  }

  @Test(arguments: 0..<3) func namesATensorOfAnotherDType(index: Int) throws {
    for tensor in try tensors(index) {
      try saveSample { file, tensors in
        guard file == index else { return }
        tensors = tensors.map {
          $0.name != tensor.name
            ? $0
            : Safetensors.NewTensor(
              name: $0.name, dtype: .f16, shape: $0.shape,
              bytes: Array($0.bytes[..<($0.bytes.count / 2)]))
        }
      }
      #expect(
        throws: FileError(
          scratch(Checkpoint.fileNames[index]), "tensor \(tensor.name): dtype F16, expected F32")
      ) {
        try Checkpoint.load(from: scratch.path)
      }
    }
  }

  @Test(arguments: 0..<3) func namesATensorOfAnotherShape(index: Int) throws {
    for tensor in try tensors(index) {
      try saveSample { file, tensors in
        guard file == index else { return }
        tensors = tensors.map {
          $0.name != tensor.name
            ? $0
            : Safetensors.NewTensor(
              name: $0.name, dtype: .f32, shape: $0.shape + [1], bytes: $0.bytes)
        }
      }
      let start =
        "\(scratch(Checkpoint.fileNames[index])): tensor \(tensor.name):"
        + " shape \(tensor.shape + [1]), expected ["
      #expect { try Checkpoint.load(from: scratch.path) } throws: {
        "\($0)".hasPrefix(start)
      }
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func namesAWeightThatIsNotFinite(value: Float) throws {
    for index in 0..<3 {
      let tensor = try #require(try tensors(index).last)
      try saveSample { file, tensors in
        guard file == index, var values = tensors.popLast()?.bytes else { return }
        withUnsafeBytes(of: value.bitPattern.littleEndian) {
          values.replaceSubrange(values.count - 4..<values.count, with: $0)
        }
        tensors.append(
          Safetensors.NewTensor(
            name: tensor.name, dtype: .f32, shape: tensor.shape, bytes: values))
      }
      let last = tensor.bytes.count / 4 - 1
      #expect(
        throws: FileError(
          scratch(Checkpoint.fileNames[index]),
          "tensor \(tensor.name): element \(last) is \(value), expected a finite number")
      ) {
        try Checkpoint.load(from: scratch.path)
      }
    }
  }

  @Test(arguments: 1..<3) func namesFilesOfDifferentStyleSizes(index: Int) throws {
    var files = Checkpoint.sample(styleSize: 4).encoded()
    files[index] = Checkpoint.sample(styleSize: 5).encoded()[index]
    try save(files)
    #expect(
      throws: FileError(
        scratch(files[index].name),
        "made for style size 5, but \(scratch("encoder.safetensors")) for 4")
    ) {
      try Checkpoint.load(from: scratch.path)
    }
  }

  @Test(arguments: [0, 65]) func refusesAStyleSizeOutOfRange(styleSize: Int) throws {
    try save(Checkpoint.sample(styleSize: styleSize).encoded())
    #expect(
      throws: FileError(
        scratch("encoder.safetensors"),
        "tensor _seq.4.weight: shape [\(10 + styleSize), 1568],"
          + " expected [10 + S, 1568] with a style size S from 1 to 64")
    ) {
      try Checkpoint.load(from: scratch.path)
    }
  }

  // MARK: Making directories

  private func save(_ files: [FileSet.File]) throws {
    for (name, bytes) in files { try scratch.write(name, bytes) }
  }

  /// The tensors of one of the sample's files.
  private func tensors(_ index: Int) throws -> [Safetensors.NewTensor] {
    let bytes = Checkpoint.sample().encoded()[index].bytes
    return try Safetensors(bytes, path: "").tensors.map {
      Safetensors.NewTensor(
        name: $0.name, dtype: $0.dtype, shape: $0.shape, bytes: Array(bytes[$0.range]))
    }
  }

  /// Saves the sample with its files' tensors changed.
  private func saveSample(
    _ change: (_ file: Int, inout [Safetensors.NewTensor]) -> Void
  ) throws {
    for (index, name) in Checkpoint.fileNames.enumerated() {
      var tensors = try tensors(index)
      change(index, &tensors)
      try scratch.write(name, Safetensors.encode(tensors))
    }
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
