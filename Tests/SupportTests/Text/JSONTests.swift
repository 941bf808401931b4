import FoundationEssentials
import Testing

@testable import Support

@Suite struct JSONTests {
  private struct Example: Codable, Equatable {
    let path: String
    @Nullable var digit: Int?
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

  @Test(arguments: [nil, 7])
  func missingValuesAreNullAndComeBack(digit: Int?) throws {
    let example = Example(path: "p", digit: digit)
    let bytes = try json(example)
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == #"{"digit":\#(digit.map(String.init) ?? "null"),"path":"p"}"#)
    #expect(try JSONDecoder().decode(Example.self, from: Data(bytes)) == example)
  }

  @Test func aMissingKeyIsAnError() {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Example.self, from: Data(#"{"path":"p"}"#.utf8))
    }
  }
}
