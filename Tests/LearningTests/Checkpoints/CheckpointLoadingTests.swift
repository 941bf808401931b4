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
      Safetensors.NewTensor(name: $0.name, shape: $0.shape, values: encoder.floats(of: $0) ?? [])
    }
    files[0].bytes = Safetensors.encode(tensors, metadata: [("prior_scale", text)])
    try save(files)
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
    try save(checkpoint.encoded())
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
      let start = "\(scratch(Checkpoint.fileNames[index])): no tensor \(tensor), but "
      #expect { try Checkpoint.load(from: scratch.path) } throws: { "\($0)".hasPrefix(start) }
    }
  }

  /// Of what is there, the name that looks most like the missing one comes first.
  @Test func namesWhatIsThereInPlaceOfAMissingTensor() throws {
    try saveSample { file, tensors in
      guard file == 1 else { return }
      tensors = tensors.map { $0.name == "conv2.0.weight" ? $0.renamed("conv2.0.kernel") : $0 }
    }
    #expect(
      throws: FileError(
        scratch("decoder.safetensors"),
        "no tensor conv2.0.weight, but conv2.0.kernel, conv1.0.weight, conv2.1.weight and 7 others")
    ) { try Checkpoint.load(from: scratch.path) }
  }

  // MARK: Other people's files

  @Test(arguments: ["_orig_mod.", "module.", "model.encoder."])
  func seesThroughAPrefixOfAllNames(prefix: String) throws {
    try saveSample { file, tensors in
      if file == 0 { tensors = tensors.map { $0.renamed(prefix + $0.name) } }
    }
    let loaded = try Checkpoint.load(from: scratch.path)
    #expect(loaded.encoder == Checkpoint.sample().encoder)
    #expect(
      loaded.notes == [
        "\(scratch("encoder.safetensors")): the names of the tensors begin with \(prefix)"
      ])
  }

  @Test func aPrefixOfOneNameIsNoPrefix() throws {
    try saveSample { file, tensors in
      guard file == 0 else { return }
      tensors = tensors.map { $0.name == "_seq.4.bias" ? $0.renamed("x._seq.4.bias") : $0 }
    }
    #expect { try Checkpoint.load(from: scratch.path) } throws: {
      "\($0)".contains("no tensor _seq.4.bias, but x._seq.4.bias, ")
    }
  }

  /// All networks in one file: as `model.safetensors` in a directory, and as the path itself.
  @Test(arguments: ["model.safetensors", "some.bin"])
  func readsAllNetworksFromOneFile(name: String) throws {
    let path = try scratch.write(name, Safetensors.encode(try oneFile()))
    let loaded = try Checkpoint.load(from: name == "some.bin" ? path : scratch.path)
    let sample = Checkpoint.sample()
    #expect(loaded.encoder == sample.encoder && loaded.decoder == sample.decoder)
    #expect(loaded.discriminator == sample.discriminator)
    #expect(loaded.files.map(\.name) == ["model.safetensors"])
    #expect(loaded.notes.count == 3)
  }

  @Test func refusesANetworkThatAFileHoldsTwice() throws {
    let copies = try tensors(0).map { $0.renamed("ema.\($0.name)") }
    let path = try scratch.write("both", Safetensors.encode(try oneFile() + copies))
    #expect(throws: FileError(path, "holds more than one encoder: ema., encoder.")) {
      try Checkpoint.load(from: path)
    }
  }

  @Test func namesATensorThatIsMissingFromOneFile() throws {
    let tensors = try oneFile().filter { $0.name != "decoder.fc.bias" }
    let path = try scratch.write("both", Safetensors.encode(tensors))
    #expect { try Checkpoint.load(from: path) } throws: {
      "\($0)".hasPrefix("\(path): no tensor decoder.fc.bias, but ")
    }
  }

  /// Halves are exact in each of the types up to what their significands hold.
  @Test(arguments: [Safetensors.DType.f16, .bf16, .f64])
  func convertsOtherFloats(dtype: Safetensors.DType) throws {
    try saveSample { file, tensors in
      guard file == 1, let last = tensors.popLast() else { return }
      let values = (0..<last.bytes.count / 4).map { Float($0 % 100) / 2 - 25 }
      tensors.append(
        Safetensors.NewTensor(
          name: last.name, dtype: dtype, shape: last.shape,
          bytes: values.flatMap { value -> [UInt8] in
            switch dtype {
            case .f16: withUnsafeBytes(of: Float16(value).bitPattern.littleEndian, Array.init)
            case .bf16:
              withUnsafeBytes(of: UInt16(value.bitPattern >> 16).littleEndian, Array.init)
            default: withUnsafeBytes(of: Double(value).bitPattern.littleEndian, Array.init)
            }
          }))
    }
    let name = try #require(try tensors(1).last?.name)
    let loaded = try Checkpoint.load(from: scratch.path)
    let place = try #require(Decoder.layout(styleSize: 2).tensors.first { "\($0.name)" == name })
    #expect(
      loaded.decoder[place.offset..<place.offset + place.count].enumerated().allSatisfy {
        $1 == Float($0 % 100) / 2 - 25
      })
    #expect(
      loaded.notes == [
        "\(scratch("decoder.safetensors")): \(dtype.rawValue) is converted to F32"
      ])
  }

  @Test(arguments: [
    ("version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "a Git LFS pointer"),
    ("PK\u{3}\u{4}\u{0}\u{0}\u{8}\u{8}", "a zip archive"),
    ("\n<!DOCTYPE html><title>404</title>", "an HTML page"),
  ])
  func saysWhatAFileIsInstead(content: String, words: String) throws {
    let path = try scratch.write("it", Array(content.utf8))
    #expect { try Checkpoint.load(from: path) } throws: {
      "\($0)".hasPrefix("\(path): expected safetensors, found \(words)")
    }
  }

  private func oneFile() throws -> [Safetensors.NewTensor] {
    try Checkpoint.Network.allCases.enumerated().flatMap { index, network in
      try tensors(index).map { $0.renamed("\(network).\($0.name)") }
    }
  }

  // MARK: Tensors that do not fit

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
              name: $0.name, dtype: .i16, shape: $0.shape,
              bytes: Array($0.bytes[..<($0.bytes.count / 2)]))
        }
      }
      #expect(
        throws: FileError(
          scratch(Checkpoint.fileNames[index]), "tensor \(tensor.name): dtype I16, expected F32")
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

extension Safetensors.NewTensor {
  fileprivate func renamed(_ name: String) -> Self {
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
