import TestSupport
import Testing

@testable import Learning

/// `vis data` as its users meet it; nothing comes over the network.
@Suite struct DataCommandTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private func run(_ arguments: String...) throws -> RunningProgram.Result {
    try RunningProgram.run("vis", ["data"] + arguments)
  }

  @Test func tellsInOneLineThatAFileCannotBeFetched() throws {
    let result = try run("--data-dir", scratch.path, "--mirror", "file://\(scratch.path)")
    #expect(result.status == 1)
    #expect(result.output.isEmpty)
    let name = "\(DataSet.Subset.train.images.name).gz"
    #expect(
      result.errors
        == "vis: \(scratch("MNIST/raw/\(name)")): cannot be fetched (`make data` knows one more way):"
        + " file://\(scratch.path)/: Couldn't open file \(scratch(name))\n")
  }

  @Test func refusesAnUnknownKindOfMirror() throws {
    let result = try run("--data-dir", scratch.path, "--mirror", "ftp://example.org")
    #expect(result.status == 64)
    #expect(result.errors.contains("--mirror must be an http(s) or file URL"))
    #expect(contents(of: scratch("MNIST")) == nil)
  }

  @Test func refusesAFileInPlaceOfTheDirectory() throws {
    let path = try scratch.write("data", [])
    let result = try run("--data-dir", path, "--mirror", "file://\(scratch.path)")
    #expect(result.status == 1)
    #expect(result.errors == "vis: \(path): expected a directory, found a file\n")
  }
}
