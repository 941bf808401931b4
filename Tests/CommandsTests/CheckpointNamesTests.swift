import Testing

@testable import Commands

@Suite struct CheckpointNamesTests {
  @Test func areTheDirectoriesNames() {
    #expect(checkpointNames(["pt-sae", "a/pt-aae/", "/b//c//"]) == ["pt-sae", "pt-aae", "c"])
  }

  @Test func arePathsWhereNamesAreTheSame() {
    #expect(checkpointNames(["a/x", "b/x/", "c"]) == ["a/x", "b/x/", "c"])
  }

  @Test func ofTheDirectoryItselfIsItsRealName() {
    #expect(checkpointNames(["/usr/."]) == ["usr"])
    #expect(checkpointNames(["/usr/bin/.."]) == ["usr"])
  }

  @Test func ofTheRootIsItsPath() {
    #expect(checkpointNames(["/"]) == ["/"])
  }
}
