import Testing

@testable import Reporting

@Suite struct LivePageTests {
  @Test func findsNumbersInTheirOrder() {
    let page = """
      <p>3 <b data-json="a.0">1,234</b> <td class="x" data-json="b" id="y">98.75\u{a0}%</td>
      <span data-json="a.0">1,234</span> <i data-other="c">5</i>
      """
    let numbers = LivePage.numbers(of: Array(page.utf8))
    #expect(numbers.map(\.path) == ["a.0", "b", "a.0"])
    #expect(numbers.map(\.text) == ["1,234", "98.75\u{a0}%", "1,234"])
  }

  @Test(arguments: [
    "", "data-json=\"", "<b data-json=\"a", "<b data-json=\"a\"", "<b data-json=\"a\">1",
    "<b data-json=\"a\">\u{fffd}", "<b data-json=",
  ])
  func readsPagesThatEndAnywhere(page: String) {
    #expect(LivePage.numbers(of: Array(page.utf8)).count <= 1)
  }

  @Test func sumsPathsAndTexts() {
    #expect(LivePage.checkSum(of: []).hasPrefix("e3b0c44298fc1c149afbf4c8996fb924"))
    let one = [Quantity(1, at: "a")]
    let other = [Quantity(2, at: "a")]
    #expect(
      LivePage.checkSum(of: one)
        == "fe3209d6d4f51935b391288a43df48d9ddece1a992597ae53387ca16611a9179")
    #expect(LivePage.checkSum(of: one) != LivePage.checkSum(of: other))
    #expect(LivePage.checkSum(of: one + other) != LivePage.checkSum(of: other + one))
  }

  private static let printed = #"<code id="payload-sha256">12</code>"#
  private static let start = #"<script type="application/gzip" id="payload" data-sha256=""#

  @Test(arguments: [
    (#"<p>\#(printed)\#(start)ab">H4sI=</script></p>"#, "H4sI="),
    (#"\#(start)ab">H4sI=</script>\#(printed)"#, "H4sI="),
    (#"\#(printed)\#(start)ab"></script>"#, ""),
    (#"\#(printed)\#(start)ab">H4sI"#, nil),
    (#"\#(printed)\#(start)ab">H4sI</scri"#, nil),
    (#"\#(printed)\#(start)ab"#, nil),
    (#"\#(printed)<script id="payload">H4sI</script>"#, nil),
    (#"\#(start)ab">H4sI=</script>"#, nil),
    (#"<code id="payload-sha256">12\#(start)ab">H4sI=</script>"#, nil),
    ("", nil),
  ])
  func findsWholePayloads(page: String, payload: String?) {
    let found = LivePage(Array(page.utf8))
    #expect(found.map { String(decoding: $0.payload, as: UTF8.self) } == payload)
    if let found {
      #expect(found.checkSum == "ab" && found.printedCheckSum == "12")
      let frame = String(decoding: found.frame, as: UTF8.self)
      #expect(frame.contains(Self.start + "\"></script>"))
      #expect(frame.contains(#"<code id="payload-sha256"></code>"#))
    }
  }
}
