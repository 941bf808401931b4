import TestSupport
import Testing

@testable import Support

@Suite struct FileTransactionTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  @Test func showsNothingBeforeItIsCommitted() throws {
    try scratch.write("a", [0])
    var transaction = FileTransaction()
    try transaction.stage([1], as: scratch("a"))
    try transaction.stage([2], as: scratch("b"))
    #expect(contents(of: scratch("a")) == [0])
    #expect(contents(of: scratch("b")) == nil)
    try transaction.commit()
    #expect(contents(of: scratch("a")) == [1])
    #expect(contents(of: scratch("b")) == [2])
    #expect(try names(in: scratch.path) == ["a", "b"])
  }

  @Test func leavesNothingWhenItIsAbandoned() throws {
    try scratch.write("a", [0])
    do {
      var transaction = FileTransaction()
      try transaction.stage([1], as: scratch("a"))
      try transaction.stage([1], as: scratch("b"))
    }
    #expect(contents(of: scratch("a")) == [0])
    #expect(try names(in: scratch.path) == ["a"])
  }

  @Test func leavesTheOldFilesWhenOneCannotBeWritten() throws {
    try scratch.write("a", [0])
    #expect(throws: FileError(scratch.path, "expected a file, found a directory")) {
      var transaction = FileTransaction()
      try transaction.stage([1], as: scratch("a"))
      try transaction.stage([1], as: scratch.path)
      try transaction.commit()
    }
    #expect(contents(of: scratch("a")) == [0])
    #expect(try names(in: scratch.path) == ["a"])
  }

  @Test func stopsBeforeTheLastFileWhenOneCannotBeReplaced() throws {
    #expect(throws: FileError(scratch("b"), "cannot write: Is a directory")) {
      var transaction = FileTransaction()
      for name in ["a", "b", "c"] { try transaction.stage([1], as: scratch(name)) }
      // In the meantime somebody puts a directory in the way.
      try FileSystem.createDirectory(scratch("b"))
      try transaction.commit()
    }
    #expect(try names(in: scratch.path) == ["a", "b"])
  }
}
