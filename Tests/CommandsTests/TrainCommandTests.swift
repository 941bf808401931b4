import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import Learning

/// `train-sae` and `train-aae` as their users meet them.
struct TrainCommandTests {
  /// A data directory: 4,000 images of the package's test set to train on, 200 to validate on.
  private static func makeData() throws -> ScratchDirectory {
    let directory = try ScratchDirectory()
    let images = try DataSet.load(.test, from: "\(packageDirectory)/share/mnist", limit: 4000)
    for (prefix, count) in [("train", 4000), ("t10k", 200)] {
      try directory.write(
        "\(prefix)-images-idx3-ubyte",
        idx(.images, UInt32(count), images.pixels[0..<count]))
      try directory.write(
        "\(prefix)-labels-idx1-ubyte", idx(.labels, UInt32(count), images.labels.prefix(count)))
    }
    return directory
  }

  /// The files of a checkpoint directory that do not hold times.
  private func timelessFiles(_ directory: String) throws -> [String: [UInt8]] {
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
    let pairs = names.filter { $0 != "history.csv" }
      .map { ($0, contents(of: "\(directory)/\($0)") ?? []) }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  private static let quick = [
    "--limit", "200", "--epochs", "2", "--feat-size", "2", "--batch-size", "48",
  ]

  // MARK: What they print

  @Test("prints epochs as the original does", arguments: ["train-sae", "train-aae"])
  func printsEpochs(program: String) throws {
    let data = try Self.makeData()
    let result = try RunningProgram.run(
      program, Self.quick + ["--data-dir", data.path, "--ckpt-dir", "model"])
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)

    let pattern = result.output.replacing(#/\d+\.\d+/#, with: "0")
    let adversarial = program == "train-aae"
    let expected = (1...2).map { epoch in
      [
        "Epoch \(epoch) training:",
        "  Mean AutoEncoder Loss: 0",
        "  Mean Classification Loss: 0",
        adversarial ? "  Mean Generator Loss: 0 * 0" : nil,
        adversarial ? "  Mean Discriminator Fake Loss: 0" : nil,
        adversarial ? "  Mean Discriminator Real Loss: 0" : nil,
        "Epoch \(epoch) validation:",
        "  Mean AutoEncoder Loss: 0",
        "  Mean Classification Loss: 0",
        adversarial ? "  Median Encoded Distribution Error: 0" : nil,
        "[time] training: 0s, validation: 0s",
      ].compactMap { $0 }.joined(separator: "\n") + "\n"
    }
    #expect(pattern == expected.joined() + "Done!\n")
  }

  @Test func jsonIsAnObjectAnEpoch() throws {
    struct Record: Decodable {
      let epoch: Int
      let training: [String: Double?]
      let validation, seconds: [String: Double]
    }
    let data = try Self.makeData()
    let result = try RunningProgram.run(
      "train-aae", Self.quick + ["--data-dir", data.path, "--json", "--quiet"])
    #expect(result.status == 0)
    let records = try result.output.split(separator: "\n")
      .map { try JSONDecoder().decode(Record.self, from: Data($0.utf8)) }
    #expect(records.map(\.epoch) == [1, 2])
    #expect(
      records.last?.validation.keys.sorted() == [
        "accuracy", "crossEntropy", "distributionError", "l1",
      ])
    #expect(
      records.last?.training.keys.sorted() == [
        "crossEntropy", "discriminatorFake", "discriminatorReal", "generator", "l1",
      ])
    #expect(records.last?.seconds.keys.sorted() == ["training", "validation"])
  }

  @Test func quietPrintsNothing() throws {
    let data = try Self.makeData()
    let result = try RunningProgram.run(
      "train-sae", Self.quick + ["--data-dir", data.path, "--quiet"])
    #expect(result.status == 0)
    #expect(result.output.isEmpty && result.errors.isEmpty)
  }

  // MARK: What they write

  @Test func savesWhereTheOriginalDoesUnlessToldOtherwise() throws {
    let data = try Self.makeData()
    let folder = try ScratchDirectory()
    for kind in ["sae", "aae"] {
      let result = try RunningProgram.run(
        "train-\(kind)", Self.quick + ["--data-dir", data.path, "--epochs", "1"],
        directory: folder.path)
      #expect(result.status == 0)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder("pt-\(kind)"))
      let networks = ["decoder.safetensors", "encoder.safetensors"]
      let adversarial = kind == "aae" ? ["discriminator.safetensors"] : []
      #expect(
        names.sorted()
          == (networks + adversarial + ["history.csv", "trainer-state.safetensors"]).sorted())
    }
  }

  @Test(
    "a recipe sets options, and flags of their own count for more",
    arguments: [
      (
        [],
        [
          "learningRate\":0.0025", "schedule\":\"cosine", "initialization\":\"background",
          "weightDecay\":0.1", "averageDecay\":0.999",
        ]
      ),
      (
        ["original"],
        [
          "learningRate\":0.0004", "schedule\":\"constant", "initialization\":\"uniform",
          "weightDecay\":0.01", "averageDecay\":0,",
        ]
      ),
      (
        ["averaged", "--lr", "0.001", "--init", "uniform"],
        [
          "learningRate\":0.001", "schedule\":\"cosine", "initialization\":\"uniform",
          "averageDecay\":0.999",
        ]
      ),
    ])
  func recipeSetsOptions(recipe: [String], expected: [String]) throws {
    let data = try Self.makeData()
    let folder = try ScratchDirectory()
    let flags = recipe.isEmpty ? [] : ["--recipe"] + recipe
    let result = try RunningProgram.run(
      "train-sae",
      ["--data-dir", data.path, "--ckpt-dir", folder.path, "--limit", "64", "--epochs", "1"] + flags
    )
    #expect(result.status == 0)
    let state = contents(of: folder("trainer-state.safetensors")) ?? []
    let header = String(decoding: state.prefix(4000), as: UTF8.self).replacing("\\", with: "")
    for option in expected { #expect(header.contains("\"\(option)")) }
  }

  @Test func aSimpleModelLeavesNoDiscriminatorOfTheOneBefore() throws {
    let data = try Self.makeData()
    let folder = try ScratchDirectory()
    for program in ["train-aae", "train-sae"] {
      let result = try RunningProgram.run(
        program, Self.quick + ["--data-dir", data.path, "--ckpt-dir", folder.path])
      #expect(result.status == 0)
      let exists = contents(of: folder("discriminator.safetensors")) != nil
      #expect(exists == (program == "train-aae"))
    }
  }

  @Test func threadsAndLocaleChangeNoByte() throws {
    let data = try Self.makeData()
    let folder = try ScratchDirectory()
    let arguments = Self.quick + ["--data-dir", data.path, "--ckpt-dir"]
    let environment = ["LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Kathmandu"]
    for (name, more, environment) in [
      ("a", ["--threads", "1"], [:]), ("b", ["--threads", "3"], environment),
    ] {
      let result = try RunningProgram.run(
        "train-aae", arguments + [folder(name)] + more, environment: environment)
      #expect(result.status == 0)
    }
    let isEqual = try timelessFiles(folder("a")) == timelessFiles(folder("b"))
    #expect(isEqual)
  }

  // MARK: Signals

  @Test(
    "a signal saves, and what is resumed ends the same",
    arguments: [SIGINT, SIGTERM, SIGHUP, SIGUSR1])
  func signalSaves(signal: Int32) throws {
    let data = try Self.makeData()
    let folder = try ScratchDirectory()
    let arguments = [
      "--data-dir", data.path, "--limit", "2000", "--epochs", "3", "--feat-size", "2",
    ]
    let whole = try RunningProgram.run("train-aae", arguments + ["--ckpt-dir", folder("whole")])
    #expect(whole.status == 0)

    let program = try RunningProgram("train-aae", arguments + ["--ckpt-dir", folder("parts")])
    // In the second of three epochs.
    while contents(of: folder("parts/history.csv")) == nil { usleep(5000) }
    program.send(signal)
    let stopped = program.wait()
    #expect(stopped.status == 128 + signal)
    // A second Ctrl-C does something else, which the first says.
    #expect(stopped.errors.hasPrefix("Stopping to save; another Ctrl-C") == (signal == SIGINT))
    #expect(
      stopped.errors.contains("train-aae: stopped in epoch "), "stderr: \(stopped.errors)")
    let command = try #require(stopped.errors.firstRange(of: "to go on: train-aae "))
    let words = stopped.errors[command.upperBound...].split(whereSeparator: \.isWhitespace)
    #expect(words.map(String.init).contains("--resume"))

    let resumed = try RunningProgram.run("train-aae", words.map(String.init))
    #expect(resumed.status == 0)
    #expect(resumed.output.hasSuffix("Done!\n"))
    let isEqual = try timelessFiles(folder("whole")) == timelessFiles(folder("parts"))
    #expect(isEqual)

    // All that is done stays done.
    let again = try RunningProgram.run("train-aae", words.map(String.init))
    #expect(again.status == 0)
    #expect(again.output == "Done!\n")
  }

  @Test(
    "a second Ctrl-C that comes a second later stops at once, another signal never does",
    arguments: [SIGINT, SIGTERM])
  func aSecondSignal(signal: Int32) throws {
    let data = try Self.makeData()
    let folder = try ScratchDirectory()
    // One step an epoch, which takes much longer than the signals need. The first line tells that
    // the training is under way.
    let arguments = ["--data-dir", data.path, "--ckpt-dir", folder.path, "--batch-size", "4000"]
    let program = try RunningProgram("train-aae", arguments + ["--threads", "1", "--json"])
    program.waitForOutput()
    let saved = try timelessFiles(folder.path)
    program.send(SIGINT)
    while program.errors.isEmpty { usleep(1000) }
    // Its step is as long as this takes.
    program.send(SIGSTOP)
    usleep(1_200_000)
    program.send(signal)
    program.send(SIGCONT)
    let result = program.wait()
    #expect(result.status == 130)
    // What the first signal asks for was not done any more, or was.
    #expect(result.errors.contains("saved in ") == (signal != SIGINT))
    let isUnchanged = try timelessFiles(folder.path) == saved
    #expect(isUnchanged == (signal == SIGINT))
  }

  @Test func aSignalThatWasIgnoredBeforeStaysIgnored() throws {
    let data = try Self.makeData()
    signal(SIGINT, SIG_IGN)
    let program = try RunningProgram(
      "train-sae",
      ["--data-dir", data.path, "--limit", "500", "--epochs", "2", "--json", "--threads", "1"])
    signal(SIGINT, SIG_DFL)
    program.waitForOutput()
    program.send(SIGINT)
    let result = program.wait()
    #expect(result.status == 0 && result.output.split(separator: "\n").count == 2)
  }

  @Test func killedAtAnyTimeItLeavesACheckpointThatResumes() throws {
    let data = try Self.makeData()
    let folder = try ScratchDirectory()
    let arguments = ["--data-dir", data.path, "--ckpt-dir", folder.path]
    let begun = try RunningProgram.run(
      "train-sae", arguments + ["--limit", "64", "--epochs", "40"], directory: folder.path)
    #expect(begun.status == 0)
    for delay: UInt32 in [200_000, 310_000, 430_000] {
      let program = try RunningProgram(
        "train-sae", arguments + ["--limit", "64", "--epochs", "1000"])
      usleep(delay)
      program.send(SIGKILL)
      #expect(program.wait().status == nil)
      let resumed = try RunningProgram("train-sae", arguments + ["--resume"])
      usleep(200_000)
      resumed.send(SIGTERM)
      let result = resumed.wait()
      #expect([0, 143].contains(result.status), "stderr: \(result.errors)")
    }
  }

  // MARK: Bad input

  @Test(
    "refuses flags that make no sense",
    arguments: [
      ["--batch-size", "0"], ["--epochs", "0"], ["--lr", "-1"], ["--lr", "nan"], ["--lr", "0"],
      ["--feat-size", "0"], ["--feat-size", "65"], ["--threads", "0"], ["--limit", "0"],
      ["--schedule", "linear"], ["--seed", "-1"], ["--prior-scale", "0"],
      ["--gen-loss-factor", "nan"], ["--average-decay", "1"], ["--unknown"], ["stray"],
    ])
  func refusesFlags(arguments: [String]) throws {
    let result = try RunningProgram.run("train-aae", arguments)
    #expect(result.status == 64)
    expectOneLine(result)
  }

  @Test func namesTheOptionThatContradictsWhatIsResumed() throws {
    let data = try Self.makeData()
    let folder = try ScratchDirectory()
    let arguments = ["--data-dir", data.path, "--ckpt-dir", folder.path]
    _ = try RunningProgram.run("train-aae", Self.quick + arguments)
    let same = try RunningProgram.run("train-aae", Self.quick + arguments + ["--resume"])
    #expect(same.status == 0)

    let result = try RunningProgram.run("train-aae", arguments + ["--resume", "--lr", "1e-3"])
    #expect(result.status == 1)
    expectOneLine(result)
    #expect(result.errors.hasPrefix("train-aae: --lr 0.001 contradicts "))
    let other = try RunningProgram.run("train-sae", arguments + ["--resume"])
    #expect(other.status == 1)
    expectOneLine(other)
  }

  @Test func refusesToResumeFromAModelAloneOrFromDamage() throws {
    let data = try Self.makeData()
    let folder = try ScratchDirectory()
    let arguments = ["--resume", "--data-dir", data.path, "--ckpt-dir"]
    let foreign = try RunningProgram.run(
      "train-aae", arguments + ["\(packageDirectory)/share/pt-aae"])
    #expect(foreign.status == 1)
    #expect(foreign.errors.contains("nothing to resume"))

    _ = try RunningProgram.run(
      "train-aae", Self.quick + ["--data-dir", data.path, "--ckpt-dir", folder("model")])
    let path = folder("model/trainer-state.safetensors")
    var bytes = try #require(contents(of: path))
    bytes[bytes.count / 2] ^= 1
    try folder.write("model/trainer-state.safetensors", bytes)
    let damaged = try RunningProgram.run("train-aae", arguments + [folder("model")])
    #expect(damaged.status == 1)
    expectOneLine(damaged)
    #expect(damaged.errors.contains("trainer-state.safetensors: damaged"))
    #expect(contents(of: path) == bytes)
  }

  @Test func resumingWhatIsDoneRestoresTheFilesOfTheModel() throws {
    let data = try Self.makeData()
    let folder = try ScratchDirectory()
    let arguments = Self.quick + ["--data-dir", data.path, "--ckpt-dir", folder.path]
    _ = try RunningProgram.run("train-aae", arguments)
    let saved = try timelessFiles(folder.path)
    try FileManager.default.removeItem(atPath: folder("encoder.safetensors"))
    let resumed = try RunningProgram.run("train-aae", arguments + ["--resume"])
    #expect(resumed.status == 0)
    let isRestored = try timelessFiles(folder.path) == saved
    #expect(isRestored)
  }

  @Test func namesTheWayToTheDataWhenThereIsNoNetwork() throws {
    let folder = try ScratchDirectory()
    // A proxy that nobody runs: no request leaves the machine.
    let result = try RunningProgram.run(
      "train-sae", ["--data-dir", folder("data"), "--ckpt-dir", folder("model")],
      environment: ["https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"])
    #expect(result.status == 1)
    expectOneLine(result)
    #expect(result.errors.contains("make data"))
    #expect(!FileManager.default.fileExists(atPath: folder("model")))
  }

  @Test func refusesAFileAsCheckpointDirectory() throws {
    let data = try Self.makeData()
    let result = try RunningProgram.run(
      "train-sae",
      Self.quick + ["--data-dir", data.path, "--ckpt-dir", data("train-labels-idx1-ubyte")])
    #expect(result.status == 1)
    expectOneLine(result)
  }

  @Test func refusesDamagedData() throws {
    let data = try Self.makeData()
    let bytes = try #require(contents(of: data("train-images-idx3-ubyte")))
    try data.write("train-images-idx3-ubyte", Array(bytes[..<(bytes.count / 2)]))
    let result = try RunningProgram.run("train-sae", Self.quick + ["--data-dir", data.path])
    #expect(result.status == 1)
    expectOneLine(result)
    #expect(result.errors.contains("train-images-idx3-ubyte"))
  }

  /// Expects nothing on standard output and one line on standard error.
  private func expectOneLine(
    _ result: RunningProgram.Result, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(result.output.isEmpty, sourceLocation: sourceLocation)
    #expect(
      result.errors.hasSuffix("\n") && result.errors.split(separator: "\n").count == 1,
      "stderr: \(result.errors)", sourceLocation: sourceLocation)
    #expect(result.errors.hasPrefix("train-"), sourceLocation: sourceLocation)
  }
}
