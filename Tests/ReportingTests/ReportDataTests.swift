import Testing

@testable import Reporting
@testable import Support

@Suite struct ReportDataTests {
  private struct Example: Encodable {
    @Nullable var digit: Int?
  }

  @Test func missingValuesAreNull() throws {
    for (digit, text) in [(nil, "null"), (7, "7")] as [(Int?, String)] {
      let bytes = try json(Example(digit: digit))
      #expect(String(decoding: bytes, as: UTF8.self) == "{\"digit\":\(text)}")
    }
  }
}
