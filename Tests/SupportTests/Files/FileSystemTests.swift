import Glibc
import TestSupport
import Testing

@testable import Support

@Suite struct FileSystemReadingTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  @Test(arguments: [0, 1, 4095, 65536, 65537, 1_000_000])
  func readsAWholeFile(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let path = try scratch.write("file", bytes)
    #expect(try FileSystem.read(path, limit: count) == bytes)
    #expect(try FileSystem.read(path, limit: 100_000_000) == bytes)
  }

  @Test func refusesAFileAboveTheLimit() throws {
    let path = try scratch.write("file", [1, 2, 3, 4])
    #expect(throws: FileError(path, "larger than 3 bytes, the most that is read of such a file")) {
      try FileSystem.read(path, limit: 3)
    }
  }

  @Test func takesNoMemoryForAHugeFile() throws {
    let path = try scratch.write("file", [])
    try #require(truncate(path, 1 << 40) == 0)
    #expect(throws: FileError.self) { try FileSystem.read(path, limit: 1 << 39) }
  }

  @Test func readsAFileThatClaimsToBeEmpty() throws {
    #expect(try !FileSystem.read("/proc/self/status", limit: 1_000_000).isEmpty)
  }

  @Test func saysWhyAFileCannotBeRead() {
    #expect(throws: FileError(scratch("none"), "cannot open: No such file or directory")) {
      try FileSystem.read(scratch("none"), limit: 10)
    }
    #expect(throws: FileError(scratch.path, "expected a file, found a directory")) {
      try FileSystem.read(scratch.path, limit: 10)
    }
    #expect(throws: FileError("/dev/zero", "expected a file, found a device")) {
      try FileSystem.read("/dev/zero", limit: 10)
    }
  }

  @Test(.timeLimit(.minutes(1))) func doesNotWaitForAPipe() throws {
    try #require(mkfifo(scratch("pipe"), 0o600) == 0)
    #expect(throws: FileError(scratch("pipe"), "expected a file, found a pipe")) {
      try FileSystem.read(scratch("pipe"), limit: 10)
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything"))
  func saysThatReadingIsNotAllowed() throws {
    let path = try scratch.write("secret", [1])
    chmod(path, 0)
    #expect(throws: FileError(path, "cannot open: Permission denied")) {
      try FileSystem.read(path, limit: 10)
    }
  }
}

@Suite struct FileSystemWritingTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  @Test func writesAndReplaces() throws {
    try FileSystem.write([1, 2], to: scratch("file"))
    #expect(contents(of: scratch("file")) == [1, 2])
    try FileSystem.write([3], to: scratch("file"))
    #expect(contents(of: scratch("file")) == [3])
    #expect(try names(in: scratch.path) == ["file"])
  }

  @Test func writesWithTheUsualPermissions() throws {
    try FileSystem.write([1], to: scratch("file"))
    let mask = umask(0)
    umask(mask)
    var status = stat()
    try #require(stat(scratch("file"), &status) == 0)
    #expect(status.st_mode & 0o777 == 0o666 & ~mask)
  }

  @Test(arguments: [0o600, 0o640, 0o444, 0o2664] as [mode_t])
  func keepsModeAndGroupOfWhatItReplaces(mode: mode_t) throws {
    let path = try fileToReplace(scratch, "file", mode: mode)
    try FileSystem.write([1], to: path)
    #expect(contents(of: path) == [1])
    #expect(Rights(of: path) == Rights(mode: mode, group: otherGroup))
  }

  @Test func keepsALinkAndWritesWhereItLeads() throws {
    try FileSystem.createDirectory(scratch("far"))
    try scratch.write("far/target", [1])
    try #require(symlink("far/target", scratch("link")) == 0)
    try #require(symlink(scratch("link"), scratch("link to link")) == 0)
    try FileSystem.write([2], to: scratch("link to link"))
    #expect(contents(of: scratch("far/target")) == [2])
    #expect(isLink(scratch("link")))
  }

  @Test func writesWhatALinkToNothingNames() throws {
    try #require(symlink("absent", scratch("link")) == 0)
    try FileSystem.write([2], to: scratch("link"))
    #expect(contents(of: scratch("absent")) == [2])
    #expect(isLink(scratch("link")))
  }

  @Test func refusesALinkToItself() throws {
    try #require(symlink("loop", scratch("loop")) == 0)
    #expect(
      throws: FileError(
        scratch("loop"), "cannot write: too many links lead from one to the next")
    ) {
      try FileSystem.write([2], to: scratch("loop"))
    }
  }

  @Test func refusesADirectory() throws {
    #expect(throws: FileError(scratch.path, "expected a file, found a directory")) {
      try FileSystem.write([1], to: scratch.path)
    }
  }

  @Test func namesTheFileAskedForAndNotItsStandIn() {
    #expect(throws: FileError(scratch("no/file"), "cannot write: No such file or directory")) {
      try FileSystem.write([1], to: scratch("no/file"))
    }
  }

  @Test func writesANameOfFullLength() throws {
    let name = String(repeating: "n", count: 255)
    try FileSystem.write([1], to: scratch(name))
    #expect(contents(of: scratch(name)) == [1])
  }

  @Test func writesStraightToADevice() throws {
    try FileSystem.write([1, 2, 3], to: "/dev/null")
    // Would wait for a reader for ever.
    try #require(mkfifo(scratch("pipe"), 0o600) == 0)
    #expect(throws: FileError(scratch("pipe"), "expected a file, found a pipe")) {
      try FileSystem.write([1], to: scratch("pipe"))
    }
    #expect(throws: FileError("/dev/full", "cannot write: No space left on device")) {
      try FileSystem.write([1], to: "/dev/full")
    }
  }

  @Test(.enabled(if: SmallDisk.isPossible, "only root can mount"))
  func leavesTheOldFileWhenTheDiskIsFull() throws {
    let disk = try SmallDisk(kilobytes: 64)
    try FileSystem.write([1], to: disk("file"))
    #expect(throws: FileError(disk("file"), "cannot write: No space left on device")) {
      try FileSystem.write(Array(repeating: 2, count: 100_000), to: disk("file"))
    }
    #expect(contents(of: disk("file")) == [1])
    #expect(try names(in: disk.path) == ["file"])
  }

  @Test(.enabled(if: SmallDisk.isPossible, "only root can mount"))
  func saysThatTheDiskIsReadOnly() throws {
    let disk = try SmallDisk(kilobytes: 64)
    try FileSystem.write([1], to: disk("file"))
    try disk.makeReadOnly()
    #expect(throws: FileError(disk("file"), "cannot write: Read-only file system")) {
      try FileSystem.write([2], to: disk("file"))
    }
    #expect(throws: FileError(disk("d"), "cannot make the directory: Read-only file system")) {
      try FileSystem.createDirectory(disk("d/e"))
    }
    #expect(contents(of: disk("file")) == [1])
  }
}

@Suite struct FileSystemDirectoryTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  @Test func makesTheDirectoriesAbove() throws {
    try FileSystem.createDirectory(scratch("a/b//c/"))
    #expect(FileSystem.isDirectory(scratch("a/b/c")))
    try FileSystem.createDirectory(scratch("a/b/c"))
  }

  @Test func refusesAFileInItsPlaceOrAbove() throws {
    let path = try scratch.write("file", [])
    #expect(throws: FileError(path, "expected a directory, found a file")) {
      try FileSystem.createDirectory(path)
    }
    #expect(throws: FileError(path, "expected a directory, found a file")) {
      try FileSystem.createDirectory(scratch("file/a/b"))
    }
  }

  @Test func refusesALinkToNothing() throws {
    try #require(symlink("absent", scratch("link")) == 0)
    #expect(
      throws: FileError(
        scratch("link"), "cannot make the directory: a link to nothing stands there")
    ) {
      try FileSystem.createDirectory(scratch("link"))
    }
  }

  @Test(arguments: [
    ("a", "."), ("a/b", "a"), ("a/b/", "a"), ("/a", "/"), ("/", "/"), ("a//b", "a"), ("", "."),
    ("//a", "/"), ("e/\u{301}x", "e"),
  ])
  func findsTheDirectoryAbove(path: String, parent: String) {
    #expect(Array(FileSystem.parent(of: path).utf8) == Array(parent.utf8))
  }

  @Test func joinsPaths() {
    #expect(FileSystem.join("a", "b") == "a/b")
    #expect(FileSystem.join("a/", "b") == "a/b")
    #expect(FileSystem.join("/", "b") == "/b")
    #expect(FileSystem.join("", "b") == "b")
  }
}
