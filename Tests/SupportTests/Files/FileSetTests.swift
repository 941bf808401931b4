import FoundationEssentials
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Support

/// A directory's files by name, as any program sees them.
private func visible(_ directory: String) -> [String: [UInt8]] {
  var result: [String: [UInt8]] = [:]
  for name in ["a", "b", "c", "foreign"] {
    result[name] = contents(of: "\(directory)/\(name)")
  }
  return result
}

/// One change of a directory, from the files that it holds to others.
private struct Change: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let old: [String: [UInt8]]
  let new: [FileSet.File]
  let removed: [String]

  var expected: [String: [UInt8]] {
    var result = old
    for (name, bytes) in new { result[name] = bytes }
    for name in removed { result[name] = nil }
    return result
  }

  func prepare(_ directory: String) throws {
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    for (name, bytes) in old { try Data(bytes).write(to: URL(filePath: "\(directory)/\(name)")) }
  }

  static let all = [
    Change(
      testDescription: "the first", old: [:], new: [("a", [1]), ("b", [2]), ("c", [3])],
      removed: []),
    Change(
      testDescription: "all", old: ["a": [1], "b": [2], "foreign": [9]],
      new: [("a", [11]), ("b", [12])], removed: []),
    Change(
      testDescription: "one more", old: ["a": [1], "foreign": [9]],
      new: [("a", [11]), ("b", [12])],
      removed: ["c"]),
    Change(
      testDescription: "one less", old: ["a": [1], "b": [2], "c": [3], "foreign": [9]],
      new: [("a", [11]), ("b", [12])], removed: ["c"]),
  ]
}

@Suite struct FileSetTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  @Test(arguments: Change.all) fileprivate func replaces(change: Change) throws {
    try change.prepare(scratch("set"))
    try FileSet(scratch("set")).replace(with: change.new, removing: change.removed)
    #expect(visible(scratch("set")) == change.expected)
    #expect(try names(in: scratch("set")) == change.expected.keys.sorted())
    #expect(try !names(in: scratch("set")).contains { isLink(scratch("set/\($0)")) })
  }

  /// Stops before every step, and before every step of what repairs that.
  @Test(arguments: Change.all)
  fileprivate func holdsOneCompleteSetWhereverItIsKilled(change: Change) throws {
    try change.prepare(scratch("set"))
    let states = try recordStates(of: scratch("set"), as: "state") { observer in
      try FileSet(scratch("set"), observer: observer)
        .replace(with: change.new, removing: change.removed)
    }
    #expect(states.count > 20)
    let seen = states.map { visible($0) }
    let instant = try #require(seen.firstIndex(of: change.expected))
    #expect(seen[..<instant].allSatisfy { $0 == change.old })
    #expect(seen[instant...].allSatisfy { $0 == change.expected })

    for state in states {
      let before = visible(state)
      let again = try recordStates(of: state, as: "again") { observer in
        _ = try FileSet(state, observer: observer)
      }
      #expect(again.allSatisfy { visible($0) == before })
      for state in [state] + again {
        _ = try FileSet(state)
        #expect(visible(state) == before)
        #expect(try names(in: state) == before.keys.sorted())
        #expect(try !names(in: state).contains { isLink("\(state)/\($0)") })
      }
      try again.forEach { try FileManager.default.removeItem(atPath: $0) }
    }
  }

  @Test(arguments: Change.all)
  fileprivate func holdsOneCompleteSetWhicheverStepFails(change: Change) throws {
    var step = 0
    var isDone = false
    while !isDone {
      for goesOnFailing in [false, true] {
        let directory = scratch("\(step) \(goesOnFailing)")
        try change.prepare(directory)
        let count = Atomic(0)
        let set = Result {
          try FileSet(directory) { [step] _ in
            let now = count.add(1, ordering: .relaxed).oldValue
            return now == step || goesOnFailing && now > step ? ENOSPC : 0
          }
          .replace(with: change.new, removing: change.removed)
        }
        isDone = count.load(ordering: .relaxed) <= step
        if !isDone {
          #expect(throws: FileError(directory, "cannot save: No space left on device")) {
            try set.get()
          }
        }
        let seen = visible(directory)
        #expect(seen == change.old || seen == change.expected)
        try FileSet(directory).replace(with: change.new, removing: change.removed)
        #expect(visible(directory) == change.expected)
        #expect(try names(in: directory) == change.expected.keys.sorted())
      }
      step += 1
    }
    #expect(step > 20)
  }

  @Test("a link where files are gathered is not followed", arguments: [".saving", ".saving/new"])
  func followsNoLinkOfOthers(place: String) throws {
    for name in ["set", "precious", "set/.saving"] where !"set/\(place)".hasSuffix(name) {
      try FileSystem.createDirectory(scratch(name))
    }
    try scratch.write("precious/thesis", [1])
    try FileManager.default.createSymbolicLink(
      atPath: scratch("set/\(place)"), withDestinationPath: scratch("precious"))
    let result = Result { try FileSet(scratch("set")).replace(with: [("a", [2])]) }
    #expect(contents(of: scratch("precious/thesis")) == [1])
    #expect(try names(in: scratch("precious")) == ["thesis"])
    if place == ".saving" {
      #expect(throws: FileError(scratch("set/.saving"), "stands in the way of saving")) {
        try result.get()
      }
    } else {
      #expect(visible(scratch("set")) == ["a": [2]])
    }
  }

  @Test(arguments: Change.all)
  fileprivate func worksWithoutSymbolicLinks(change: Change) throws {
    try change.prepare(scratch("set"))
    try FileSet(scratch("set")) { $0.contains("current to old") ? EPERM : 0 }
      .replace(with: change.new, removing: change.removed)
    #expect(visible(scratch("set")) == change.expected)
    #expect(try names(in: scratch("set")) == change.expected.keys.sorted())
  }

  @Test(arguments: Change.all)
  fileprivate func worksWithoutHardLinks(change: Change) throws {
    try change.prepare(scratch("set"))
    try FileSet(scratch("set")) { $0.hasPrefix("link") && $0.contains("/old/") ? EPERM : 0 }
      .replace(with: change.new, removing: change.removed)
    #expect(visible(scratch("set")) == change.expected)
    #expect(try names(in: scratch("set")) == change.expected.keys.sorted())
  }

  @Test func worksThroughALinkToTheDirectory() throws {
    try FileSystem.createDirectory(scratch("real"))
    try #require(symlink("real", scratch("set")) == 0)
    try FileSet(scratch("set")).replace(with: [("a", [1])])
    #expect(visible(scratch("real")) == ["a": [1]])
    #expect(isLink(scratch("set")))
  }

  @Test func replacesAUsersLinkAndLeavesItsTarget() throws {
    try FileSystem.createDirectory(scratch("set"))
    try scratch.write("best", [7])
    try #require(symlink("../best", scratch("set/a")) == 0)
    try FileSet(scratch("set")).replace(with: [("a", [1])])
    #expect(visible(scratch("set")) == ["a": [1]])
    #expect(contents(of: scratch("best")) == [7])
  }

  @Test(arguments: ["nothing", "current to old", "/old/"])
  func keepsModeAndGroupOfWhatItReplaces(failure: String) throws {
    try FileSystem.createDirectory(scratch("set"))
    for name in ["set/a", "set/b"] { _ = try fileToReplace(scratch, name, mode: 0o640) }
    let set = try FileSet(scratch("set")) {
      $0.hasPrefix("link") && $0.contains(failure) ? EPERM : 0
    }
    try set.replace(with: [("a", [1])])
    #expect(visible(scratch("set")) == ["a": [1], "b": [0]])
    for name in ["set/a", "set/b"] {
      #expect(Rights(of: scratch(name)) == Rights(mode: 0o640, group: otherGroup))
    }
  }

  @Test func letsOneProcessSaveAtATime() throws {
    let set = try FileSet(scratch("set"))
    #expect(throws: FileError(scratch("set"), "another process is saving there")) {
      _ = try FileSet(scratch("set"))
    }
    try set.replace(with: [("a", [1])])
  }

  @Test func refusesAFileInPlaceOfTheDirectory() throws {
    let path = try scratch.write("set", [])
    #expect(throws: FileError(path, "expected a directory, found a file")) {
      _ = try FileSet(path)
    }
  }

  @Test func refusesADirectoryInPlaceOfAFile() throws {
    try FileSystem.createDirectory(scratch("set/a"))
    let set = try FileSet(scratch("set"))
    #expect(throws: FileError(scratch("set/a"), "expected a file, found a directory")) {
      try set.replace(with: [("a", [1])])
    }
  }

  @Test func leavesWhatIsNotItsOwn() throws {
    try FileSystem.createDirectory(scratch("set"))
    try scratch.write("set/.saving", [1])
    #expect(throws: FileError(scratch("set/.saving"), "stands in the way of saving")) {
      _ = try FileSet(scratch("set"))
    }
    #expect(contents(of: scratch("set/.saving")) == [1])
  }

  @Test(.enabled(if: SmallDisk.isPossible, "only root can mount"))
  func keepsTheOldSetWhenTheDiskIsFull() throws {
    let disk = try SmallDisk(kilobytes: 64)
    let set = try FileSet(disk.path)
    try set.replace(with: [("a", [1]), ("b", [2])])
    #expect(
      throws: FileError(disk.path, "cannot write: No space left on device")
    ) {
      try set.replace(with: [("a", [3]), ("b", Array(repeating: 4, count: 100_000))])
    }
    #expect(visible(disk.path) == ["a": [1], "b": [2]])
    #expect(try names(in: disk.path) == ["a", "b"])
  }

  @Test(.enabled(if: SmallDisk.isPossible, "only root can mount"))
  func saysAtOnceThatTheDiskIsReadOnly() throws {
    let disk = try SmallDisk(kilobytes: 64)
    try FileSet(disk.path).replace(with: [("a", [1])])
    try disk.makeReadOnly()
    #expect(throws: FileError(disk.path, "cannot save: Read-only file system")) {
      _ = try FileSet(disk.path)
    }
    #expect(try FileSet.read(["a", "b"], in: disk.path, limit: 10) == [[1], nil])
  }

  @Test func isReadWholeWhileItChanges() async throws {
    let directory = scratch("set")
    let isDone = Atomic(false)
    try FileSet(directory).replace(with: [("a", [0]), ("b", [0]), ("c", [0])])
    async let writing: Void = {
      defer { isDone.store(true, ordering: .relaxed) }
      let set = try FileSet(directory)
      for round in 1...100 {
        let bytes = [UInt8](repeating: UInt8(round), count: round)
        try set.replace(with: [("a", bytes), ("b", bytes), ("c", bytes)])
        await Task.yield()
      }
    }()
    var last: UInt8 = 0
    while !isDone.load(ordering: .relaxed) {
      let files = try FileSet.read(["a", "b", "c"], in: directory, limit: 1000)
      let now = try #require(files[0]?.first)
      #expect(files[0] == files[1] && files[0] == files[2] && now >= last)
      last = now
      await Task.yield()
    }
    try await writing
  }

  /// Copies a directory before every step of what is done to it.
  ///
  /// - Returns: the copies' paths.
  private func recordStates(
    of directory: String, as name: String, _ work: (@escaping Steps.Observer) throws -> Void
  ) throws -> [String] {
    let states = Mutex<[String]>([])
    try work { _ in
      states.withLock {
        let copy = "\(directory) \(name) \($0.count)"
        do {
          try FileManager.default.copyItem(atPath: directory, toPath: copy)
          $0.append(copy)
          return 0
        } catch {
          return EIO
        }
      }
    }
    return states.withLock { $0 }
  }
}
