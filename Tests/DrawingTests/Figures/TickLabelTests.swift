import Testing

@testable import Drawing

/// Labels of axes never touch, whatever the range of values.
@Suite struct TickLabelTests {
  private static let limits: [ClosedRange<Double>] = [
    -6...6, -10.4...11.2, -41...38, -150...90, -2020...2020, -33_000...20_000, -0.0061...0.0058,
    -0.7...0.9, -3.2e9...2.1e9, -2e30...3e30, 1e6...1.000001e6,
  ]

  @Test(arguments: [1, 2, 3, 4, 5, 8], limits)
  func labelsOfAPairGridAreApart(styleSize: Int, limits: ClosedRange<Double>) throws {
    for width in [600.0, 960] {
      let figure = PairGrid(
        styles: [Float](repeating: 0, count: styleSize), styleSize: styleSize, labels: [0],
        limits: limits, prior: prior, width: width)
      let layout = figure.layout
      #expect(figure.size.width <= width)
      let last = styleSize - 1
      let below = try boxes(
        of: layout.ticks, along: (0...last).map { layout.panel(row: last, column: $0) }, limits)
      #expect(isApart(below), "\(width)")
      #expect(below.allSatisfy { $0.upperBound <= figure.size.width })
      let widths = try widths(of: layout.ticks.map(\.label))
      let labelLeft =
        layout.panel(row: 0, column: 0).minX - layout.labelDistance - (widths.max() ?? 0)
      // Nor do they touch the features' names, of which some letters hang below their line.
      #expect(styleSize == 1 || labelLeft > layout.rowNameX + 4)
    }
  }

  @Test(arguments: [1, 2, 4], limits)
  func labelsOfDistributionFunctionsAreApart(columns: Int, limits: ClosedRange<Double>) throws {
    let figure = NormalCDF(
      styles: [1, 1, 1, 1], styleSize: 4, columns: columns, limits: limits, prior: prior)
    let row = try boxes(of: figure.ticks, along: (0..<columns).map(figure.plot), limits)
    #expect(isApart(row))
    #expect(row.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= figure.size.width })
  }

  @Test func axesOfUsualRangesHaveSeveralLabels() {
    for limits in Self.limits.prefix(5) {
      let figure = PairGrid(
        styles: [0, 0, 0, 0], styleSize: 4, labels: [0], limits: limits, prior: prior)
      #expect(figure.layout.ticks.count >= 3, "\(limits)")
    }
    let narrow = PairGrid(
      styles: [Float](repeating: 0, count: 8), styleSize: 8, labels: [0], prior: prior, width: 600)
    #expect(narrow.layout.ticks.map(\.label) == ["−5", "0", "5"])
  }

  /// Where labels lie across, panel after panel.
  private func boxes(
    of ticks: [Tick], along panels: [Rect], _ limits: ClosedRange<Double>
  ) throws -> [ClosedRange<Double>] {
    let widths = try widths(of: ticks.map(\.label))
    return panels.flatMap { panel in
      let scale = LinearScale(limits, from: panel.minX, to: panel.maxX)
      return zip(ticks, widths).map { tick, width in
        scale(tick.value) - width / 2...scale(tick.value) + width / 2
      }
    }
  }

  private func isApart(_ boxes: [ClosedRange<Double>]) -> Bool {
    zip(boxes, boxes.dropFirst()).allSatisfy { $0.upperBound + 1 < $1.lowerBound }
  }

  private func widths(of labels: [String]) throws -> [Double] {
    let style = TextStyle(size: 12, color: Color(0))
    let surface = try ImageSurface(size: Size(10, 10), scale: 1, background: Color(0xffffff))
    var widths: [Double] = []
    try surface.draw { context in
      widths = labels.map { context.width(of: $0, style) }
    }
    return widths
  }
}
