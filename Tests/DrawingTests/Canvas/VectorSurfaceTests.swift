import Foundation
import FoundationXML
import Testing

@testable import Drawing

@Suite struct VectorSurfaceTests {
  @Test func svgIsWellFormedAndAsLargeAsAsked() throws {
    let svg = try document(.svg)
    let parser = Elements()
    #expect(parser.parse(svg))
    #expect(parser.names.first == "svg")
    #expect(parser.rootAttributes["width"] == "60px")
    #expect(parser.rootAttributes["viewBox"] == "0 0 60 40")
    #expect(parser.names.contains("path"))
    #expect(parser.names.contains("image"))
    #expect(!parser.names.contains("text"), "letters are outlines")
  }

  @Test func pdfIsOnePageOfTheRightSize() throws {
    let pdf = String(decoding: try document(.pdf), as: UTF8.self)
    #expect(pdf.hasPrefix("%PDF-"))
    #expect(pdf.contains("/MediaBox [ 0 0 45 30 ]"), "60 x 40 CSS pixels in points")
    #expect(pdf.contains("/Count 1"))
  }

  @Test(arguments: [VectorFormat.svg, .pdf])
  func bytesDoNotDependOnWhatWasDrawnBefore(format: VectorFormat) throws {
    let first = try document(format)
    _ = try ImageSurface(size: Size(5, 5), scale: 1, background: Color(0)).draw { _ in }
    _ = try document(.svg)
    #expect(try document(format) == first)
  }

  private func document(_ format: VectorFormat) throws -> [UInt8] {
    let surface = try VectorSurface(format, size: Size(60, 40))
    try surface.draw { context in
      context.fill(Rect(5, 5, 20, 10), Color(0x3060c0), cornerRadius: 3)
      context.text("0.5", at: Point(5, 35), TextStyle(size: 12, color: Color(0)))
      context.draw(Bitmap(grey: [0, 255, 128, 0], width: 2, height: 2), in: Rect(30, 5, 20, 20))
      context.draw(Bitmap(grey: [9], width: 1, height: 1), in: Rect(50, 5, 5, 5))
    }
    return try surface.bytes()
  }
}

/// The names of an XML file's elements.
private final class Elements: NSObject, XMLParserDelegate {
  private(set) var names: [String] = []
  private(set) var rootAttributes: [String: String] = [:]

  func parse(_ bytes: [UInt8]) -> Bool {
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = self
    return parser.parse()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    if names.isEmpty { rootAttributes = attributes }
    names.append(name)
  }
}

@Suite struct SVGNamesTests {
  @Test func namesAreNumberedInOrderOfAppearance() {
    #expect(
      renumbered(##"<g id="surface845"><use xlink:href="#image12"/><image id="image12"/>"##)
        == ##"<g id="surface1"><use xlink:href="#image1"/><image id="image1"/>"##)
    #expect(
      renumbered(##"<g id="surface9"/><g id="surface7"/><use href="#surface9"/>"##)
        == ##"<g id="surface1"/><g id="surface2"/><use href="#surface1"/>"##)
  }

  @Test func otherTextStays() {
    for text in [
      ##"<symbol id="glyph0-1"/><use xlink:href="#glyph0-1"/>"##, "surface845 image12", "#",
      "id=\"",
      ##"<a id="x"/>"##, "", ##" id="surface4"##,
    ] {
      #expect(renumbered(text) == text)
    }
  }

  private func renumbered(_ text: String) -> String {
    String(decoding: Drawing.renumbered(Array(text.utf8)), as: UTF8.self)
  }
}
