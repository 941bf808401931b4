import TestSupport
import Testing

@testable import Support

@Suite struct MappedFileTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  @Test(arguments: [0, 1, 4096, 10_000])
  func holdsTheFilesBytes(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let path = try scratch.write("file", bytes)
    let file = try MappedFile(path)
    // What was opened stays, whatever stands there later.
    try scratch.remove("file")
    #expect(file.count == count)
    #expect(file.withUnsafeBytes(Array.init) == bytes)
  }

  @Test func refusesWhatIsNoFile() throws {
    #expect(throws: FileError(scratch.path, "expected a file, found a directory")) {
      _ = try MappedFile(scratch.path)
    }
    #expect(throws: FileError(scratch("none"), "cannot open: No such file or directory")) {
      _ = try MappedFile(scratch("none"))
    }
  }
}
