import Testing

@testable import Reporting

@Suite struct NamesTests {
  @Test func slugsAreDistinctPlainNames() {
    let slugs = fileSlugs(["pt-aae", "pt-aae", "../x", "数字", "", ".hidden", "a b/c"])
    #expect(Set(slugs).count == slugs.count)
    #expect(slugs.first == "pt-aae")
    for slug in slugs {
      #expect(!slug.isEmpty && slug.utf8.allSatisfy { $0 < 128 })
      #expect(!slug.contains("/") && !slug.contains(".") && slug.first != "-")
    }
  }

  @Test func sameNamesGetNumbersThatAreFree() {
    let names = distinct(["a", "a (2)", "a", "b", "a"]) { "\($0) (\($1))" }
    #expect(names == ["a", "a (2)", "a (3)", "b", "a (4)"])
  }

  @Test func slugsAreShort() {
    #expect(fileSlugs([String(repeating: "x", count: 5000)])[0].utf8.count <= 60)
  }

  @Test func shadesCoverAllDistances() {
    #expect(KSShade.of(0).style == "shade-0")
    #expect(KSShade.of(0.02).style == "shade-0")
    #expect(KSShade.of(0.0201).style == "shade-1")
    #expect(KSShade.of(1).style == "shade-7")
  }
}
