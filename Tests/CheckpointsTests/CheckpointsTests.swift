import Checkpoints
import Testing

/// The package's directory.
let package = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

@Suite struct ShippedCheckpointTests {
  @Test func loadsTheAdversarialModel() throws {
    let checkpoint = try Checkpoint.load(from: "\(package)/share/pt-aae")
    #expect(checkpoint.kind == .aae)
    #expect(checkpoint.styleSize == 4)
    #expect(checkpoint.encoder.count == 27_070)
    #expect(checkpoint.decoder.count == 33_997)
    #expect(checkpoint.discriminator?.count == 1_489)
    #expect(checkpoint.files.map(\.byteCount) == [108_896, 136_748, 6_396])
  }

  @Test func loadsTheSimpleModel() throws {
    let checkpoint = try Checkpoint.load(from: "\(package)/share/pt-sae")
    #expect(checkpoint.kind == .sae)
    #expect(checkpoint.discriminator == nil)
  }
}
