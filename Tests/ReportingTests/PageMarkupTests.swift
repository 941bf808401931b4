import Testing

@testable import Reporting

@Suite struct PageMarkupTests {
  private static let payload = #"<script id="payload" data-sha256=""></script>"#

  private func objections(to page: String) -> [String] {
    PageMarkup.objections(to: Array((page + Self.payload).utf8))
  }

  @Test(arguments: [
    "", #"<span data-json="a.0.b">1,234</span>"#, #"<code data-json="files.0.sha256">ab</code>"#,
    #"<style>.best > [data-json] { }</style><script>find("[data-json]")</script>"#,
  ])
  func acceptsWhatTheTemplatesWrite(page: String) {
    #expect(objections(to: page) == [])
  }

  @Test(arguments: [
    #"<span data-json="a" hidden>1</span>"#, #"<span hidden data-json="a">1</span>"#,
    #"<span  data-json="a">1</span>"#, #"<b data-json="a">1</b>"#, "<span data-json='a'>1</span>",
    "<span data-json=a>1</span>", #"<span DATA-JSON="a">1</span>"#, #"<span data-json="">1</span>"#,
    #"<span data-json="a"></span>"#, #"<span data-json="a">1<b>2</b></span>"#,
    #"<span data-json="a">1</code>"#, #"<span data-json="a">1"#, #"<span data-json="a b">1</span>"#,
    "data-json", "<span data-json",
  ])
  func objectsToOtherElements(page: String) {
    #expect(
      objections(to: page) == ["1 printed number is not in an element as vis report writes it"])
  }

  @Test func objectsToComments() {
    #expect(objections(to: "<p><!-- 1 -->").first?.contains("holds a comment") == true)
  }

  @Test func objectsToOtherPayloads() {
    #expect(objections(to: Self.payload) == ["the page holds 2 elements for its data"])
    #expect(objections(to: #"<p ID="Payload">"#) == ["the page holds 2 elements for its data"])
    #expect(PageMarkup.objections(to: []) == ["the page holds 0 elements for its data"])
  }
}
