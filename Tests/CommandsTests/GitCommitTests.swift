import TestSupport
import Testing

@testable import Commands
@testable import Support

@Suite struct GitCommitTests {
  private let commit = "0123456789abcdef0123456789abcdef01234567"

  /// Makes a directory that holds the files, and gives it to `body`.
  private func withFiles(
    _ files: [String: String], _ body: (String) throws -> Void
  ) throws {
    let directory = try ScratchDirectory()
    for (name, text) in files {
      try FileSystem.createDirectory(FileSystem.parent(of: directory(name)))
      try directory.write(name, Array(text.utf8))
    }
    try body(directory.path)
  }

  @Test func followsTheBranch() throws {
    try withFiles([".git/HEAD": "ref: refs/heads/a/b\n", ".git/refs/heads/a/b": commit + "\n"]) {
      #expect(GitCommit.of(checkout: $0) == commit)
    }
  }

  @Test func readsADetachedHead() throws {
    try withFiles([".git/HEAD": commit + "\n"]) { #expect(GitCommit.of(checkout: $0) == commit) }
  }

  @Test func findsAPackedBranch() throws {
    let packed = "# pack-refs with: peeled\n\(commit) refs/heads/main\n^\(commit)\n"
    try withFiles([".git/HEAD": "ref: refs/heads/main\n", ".git/packed-refs": packed]) {
      #expect(GitCommit.of(checkout: $0) == commit)
    }
  }

  @Test func followsTheLinkOfAWorkTree() throws {
    try withFiles([
      "tree/.git": "gitdir: ../main/.git/worktrees/tree\n",
      "main/.git/worktrees/tree/HEAD": "ref: refs/heads/side\n",
      "main/.git/worktrees/tree/commondir": "../..\n",
      "main/.git/refs/heads/side": commit + "\n",
    ]) { #expect(GitCommit.of(checkout: FileSystem.join($0, "tree")) == commit) }
  }

  @Test(arguments: [[:], [".git/HEAD": "ref: refs/heads/new"], [".git/HEAD": "<script>"]])
  func isNilWhereThereIsNone(files: [String: String]) throws {
    try withFiles(files) { #expect(GitCommit.of(checkout: $0) == nil) }
  }
}
