import Testing

@testable import Drawing

@Suite struct HandwritingTests {
  /// A stroke three pixels wide from row `top` to row `bottom`, which moves left by `lean` a row.
  private static func stroke(
    from top: Int = 4, to bottom: Int = 24, left: Int = 12, lean: Double = 0
  ) -> [UInt8] {
    (0..<784).map { index in
      let (row, column) = (index / 28, index % 28)
      let start = left - Int((lean * Double(row - 14)).rounded())
      return (top..<bottom).contains(row) && (start..<start + 3).contains(column) ? 255 : 0
    }
  }

  private static let upright = [[UInt8]](repeating: stroke(), count: 10)

  private func written(_ text: String, _ digits: [[UInt8]] = upright) -> Handwriting {
    Handwriting(
      text, digits: text.filter(\.isNumber).compactMap { $0.wholeNumberValue }.map { digits[$0] },
      hand: digits)
  }

  private func reach(_ glyph: Glyph) -> (top: Double, bottom: Double) {
    let points = (glyph.outlines + glyph.strokes + [glyph.dots]).joined().map(\.y)
    return (points.min() ?? 0, points.max() ?? 0)
  }

  @Test func digitsStandOnTheBaselineAndAreEquallyTall() {
    var digits = Self.upright
    digits[3] = Self.stroke(from: 2, to: 17, left: 20)
    let line = written("3131", digits)
    #expect(line.glyphs.count == 4)
    for (glyph, _) in line.glyphs {
      #expect(abs(reach(glyph).bottom) < 1e-9)
      #expect(abs(reach(glyph).top + Handwriting.digitHeight) < 1e-9)
    }
  }

  @Test func whatIsNearlyNothingIsNotBlownUp() {
    var digits = Self.upright
    digits[3] = Self.stroke(from: 10, to: 14)
    let top = reach(written("3", digits).glyphs[0].glyph).top
    #expect((4.0...4 * Handwriting.mostEnlargement).contains(-top))
  }

  @Test func gapsBetweenUprightStrokesAreEqual() {
    let line = written("11711")
    #expect(line.glyphs[0].x + line.glyphs[0].glyph.profile.left == 0)
    let gaps = gaps(line)
    #expect(gaps.count == 4 && gaps.allSatisfy { abs($0 - Handwriting.gap) < 1e-9 })
  }

  /// Between what two glyphs take up across.
  private func gaps(_ line: Handwriting) -> [Double] {
    zip(line.glyphs, line.glyphs.dropFirst()).map { before, after in
      after.x + after.glyph.profile.left - before.x - before.glyph.profile.right
    }
  }

  @Test func aSpaceIsAsWideAfterEveryGlyph() {
    #expect(
      gaps(written("1 7, /")).map { ($0 * 1e9).rounded() / 1e9 }.filter { $0 > 5 } == [11, 11])
    #expect(gaps(written("1  1")).map { $0.rounded() } == [2 * Handwriting.space])
    #expect(written("11 ").size.width == written("11").size.width + 4 * Handwriting.space)
    #expect(written(" 11").size.width == written("11").size.width + 4 * Handwriting.space)
  }

  /// A seven's bar may stand over what comes next, but only so far.
  @Test func glyphsReachOverOneAnotherALittle() {
    var digits = Self.upright
    // A long bar above; below, another digit's low stroke.
    digits[7] = (0..<784).map { index in
      let (row, column) = (index / 28, index % 28)
      let isBar = (4..<7).contains(row) && (5..<20).contains(column)
      let isStem = (4..<24).contains(row) && (5..<8).contains(column)
      return isBar || isStem ? 255 : 0
    }
    let line = written("7.", digits)
    #expect(abs(gaps(line)[0] + Handwriting.overlap) < 1e-9)
  }

  @Test func thePenIsAsThickAsTheStrokes() {
    #expect(abs(Pen(Self.upright).thickness - 3) < 0.5)
    let wide = (0..<784).map { (4..<24).contains($0 / 28) && (9..<15).contains($0 % 28) }
    #expect(Pen([[UInt8]](repeating: wide.map { $0 ? 255 : 0 }, count: 10)).thickness > 4)
    #expect(Pen([]).thickness == 1)
  }

  @Test(arguments: [-0.3, 0.0, 0.5])
  func thePenLeansAsTheStrokesDo(lean: Double) {
    let digits = [[UInt8]](repeating: Self.stroke(lean: lean), count: 10)
    #expect(abs(Pen(digits).slant - lean) < 0.05)
    let slash = written("/", digits).glyphs[0].glyph.strokes[0]
    let upright = written("/").glyphs[0].glyph.strokes[0]
    #expect(abs(slash[1].x - slash[0].x - (upright[1].x - upright[0].x) - 22.8 * lean) < 1)
  }

  @Test func marksHaveTheirPlaces() {
    let line = written(".,:-/")
    #expect(line.glyphs.count == 5)
    let (stop, comma, colon) = (line.glyphs[0].glyph, line.glyphs[1].glyph, line.glyphs[2].glyph)
    #expect(stop.dots.map { $0.y + line.pen.dotRadius } == [0], "it stands on the line")
    #expect(reach(comma).bottom > 2, "it hangs below the line")
    #expect(colon.dots.count == 2)
    let hyphen = reach(line.glyphs[3].glyph)
    #expect(hyphen.top == hyphen.bottom && (-12 ... -8).contains(hyphen.top))
    let slash = reach(line.glyphs[4].glyph)
    #expect(slash.top < -Handwriting.digitHeight && slash.bottom > 0)
    #expect(Handwriting.marks.sorted() == [" ", ",", "-", ".", "/", ":"])
  }

  @Test func everythingIsInsideThePicture() {
    for lean in [-0.9, 0, 0.9] {
      let line = written(
        "/1,0:7/", [[UInt8]](repeating: Self.stroke(lean: lean), count: 10))
      for (glyph, x) in line.glyphs {
        #expect(x + glyph.profile.left >= -1e-9)
        let right = (x + glyph.profile.right + Handwriting.margin) * Handwriting.zoom
        #expect(right <= line.size.width + 1e-9)
      }
    }
  }

  @Test func oddDataAreDrawnAsWellAsCanBe() throws {
    let blank = [[UInt8]](repeating: [UInt8](repeating: 0, count: 784), count: 10)
    let odd = [
      written("", Self.upright), written("  "), written("1-1", blank),
      Handwriting("12x-", digits: [], hand: []),
    ]
    for line in odd {
      #expect(try line.file(.png, theme: .light).count > 50)
    }
    #expect(odd[3].glyphs.count == 1)
  }

  @Test func inkIsCurvesInAVectorFile() throws {
    let svg = String(decoding: try written("10.5").file(.svg, theme: .dark), as: UTF8.self)
    #expect(!svg.contains("<image"))
    #expect(svg.contains(" C "))
  }
}
