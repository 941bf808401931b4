import Testing

@testable import Drawing

@Suite struct TextTests {
  private let style = TextStyle(size: 20, color: Color(0))

  @Test func aMissingFontIsAnErrorThatNamesTheRemedy() {
    let error = #expect(throws: CanvasError.self) {
      _ = try Typefaces(directories: ["/nonexistent"])
    }
    #expect(error?.description.contains("/nonexistent") == true)
    #expect(error?.description.contains("Inter-Regular.otf") == true)
    #expect(error?.description.contains("fonts-inter") == true)
    #expect(error?.description.contains("\n") == false)
  }

  @Test func textLeavesInk() throws {
    #expect(try !ink(of: "8", .left, at: Point(10, 30)).isEmpty)
    #expect(try ink(of: "", .left, at: Point(10, 30)).isEmpty)
    #expect(try ink(of: " ", .left, at: Point(10, 30)).isEmpty)
  }

  @Test func alignmentPutsTextBesideItsPoint() throws {
    let left = try ink(of: "888", .left, at: Point(60, 30))
    let center = try ink(of: "888", .center, at: Point(60, 30))
    let right = try ink(of: "888", .right, at: Point(60, 30))
    #expect((left.map(\.x).min() ?? 0) >= 60)
    #expect((right.map(\.x).max() ?? 99) <= 60)
    let middle = (Double(center.map(\.x).min() ?? 0) + Double(center.map(\.x).max() ?? 0)) / 2
    #expect(abs(middle - 60) < 1.5)
  }

  @Test func verticalAlignmentIsThatOfFigures() throws {
    let baseline = try ink(of: "H", .left, .baseline, at: Point(20, 30)).map(\.y)
    let middle = try ink(of: "H", .left, .middle, at: Point(20, 30)).map(\.y)
    let top = try ink(of: "H", .left, .top, at: Point(20, 30)).map(\.y)
    #expect(baseline.max() == 29)
    #expect(top.min() == 30)
    let center = Double((middle.min() ?? 0) + (middle.max() ?? 0) + 1) / 2
    #expect(abs(center - 30) <= 1)
  }

  @Test func rotationTurnsTextAboutItsPoint() throws {
    let upright = try ink(of: "888888", .left, at: Point(60, 60), rotation: -.pi / 2)
    #expect((upright.map(\.y).max() ?? 99) <= 60)
    #expect(upright.map(\.x).allSatisfy { (40...62).contains($0) })
  }

  @Test func widthGrowsWithTextAndSize() throws {
    let surface = try ImageSurface(size: Size(1, 1), scale: 2, background: Color(0xffffff))
    try surface.draw { context in
      let one = context.width(of: "8", style)
      #expect(one > 8 && one < 16)
      #expect(abs(context.width(of: "888", style) - 3 * one) < 1e-9)
      let large = TextStyle(size: 40, color: Color(0))
      #expect(abs(context.width(of: "8", large) - 2 * one) < 1e-6)
      #expect(context.width(of: "", style) == 0)
    }
  }

  @Test func longTextEndsInAnEllipsisWithinItsWidth() throws {
    let text = String(repeating: "8", count: 20)
    let columns = try ink(of: text, .left, at: Point(0, 30), maxWidth: 70).map(\.x)
    #expect((columns.max() ?? 99) <= 70)
    #expect((columns.max() ?? 0) > 50)
    // Room for nothing: the ellipsis alone.
    #expect(try ink(of: text, .left, at: Point(0, 30), maxWidth: 0).map(\.y).allSatisfy { $0 > 24 })
  }

  @Test func charactersTheFontLacksBecomeQuestionMarks() throws {
    let missing = try ink(of: "\u{4e00}\u{0007}\u{1f600}", .left, at: Point(10, 30))
    #expect(try missing == ink(of: "???", .left, at: Point(10, 30)))
    #expect(try missing != ink(of: "888", .left, at: Point(10, 30)))
  }

  @Test func figuresNeedLettersOutsideASCII() throws {
    let known = "\u{2212}²→…σ₁₀"
    let question = try ink(of: "?", .left, at: Point(10, 30))
    for character in known {
      #expect(try ink(of: String(character), .left, at: Point(10, 30)) != question)
    }
  }

  // MARK: Help

  private struct Pixel: Hashable {
    let x: Int
    let y: Int
  }

  /// The pixels of a picture of 120 x 120 that text makes darker than half.
  private func ink(
    of text: String, _ horizontal: HorizontalAlignment, _ vertical: VerticalAlignment = .baseline,
    at point: Point, rotation: Double = 0, maxWidth: Double = .infinity
  ) throws -> Set<Pixel> {
    let surface = try ImageSurface(size: Size(120, 120), scale: 1, background: Color(0xffffff))
    try surface.draw { context in
      context.text(
        text, at: point, style, horizontal, vertical, rotation: rotation, maxWidth: maxWidth)
    }
    return surface.withPixels { pixels in
      Set(
        pixels.indices.filter { pixels[$0] & 255 < 128 }.map { Pixel(x: $0 % 120, y: $0 / 120) })
    }
  }
}
