import TestSupport
import Testing

@testable import Learning
@testable import Support

struct TrainerStateTests {
  /// A state in the middle of an epoch.
  private func state(_ kind: Checkpoint.Kind) throws -> TrainerState {
    let trainer = try TrainingSetUp.trainer(
      TrainingSetUp.options(kind), images: TrainingSetUp.images())
    _ = try trainer.trainEpoch { _ in false }
    return trainer.state
  }

  @Test("reads back what it wrote", arguments: [Checkpoint.Kind.sae, .aae])
  func readsBackWhatItWrote(kind: Checkpoint.Kind) throws {
    let state = try state(kind)
    let isEqual = try TrainerState(state.bytes, path: "state") == state
    #expect(isEqual)
  }

  @Test func namesTheDataItWasTrainedOn() throws {
    let state = try state(.sae)
    #expect(state.data.map(\.name) == ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"])
    let file = TrainingSetUp.testSet + "/t10k-images-idx3-ubyte.gz"
    let digest = try hexadecimal(Digest.sha256(FileSystem.read(file, limit: 1 << 24)))
    #expect(state.data.first?.sha256 == digest)
  }

  @Test func refusesAnyFlippedBit() throws {
    let bytes = try state(.aae).bytes
    for place in stride(from: 0, to: bytes.count, by: 7919) {
      var damaged = bytes
      damaged[place] ^= 4
      #expect(throws: FileError.self, "byte \(place)") {
        try TrainerState(damaged, path: "state")
      }
    }
  }

  @Test func refusesATruncatedFile() throws {
    let bytes = try state(.sae).bytes
    for count in [0, 7, 8, 100, bytes.count / 2, bytes.count - 1] {
      #expect(throws: FileError.self, "\(count) bytes") {
        try TrainerState(Array(bytes[..<count]), path: "state")
      }
    }
  }

  @Test func refusesAnotherVersion() throws {
    try expectRefused(metadata("version", "1"), "version 1; this program reads 2")
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
      ("kind", "vae"), ("epoch", "-1"), ("epoch", "3"), ("step", "9223372036854775808"),
      ("seconds", "nan"), ("seconds", "-1.0"), ("seconds", "1e308"), ("sum_images", "x"),
      ("sum_generator", "inf"), ("sum_classification", "-0.5"), ("option_weight-decay", "2.0"),
      ("option_epochs", "0"), ("option_feat-size", "65"), ("option_feat-size", "4"),
      ("option_lr", "nan"), ("option_schedule", "sawtooth"), ("option_seed", "-1"),
      ("optimizer_step", "1e3"),
    ])
  func refusesForeignValues(name: String, value: String) throws {
    #expect(throws: FileError.self) { try TrainerState(metadata(name, value), path: "state") }
  }

  @Test func refusesNumbersThatAreNotFinite() throws {
    var state = try state(.aae)
    state.learner.decoder.secondMoments[5] = .infinity
    try expectRefused(state.bytes, "decoder.second_moments: element 5 is inf")
  }

  /// A state file in which one string of the metadata is another.
  private func metadata(_ name: String, _ value: String) throws -> [UInt8] {
    let file = try Safetensors(state(.aae).bytes, path: "state")
    let tensors = file.tensors.map {
      Safetensors.NewTensor(name: $0.name, shape: $0.shape, values: file.floats(of: $0))
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
    let error = #expect(throws: FileError.self) { try TrainerState(bytes, path: "state") }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  }
}
