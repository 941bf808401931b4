import FoundationEssentials
import Synchronization
import TestSupport
import Testing

@testable import Learning
@testable import Support

@Suite struct CheckpointDirectoryTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  @Test(arguments: ["pt-sae", "pt-aae"])
  func savesTheSameBytesAgain(name: String) throws {
    let directory = "\(packageDirectory)/share/\(name)"
    let checkpoint = try Checkpoint.load(from: directory)
    try checkpoint.save(to: scratch("copy"))
    for file in checkpoint.files {
      #expect(
        contents(of: scratch("copy/\(file.name)")) == contents(of: "\(directory)/\(file.name)"))
    }
    #expect(try names(in: scratch("copy")) == checkpoint.files.map(\.name).sorted())
    #expect(try Checkpoint.load(from: scratch("copy")).files == checkpoint.files)
  }

  @Test func keepsWhatBelongsToTheCheckpointAndWhatDoesNot() throws {
    try FileSystem.createDirectory(scratch("pt"))
    try scratch.write("pt/notes.txt", [1])
    let directory = try CheckpointDirectory(scratch("pt"))
    try directory.save(.sample(), with: [("history", [2]), ("state", [3])])
    let loaded = try Checkpoint.load(
      from: scratch("pt"), with: ["state", "absent", "history"], limit: 10)
    #expect(loaded.others == [[3], nil, [2]])
    #expect(loaded.checkpoint.kind == .aae)
    #expect(contents(of: scratch("pt/notes.txt")) == [1])

    try directory.save(.sample(hasDiscriminator: false), with: [("history", [4])])
    #expect(
      try names(in: scratch("pt")) == [
        "decoder.safetensors", "encoder.safetensors", "history", "notes.txt", "state",
      ])
    #expect(try Checkpoint.load(from: scratch("pt")).kind == .sae)
  }

  @Test func keepsTheLastCheckpointWhenSavingFails() throws {
    try Checkpoint.sample(shift: 1).save(to: scratch("pt"))
    #expect(throws: FileError(scratch("pt/state"), "expected a file, found a directory")) {
      let directory = try CheckpointDirectory(scratch("pt"))
      try FileSystem.createDirectory(scratch("pt/state"))
      try directory.save(.sample(shift: 2), with: [("state", [1])])
    }
    #expect(
      try Checkpoint.load(from: scratch("pt")).encoder == Checkpoint.sample(shift: 1).encoder)
  }

  @Test func isLoadedWholeWhileATrainerSaves() async throws {
    let path = scratch("pt")
    let isDone = Atomic(false)
    try Checkpoint.sample(shift: 0).save(to: path)
    async let training: Void = {
      defer { isDone.store(true, ordering: .relaxed) }
      let directory = try CheckpointDirectory(path)
      for round in 1...30 {
        try directory.save(.sample(shift: Float(round)))
        await Task.yield()
      }
    }()
    var last: Float = 0
    while !isDone.load(ordering: .relaxed) {
      let checkpoint = try Checkpoint.load(from: path)
      let round = checkpoint.encoder[0]
      #expect(checkpoint.decoder[0] == round && checkpoint.discriminator?[0] == round)
      #expect(round >= last)
      last = round
      await Task.yield()
    }
    try await training
  }
}

/// The names in a directory, hidden ones too, sorted.
private func names(in directory: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
}
