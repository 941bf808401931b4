import Testing

@testable import Drawing
@testable import Support

@Suite struct PairGridTests {
  @Test(arguments: [(1, 1), (2, 2), (4, 4), (8, 8), (9, 8), (64, 8)])
  func hasARowAndAColumnForEachOfTheFirstEightFeatures(styleSize: Int, shown: Int) {
    let figure = grid(styleSize: styleSize)
    #expect(figure.features.map(\.name) == (1...shown).map { "style \($0)" })
    #expect(figure.layout.featureCount == shown)
  }

  @Test(arguments: [1, 2, 4, 8])
  func panelsAreSquareAndApartAndInside(styleSize: Int) {
    let figure = grid(styleSize: styleSize)
    var panels: [Rect] = []
    for row in 0..<styleSize {
      for column in 0..<styleSize {
        let panel = figure.layout.panel(row: row, column: column)
        #expect(panel.width == panel.height)
        #expect(panel.minX >= 0 && panel.maxX <= figure.size.width)
        #expect(panel.minY >= 0 && panel.maxY <= figure.size.height)
        #expect(!panels.contains { intersects($0, panel) })
        panels.append(panel)
      }
    }
    #expect(figure.size.width <= 960)
  }

  @Test func columnsOfValuesAreTakenFromTheVectors() {
    let figure = PairGrid(
      styles: [1, 2, 3, 4, 5, 6], styleSize: 3, labels: [7, 8], prior: prior)
    #expect(figure.features.map(\.values) == [[1, 4], [2, 5], [3, 6]])
  }

  @Test func limitsHoldAllValuesAndThreeDeviations() {
    let limits = PairGrid.limits(of: [[-1, 2], [11, .nan, .infinity]], prior: prior)
    #expect(limits.lowerBound < -6 && limits.lowerBound > -8)
    #expect(limits.upperBound > 11 && limits.upperBound < 13)
    #expect(PairGrid.limits(of: [], prior: NormalDistribution(scale: 1)).contains(3))
  }

  @Test func givenLimitsAreKept() {
    let figure = PairGrid(
      styles: [1, 2], styleSize: 2, labels: [0], limits: -20...30, prior: prior)
    #expect(figure.layout.limits == -20...30)
    #expect(
      figure.layout.ticks.map(\.label) == ["−15", "−10", "−5", "0", "5", "10", "15", "20", "25"])
  }

  @Test func ticksKeepOffTheCorners() {
    let layout = grid(styleSize: 4).layout
    let (x, _) = layout.scales(in: layout.panel(row: 0, column: 0))
    let panel = layout.panel(row: 0, column: 0)
    #expect(layout.ticks.count >= 3)
    for tick in layout.ticks {
      #expect(x(tick.value) > panel.minX + 10 && x(tick.value) < panel.maxX - 10)
    }
  }

  @Test func thePriorIsAsHighInEveryPanel() {
    // Feature 2 has bins four times as wide, so that more images are in each.
    let styles = (0..<400).flatMap { (index: Int) -> [Float] in
      let value = Float(index % 40) / 10 - 2
      return [value, 2 * value]
    }
    let figure = PairGrid(
      styles: styles, styleSize: 2, labels: [UInt8](repeating: 1, count: 400),
      bins: [HistogramBins(edges: [-4, -2, 0, 2, 4]), HistogramBins(edges: [-8, 0, 8])],
      prior: prior)
    #expect(figure.features.map { $0.histogram.bins.width } == [2, 8])
    #expect(figure.layout.mostInBin[1] == 4 * figure.layout.mostInBin[0])
    // The fullest bins, and the prior's peak in images a bin, stay below the top.
    for (feature, most) in zip(figure.features, figure.layout.mostInBin) {
      #expect(most > Double(feature.histogram.mostInBin))
      #expect(most > 400 * feature.histogram.bins.width * 0.19947)
    }
    #expect(figure.layout.countTicks.allSatisfy { !$0.isEmpty })
  }

  @Test func pointsOfEveryDigitAreDrawn() throws {
    // A point a digit, far apart: its colour is found at its place in both panels.
    let points = (0..<10).map { digit in (Float(digit) - 4.5, Float(digit % 3) * 2 - 2) }
    let figure = PairGrid(
      styles: points.flatMap { [$0.0, $0.1] }, styleSize: 2, labels: (0..<10).map { UInt8($0) },
      prior: prior)
    let surface = try ImageSurface(
      size: figure.size, scale: 1, background: Theme.light.background)
    try surface.draw { context in figure.draw(on: context, theme: Theme.light) }
    for (digit, point) in points.enumerated() {
      let color = Theme.light.category(digit)
      for (row, column, across, up) in [(1, 0, point.0, point.1), (0, 1, point.1, point.0)] {
        let (x, y) = figure.layout.scales(in: figure.layout.panel(row: row, column: column))
        let place = (x: Int(x(Double(across))), y: Int(y(Double(up))))
        let isThere = isFound(color, near: place, on: surface)
        #expect(isThere, "\(digit)")
      }
    }
  }

  /// Whether a pixel of a colour is no more than two pixels away.
  private func isFound(
    _ color: Color, near place: (x: Int, y: Int), on surface: borrowing ImageSurface
  ) -> Bool {
    let width = surface.width
    return surface.withPixels { pixels in
      for y in place.y - 2...place.y + 2 {
        for x in place.x - 2...place.x + 2 {
          if pixels[y * width + x] | 0xff00_0000 == color.pixel { return true }
        }
      }
      return false
    }
  }

  private func grid(styleSize: Int) -> PairGrid {
    let styles = (0..<50 * styleSize).map { Float($0 * 37 % 101) / 10 - 5 }
    return PairGrid(
      styles: styles, styleSize: styleSize, labels: (0..<50).map { UInt8($0 % 10) },
      bins: [HistogramBins](repeating: HistogramBins(edges: [-5, 0, 5]), count: styleSize),
      prior: prior)
  }

  private func intersects(_ a: Rect, _ b: Rect) -> Bool {
    a.minX < b.maxX && b.minX < a.maxX && a.minY < b.maxY && b.minY < a.maxY
  }
}

@Suite struct StackedHistogramTests {
  /// As `numpy.histogram([0, 0.5, 1, 1, 1.5, 2, 3, -1], bins=[0, 1, 2])` has it: [2, 4].
  @Test func countsAsNumpyDoes() {
    let histogram = StackedHistogram(
      values: [0, 0.5, 1, 1, 1.5, 2, 3, -1], labels: [0, 0, 0, 1, 1, 1, 2, 2],
      bins: HistogramBins(edges: [0, 1, 2]))
    #expect(histogram.counts[0] == [2, 1])
    #expect(histogram.counts[1] == [0, 3])
    #expect(histogram.counts[2] == [0, 0])
    #expect(histogram.mostInBin == 4)
  }

  @Test func barsAreSumsOfTheDigitsBelow() {
    let histogram = StackedHistogram(
      values: [0.1, 0.2, 2.5, 0.3], labels: [0, 3, 9, 3], bins: HistogramBins(edges: [0, 1, 2, 3]))
    #expect(histogram.bars(upTo: 0).map(\.count) == [1])
    #expect(histogram.bars(upTo: 3).map(\.count) == [3])
    #expect(histogram.bars(upTo: 9).map(\.bin) == [0, 2])
    #expect(histogram.bars(upTo: 9).map(\.count) == [3, 1])
  }

  @Test func leavesOutLabelsAndValuesThatAreNone() {
    let histogram = StackedHistogram(
      values: [0.5, .nan, .infinity, 0.5], labels: [10, 0, 0, 255],
      bins: HistogramBins(edges: [0, 1]))
    #expect(histogram.mostInBin == 0)
  }
}
