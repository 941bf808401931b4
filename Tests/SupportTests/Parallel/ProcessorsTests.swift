import FoundationEssentials
import TestSupport
import Testing

@testable import Support

@Suite struct ProcessorsTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  /// - Parameters:
  ///   - limits: what `cpu.max` says in the groups; "" for the root.
  private func quota(group: String, _ limits: [String: String]) throws -> Double? {
    let membership = try scratch.write("cgroup", Array("1:cpu:/old\n0::/\(group)\n".utf8))
    for (group, limit) in limits {
      try FileSystem.createDirectory(scratch("groups/\(group)"))
      try scratch.write("groups/\(group)/cpu.max", Array("\(limit)\n".utf8))
    }
    return processorQuota(membership: membership, root: scratch("groups"))
  }

  @Test func followsTheQuotaOfTheGroup() throws {
    #expect(try quota(group: "a", ["a": "150000 100000"]) == 1.5)
  }

  @Test func followsTheLeastQuotaOfTheGroupsAbove() throws {
    #expect(
      try quota(
        group: "a/b/c", ["a": "400000 100000", "a/b": "100000 50000", "a/b/c": "max 100000"]) == 2)
  }

  /// Inside a container the root is the container's own group.
  @Test func followsTheRootWhereTheGroupIsTheHosts() throws {
    #expect(try quota(group: "docker/1234", ["": "50000 100000"]) == 0.5)
  }

  @Test(arguments: ["max 100000", "", "x y", "0 0", "-1 100000", "100000"])
  func isNoneWhereNothingLimits(limit: String) throws {
    #expect(try quota(group: "", ["": limit]) == nil)
    #expect(processorQuota(membership: scratch("none"), root: scratch.path) == nil)
  }

  @Test func isAtLeastOneProcessor() { #expect(usableProcessors() >= 1) }
}
