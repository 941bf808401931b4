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
    try scratch.save(checkpoint.encoded())
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
    try scratch.save(checkpoint.encoded())
    #expect(try Checkpoint.load(from: scratch.path).prior.scale == scale)
    let differing = zip(checkpoint.encoded(), sample.encoded()).filter { $0.bytes != $1.bytes }
    #expect(differing.map(\.0.name) == (scale == 2 ? [] : ["encoder.safetensors"]))
  }

  @Test(arguments: ["", "two", "nan", "inf", "-1", "0", "0.0009", "1001"])
  func refusesABadPrior(text: String) throws {
    var files = Checkpoint.sample().encoded()
    let encoder = try Safetensors(files[0].bytes, path: "encoder")
    let tensors = encoder.tensors.map {
      Safetensors.NewTensor(name: $0.name, shape: $0.shape, values: encoder.floats(of: $0) ?? [])
    }
    files[0].bytes = Safetensors.encode(tensors, metadata: [("prior_scale", text)])
    try scratch.save(files)
    let reason = "prior_scale is \"\(text)\", expected a number from 0.001 to 1000"
    #expect(throws: FileError(scratch("encoder.safetensors"), reason)) {
      try Checkpoint.load(from: scratch.path)
    }
  }

  /// Digits leave no trace; other names are in the encoder's file.
  @Test(arguments: ["0,1,2,3,4,5,6,7,8,9", "a,b,c,d,e,f,g,h,i,<b>\"'=1"])
  func keepsTheClassNames(list: String) throws {
    var checkpoint = Checkpoint.sample()
    checkpoint.classNames = try #require(ClassNames(list: list))
    let isNamed = !checkpoint.classNames.areDigits
    try scratch.save(checkpoint.encoded())
    #expect(try Checkpoint.load(from: scratch.path).classNames == checkpoint.classNames)
    let differing = zip(checkpoint.encoded(), Checkpoint.sample().encoded())
      .filter { $0.bytes != $1.bytes }
    #expect(differing.map(\.0.name) == (isNamed ? ["encoder.safetensors"] : []))
  }

  @Test func saysThatThereIsNoDirectory() throws {
    #expect(throws: FileError(scratch("none"), "no such checkpoint directory")) {
      try Checkpoint.load(from: scratch("none"))
    }
    let file = try scratch.write("file", [])
    #expect(
      throws: FileError(
        file, "0 bytes long, too short for the 8 bytes of a safetensors header length")
    ) { try Checkpoint.load(from: file) }
    let device = FileError("/dev/null", "expected a checkpoint directory, found a device")
    #expect(throws: device) { try Checkpoint.load(from: "/dev/null") }
  }

  @Test(arguments: 0..<2) func saysThatAFileIsMissing(index: Int) throws {
    var files = Checkpoint.sample().encoded()
    let name = files.remove(at: index).name
    try scratch.save(files)
    #expect(throws: FileError(scratch(name), "no such file")) {
      try Checkpoint.load(from: scratch.path)
    }
  }

  @Test(arguments: 0..<3) func namesAFileThatCannotBeRead(index: Int) throws {
    var files = Checkpoint.sample().encoded()
    let name = files.remove(at: index).name
    try scratch.save(files)
    try FileSystem.createDirectory(scratch(name))
    #expect(throws: FileError(scratch(name), "expected a file, found a directory")) {
      try Checkpoint.load(from: scratch.path)
    }
  }

  @Test(arguments: 0..<3) func namesAFileThatIsTooLarge(index: Int) throws {
    var files = Checkpoint.sample().encoded()
    files[index].bytes += Array(repeating: 0, count: 5 << 20)
    try scratch.save(files)
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
    try scratch.save(files)
    #expect { try Checkpoint.load(from: scratch.path) } throws: {
      "\($0)".hasPrefix("\(path): tensor ") && "\($0)".contains(", but the file has ")
    }
    files[index].bytes = []
    try scratch.save(files)
    #expect { try Checkpoint.load(from: scratch.path) } throws: {
      "\($0)".hasPrefix("\(path): 0 bytes long")
    }
  }

  @Test(arguments: 0..<3) func namesAMissingTensor(index: Int) throws {
    for tensor in try sampleTensors(index).map(\.name) {
      try scratch.saveSample { file, tensors in
        if file == index { tensors.removeAll { $0.name == tensor } }
      }
      let start = "\(scratch(Checkpoint.fileNames[index])): no tensor \(tensor), but "
      #expect { try Checkpoint.load(from: scratch.path) } throws: { "\($0)".hasPrefix(start) }
    }
  }

  /// Of what is there, the name that looks most like the missing one comes first.
  @Test func namesWhatIsThereInPlaceOfAMissingTensor() throws {
    try scratch.saveSample { file, tensors in
      guard file == 1 else { return }
      tensors = tensors.map { $0.name == "conv2.0.weight" ? $0.renamed("conv2.0.kernel") : $0 }
    }
    #expect(
      throws: FileError(
        scratch("decoder.safetensors"),
        "no tensor conv2.0.weight, but conv2.0.kernel, conv1.0.weight, conv2.1.weight and 7 others")
    ) { try Checkpoint.load(from: scratch.path) }
  }

  @Test(arguments: 0..<3) func namesAnAdditionalTensor(index: Int) throws {
    let extra = Safetensors.NewTensor(name: "extra", shape: [0], values: [])
    try scratch.saveSample { file, tensors in
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
    for tensor in try sampleTensors(index) {
      try scratch.saveSample { file, tensors in
        guard file == index else { return }
        tensors = tensors.map {
          $0.name != tensor.name
            ? $0
            : Safetensors.NewTensor(
              name: $0.name, dtype: .i16, shape: $0.shape,
              bytes: Array($0.bytes[..<($0.bytes.count / 2)]))
        }
      }
      #expect(
        throws: FileError(
          scratch(Checkpoint.fileNames[index]),
          "tensor \(tensor.name): dtype I16, expected F32, F16, BF16 or F64")
      ) {
        try Checkpoint.load(from: scratch.path)
      }
    }
  }

  @Test(arguments: 0..<3) func namesATensorOfAnotherShape(index: Int) throws {
    for tensor in try sampleTensors(index) {
      try scratch.saveSample { file, tensors in
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
      let tensor = try #require(try sampleTensors(index).last)
      try scratch.saveSample { file, tensors in
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
    try scratch.save(files)
    #expect(
      throws: FileError(
        scratch(files[index].name),
        "made for style size 5, but \(scratch("encoder.safetensors")) for 4")
    ) {
      try Checkpoint.load(from: scratch.path)
    }
  }

  @Test(arguments: [0, 65]) func refusesAStyleSizeOutOfRange(styleSize: Int) throws {
    try scratch.save(Checkpoint.sample(styleSize: styleSize).encoded())
    #expect(
      throws: FileError(
        scratch("encoder.safetensors"),
        "tensor _seq.4.weight: shape [\(10 + styleSize), 1568],"
          + " expected [10 + S, 1568] with a style size S from 1 to 64")
    ) {
      try Checkpoint.load(from: scratch.path)
    }
  }
}
