import TestSupport
import Testing

@testable import Learning
@testable import StyleNet
@testable import Support

/// Checkpoints that other programs wrote.
@Suite struct ForeignCheckpointTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  @Test(arguments: ["_orig_mod.", "module.", "model.encoder."])
  func seesThroughAPrefixOfAllNames(prefix: String) throws {
    try scratch.saveSample { file, tensors in
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
    try scratch.saveSample { file, tensors in
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
    let copies = try sampleTensors(0).map { $0.renamed("ema.\($0.name)") }
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
    try scratch.saveSample { file, tensors in
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
    let name = try #require(try sampleTensors(1).last?.name)
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
      try sampleTensors(index).map { $0.renamed("\(network).\($0.name)") }
    }
  }
}
