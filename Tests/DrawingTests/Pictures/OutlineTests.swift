import Testing

@testable import Drawing

@Suite struct InkOutlineTests {
  /// An image whose ink is where `isInk` says.
  private func image(_ isInk: (_ row: Int, _ column: Int) -> Bool) -> [UInt8] {
    (0..<784).map { isInk($0 / 28, $0 % 28) ? 255 : 0 }
  }

  private func outlines(_ image: [UInt8], level: Double = 127.5) -> [Outline] {
    Outline.all(in: image, level: level)
  }

  @Test func runsHalfWayBetweenInkAndPaper() throws {
    let found = outlines(image { (4..<10).contains($0) && (7..<11).contains($1) })
    #expect(found.count == 1)
    let outline = try #require(found.first)
    // Six by four pixels, their corners cut off.
    #expect(outline.points.map(\.x).min() == 7 && outline.points.map(\.x).max() == 11)
    #expect(outline.points.map(\.y).min() == 4 && outline.points.map(\.y).max() == 10)
    #expect(outline.area == 24 - 4 * 0.125)
    #expect(abs(outline.length - (2 * 5 + 2 * 3 + 4 * 0.5.squareRoot())) < 1e-12)
  }

  @Test func greyMovesTheBorder() throws {
    var pixels = image { (4..<10).contains($0) && (7..<11).contains($1) }
    for row in 4..<10 { pixels[row * 28 + 11] = 102 }
    let right = { try #require(self.outlines(pixels, level: $0).first?.points.map(\.x).max()) }
    #expect(try right(102) == 11.5)
    #expect(try right(51) == 12)
    #expect(try abs(right(204) - (10.5 + 51.0 / 153)) < 1e-12)
  }

  @Test func paperInsideInkIsGoneRoundTheOtherWay() {
    let ring = image { row, column in
      let (inside, hole) = (5..<15, 8..<12)
      return inside.contains(row) && inside.contains(column)
        && !(hole.contains(row) && hole.contains(column))
    }
    #expect(outlines(ring).map(\.area).sorted() == [-(16 - 0.5), 100 - 0.5])
  }

  /// The middle between the four says whether two pixels across from each other belong together.
  @Test(arguments: [(level: 120.0, count: 1), (140, 2)])
  func pixelsThatTouchAtACorner(level: Double, count: Int) {
    for other in [6, 4] {
      let found = outlines(image { [[5, 5], [6, other]].contains([$0, $1]) }, level: level)
      #expect(found.count == count)
      #expect(found.allSatisfy { $0.area > 0 })
    }
  }

  @Test func smoothingTakesRipplesOff() throws {
    // A slanted stroke, whose edge goes in steps.
    let outline = try #require(
      outlines(image { (4..<24).contains($0) && (0..<4).contains($1 - $0 / 3) }).first)
    let smooth = outline.smoothed(times: 3)
    #expect(smooth.points.count == outline.points.count)
    #expect(smooth.area > 0.95 * outline.area && smooth.area < outline.area)
    // Without steps, a side is √(20² + 6⅓²) long.
    #expect(outline.length > 49 && smooth.length < 47)
    #expect(outline.smoothed(times: 0) == outline)
  }

  @Test func inkAtTheEdgeIsEnclosedToo() {
    #expect(outlines(image { _, _ in true }).map(\.area) == [784 - 0.5])
    #expect(outlines(image { _, _ in false }).isEmpty)
    #expect(outlines([]).isEmpty)
  }
}
