import Report
import Testing

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
    #expect(LivePage.checkSum(of: []) == 0)
    let one = [Quantity(1, at: "a")]
    let other = [Quantity(2, at: "a")]
    #expect(LivePage.checkSum(of: one) == 0xA8E5_D715)
    #expect(LivePage.checkSum(of: one) != LivePage.checkSum(of: other))
    #expect(LivePage.checkSum(of: one + other) != LivePage.checkSum(of: other + one))
  }

  @Test(arguments: [
    ("<p><script type=\"application/gzip\" id=\"payload\">H4sI=</script></p>", "H4sI="),
    ("<script type=\"application/gzip\" id=\"payload\"></script>", ""),
    ("<script type=\"application/gzip\" id=\"payload\">H4sI", nil),
    ("<script type=\"application/gzip\" id=\"payload\">H4sI</scri", nil),
    ("<script id=\"payload\">H4sI</script>", nil),
    ("", nil),
  ])
  func findsWholePayloads(page: String, payload: String?) {
    let found = LivePage.payload(of: Array(page.utf8))
    #expect(found.map { String(decoding: $0, as: UTF8.self) } == payload)
  }
}
