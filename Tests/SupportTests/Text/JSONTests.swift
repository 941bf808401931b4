import Testing

@testable import Support

@Suite struct JSONTests {
  private struct Example: Encodable {
    let path: String
    let digit: Int
  }

  @Test func sortsKeysAndLeavesSlashesAlone() throws {
    let bytes = try json(Example(path: "a/b", digit: 3))
    #expect(String(decoding: bytes, as: UTF8.self) == #"{"digit":3,"path":"a/b"}"#)
  }

  @Test func prettyTextHasALineForEachMember() throws {
    let bytes = try json(Example(path: "a", digit: 3), pretty: true)
    #expect(
      String(decoding: bytes, as: UTF8.self) == """
        {
          "digit" : 3,
          "path" : "a"
        }
        """)
  }

  @Test func refusesNumbersThatAreNotFinite() {
    #expect(throws: EncodingError.self) { try json([Double.nan]) }
  }
}
