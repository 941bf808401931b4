import FoundationEssentials
import TestSupport
import Testing

@testable import Learning
@testable import Support

struct TrainingStateTests {
  /// A state in the middle of an epoch.
  private func state(_ kind: Checkpoint.Kind) throws -> TrainingState {
    let trainer = try TrainingSetUp.trainer(
      TrainingSetUp.options(kind), images: TrainingSetUp.images())
    _ = try trainer.trainEpoch { _ in false }
    return trainer.state
  }

  @Test("reads back what it wrote", arguments: [Checkpoint.Kind.sae, .aae])
  func readsBackWhatItWrote(kind: Checkpoint.Kind) throws {
    let state = try state(kind)
    let isEqual = try TrainingState(state.bytes, path: "state") == state
    #expect(isEqual)
  }

  @Test func namesTheDataItWasTrainedOn() throws {
    let state = try state(.sae)
    #expect(
      state.position.data.map(\.name) == ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"])
    let file = TrainingSetUp.testSet + "/t10k-images-idx3-ubyte.gz"
    let digest = try hexadecimal(Digest.sha256(FileSystem.read(file, limit: 1 << 24)))
    #expect(state.position.data.first?.sha256 == digest)
  }

  @Test func refusesAnyFlippedBit() throws {
    let bytes = try state(.aae).bytes
    for place in stride(from: 0, to: bytes.count, by: 7919) {
      var damaged = bytes
      damaged[place] ^= 4
      #expect(throws: FileError.self, "byte \(place)") {
        try TrainingState(damaged, path: "state")
      }
    }
  }

  @Test func refusesATruncatedFile() throws {
    let bytes = try state(.sae).bytes
    for count in [0, 7, 8, 100, bytes.count / 2, bytes.count - 1] {
      #expect(throws: FileError.self, "\(count) bytes") {
        try TrainingState(Array(bytes[..<count]), path: "state")
      }
    }
  }

  @Test func refusesAnotherVersion() throws {
    try expectRefused(metadata("version", "2"), "version 2; this program reads 5")
  }

  @Test func refusesAnotherProgramsFile() throws {
    try expectRefused(
      Safetensors.encode([Safetensors.NewTensor(name: "x", shape: [1], values: [1])]),
      "not a trainer's state")
    try expectRefused(metadata("format", "pt"), "not a trainer's state")
  }

  @Test(
    "refuses values that no trainer writes, under a right check sum",
    arguments: [
      (#""kind":"aae""#, #""kind":"vae""#), (#""epoch":0"#, #""epoch":-1"#),
      (#""epoch":0"#, #""epoch":3"#), (#""epoch":0"#, #""epoch":null"#),
      (#""epoch":0"#, #""epoch":0.5"#), (#""step":1"#, #""step":9223372036854775808"#),
      (#""step":1"#, #""step":-1"#), (#""seconds":"#, #""seconds":-1"#),
      (#""seconds":"#, #""seconds":NaN"#), (#""seconds":"#, #""seconds":1e308,"x":"#),
      (#""images":32"#, #""images":"x""#), (#""images":32"#, #""images":0"#),
      (#""generator":"#, #""generator":1e999,"x":"#), (#""generator":"#, #""generator":null,"x":"#),
      (#""crossEntropy":"#, #""crossEntropy":-"#), (#""weightDecay":0.01"#, #""weightDecay":2"#),
      (#""epochs":2"#, #""epochs":0"#), (#""styleSize":3"#, #""styleSize":65"#),
      (#""styleSize":3"#, #""styleSize":4"#), (#""learningRate":"#, #""learningRate":-"#),
      (#""schedule":"constant""#, #""schedule":"sawtooth""#), (#""seed":7"#, #""seed":-1"#),
      (#""optimizerSteps":1"#, #""optimizerSteps":1e300"#),
      (#""priorScale":2"#, #""priorScale":0"#),
      (#""data":["#, #""data":[{"name":"c","sha256":""},"#), ("{", "["), ("}", ""),
    ])
  func refusesForeignValues(value: String, foreign: String) throws {
    let state = try Safetensors(state(.aae).bytes, path: "state").metadata(named: "state")
    let old = try #require(state)
    let place = try #require(old.firstRange(of: value), "\(value)")
    var new = old
    new.replaceSubrange(place, with: foreign)
    let bytes = try metadata("state", new)
    let error = #expect(throws: FileError.self) { try TrainingState(bytes, path: "state") }
    #expect(error?.reason.hasPrefix("damaged") == false)
  }

  @Test func refusesNumbersThatAreNotFinite() throws {
    var state = try state(.aae)
    state.networks.decoder.secondMoments[5] = .infinity
    try expectRefused(try state.bytes, "decoder.second_moments: element 5 is inf")
  }

  /// A state file in which one string of the metadata is another.
  private func metadata(_ name: String, _ value: String) throws -> [UInt8] {
    let file = try Safetensors(state(.aae).bytes, path: "state")
    let tensors = file.tensors.map {
      Safetensors.NewTensor(name: $0.name, shape: $0.shape, values: file.floats(of: $0) ?? [])
    }
    let zeros = String(repeating: "0", count: 64)
    let strings = file.metadata.map { entry in
      switch entry.name {
      case name: (name, value)
      case "sha256": ("sha256", zeros)
      default: entry
      }
    }
    let bytes = Safetensors.encode(tensors, metadata: strings)
    let digest = hexadecimal(Digest.sha256(bytes))
    return Safetensors.encode(
      tensors, metadata: strings.map { $0.0 == "sha256" ? ($0.0, digest) : $0 })
  }

  private func expectRefused(_ bytes: [UInt8], _ reason: String) throws {
    let error = #expect(throws: FileError.self) { try TrainingState(bytes, path: "state") }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  }
}
