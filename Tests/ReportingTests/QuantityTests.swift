import Testing

@testable import Reporting

@Suite struct QuantityTests {
  private func place() throws -> Place {
    Place(
      try JSON(
        bytes: Array(
          #"{"a": [0.99045, -0.0029, 1234, null, {"b": 18446744073709551615}], "s": "text"}"#.utf8))
    )
  }

  @Test func aNumberSaysWhereItStands() throws {
    let list = try place()["a"]
    #expect(list[0].fixed(3).path == "a.0" && list[0].fixed(3).text == "0.990")
    #expect(list.items[2].count.path == "a.2" && list[2].count.text == "1,234")
    #expect(list[3].isNull && !list[2].isNull)
    #expect(list[4]["b"].plain.path == "a.4.b")
    // A seed may be larger than what a Double holds.
    #expect(list[4]["b"].plain.text == "18446744073709551615")
    #expect(try place()["s"].plain.text == "text")
  }

  @Test func sharesAndPointsAreTimesAHundred() throws {
    let list = try place()["a"]
    #expect(list[0].percent(1).text == "99.0\u{a0}%")
    #expect(list[1].points(2).text == "\u{2212}0.29\u{a0}pp")
    #expect(list[1].signed(3).text == "\u{2212}0.003" && list[2].signed(0).text == "+1234")
  }

  /// As a template names them.
  @Test(arguments: [
    ("count", 2, "1,234"), ("plain", 2, "1234"), ("fixed3", 0, "0.990"),
    ("percent1", 0, "99.0\u{a0}%"),
    ("signed2", 1, "0.00"), ("trimmed", 1, "\u{2212}0.0029"), ("count", 0, "0.99045"),
  ])
  func templatesAskForNumbers(name: String, index: Int, text: String) throws {
    let list = try #require(try place().child(named: "a") as? [Any])
    let quantity = try #require((list[index] as? Place)?.transform(name) as? Quantity)
    #expect(quantity.text == text)
    #expect(quantity.renderText == "<span data-json=\"a.\(index)\">\(text)</span>")
  }

  /// A template may ask for what makes no sense.
  @Test(arguments: ["count", "fixed2", "shade", "", "9"])
  func whatIsNoNumberHasNoneForTemplates(name: String) throws {
    let place = try place()
    #expect(place.child(named: "b") == nil && place["s"].child(named: "a") == nil)
    for other in [place, place["s"], place["a"][3], place["a"][4]] {
      #expect(other.transform(name) == nil)
    }
    #expect(
      (place["a"][4]["b"].transform("count") as? Quantity)?.text == "9,223,372,036,854,775,807")
  }

  @Test(arguments: [
    (#"{"a": [1, 2.5]}"#, #"{"a": [1, 2]}"#, "a.1", "2", "2.5"),
    (#"{"a": 1, "b": 2}"#, #"{"a": 1}"#, "b", "missing", "2"),
    (#"{"a": 1}"#, #"{"a": 1, "c": {}}"#, "c", "an object", "nothing"),
    (#"{"a": [1]}"#, #"{"a": [1, 2]}"#, "a", "a list of 2", "a list of 1"),
    (#"{"a": null}"#, #"{"a": "x"}"#, "a", "\"x\"", "null"),
    ("{}", "[]", "the whole", "a list of 0", "an object"),
  ])
  func findsTheFirstDifference(
    text: String, other: String, path: String, found: String, expected: String
  ) throws {
    let json = try JSON(bytes: Array(text.utf8))
    #expect(json.firstDifference(from: json) == nil)
    #expect(
      json.firstDifference(from: try JSON(bytes: Array(other.utf8)))
        == JSON.Difference(path: path, found: found, expected: expected))
  }
}
