import Testing

@testable import Reporting

@Suite struct PageTextTests {
  @Test func leavesOrdinaryTextAlone() {
    let text = "naïve, Ωmega, 数字, 👍, e\u{301}: <b> & 'c' \"d\""
    #expect(pageText(text) == text)
  }

  @Test func writesOutWhatChangesLinesOrDirections() {
    #expect(pageText("a\nb\u{202e}c\u{2028}\0") == "a\\u{a}b\\u{202e}c\\u{2028}\\u{0}")
  }

  @Test(arguments: ["<\u{338}", ">\u{301}", "&\u{20dd}", "\"\u{309}", "'\u{301}", "\u{0d4e}<"])
  func noMarkupCharacterHidesInACluster(text: String) {
    // The template engine escapes a character only if it is nothing but one of these.
    let markup: Set<Character> = ["<", ">", "&", "\"", "'"]
    let hidden = pageText(text).filter { character in
      !markup.contains(character)
        && character.unicodeScalars.contains { markup.contains(Character($0)) }
    }
    #expect(hidden.isEmpty)
  }
}
