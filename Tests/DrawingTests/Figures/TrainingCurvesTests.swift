import Testing

@testable import Drawing

@Suite struct TrainingCurvesTests {
  @Test func seriesOfOneNameLookTheSameInEveryPanel() {
    let figure = TrainingCurves(panels: [
      .init(title: "a", series: [("training", [1])]),
      .init(
        title: "b",
        series: [("validation", [1]), ("training", [2])]),
    ])
    #expect(figure.names == ["training", "validation"])
  }

  @Test(arguments: [
    (0, "1"), (1, "1"), (2, "1 2"), (3, "1 2 3"),
    (15, "2 4 6 8 10 12 14"), (500, "100 200 300 400 500"), (100_000, "5e4 1e5"),
  ])
  func ticksAreWholeEpochs(count: Int, labels: String) {
    let values = [Double](repeating: 1, count: count)
    let figure = TrainingCurves(panels: [.init(title: "", series: [("", values)])])
    #expect(figure.epochTicks.map(\.label).joined(separator: " ") == labels)
  }

  @Test(arguments: [(1, 1, 1), (2, 2, 1), (3, 3, 1), (4, 2, 2), (5, 3, 2), (7, 3, 3)])
  func panelsStandInRows(count: Int, columns: Int, rows: Int) {
    let figure = TrainingCurves(
      panels: (0..<count).map { .init(title: "\($0)", series: []) })
    let plots = (0..<count).map { figure.plot($0) }
    #expect(Set(plots.map(\.x)).count == columns)
    #expect(Set(plots.map(\.y)).count == rows)
    #expect(plots.allSatisfy { $0.maxX + 50 < figure.size.width && $0.maxY < figure.size.height })
  }

  @Test(arguments: [
    (0, "0.0000"), (0.12345, "0.1235"), (1.5, "1.500"), (99.04, "99.04"),
    (-326.29, "\u{2212}326.3"),
    (326290.8, "326291"), (3.4e38, "3.4e38"), (.infinity, "∞"),
  ])
  func lastValuesAreShort(value: Double, text: String) {
    #expect(TrainingCurves.text(of: value) == text)
  }

  @Test func axesAreSharedWithAnotherFigure() {
    let series = [(name: "", values: [1.0, 2])]
    let panel = TrainingCurves.Panel(
      title: "", series: series, reference: ("", 0.5), shared: [0, 9])
    #expect(panel.values.min() == 0 && panel.values.max() == 9)
    let figure = TrainingCurves(panels: [panel], lastEpoch: 12)
    #expect(figure.lastEpoch == 12)
    #expect(TrainingCurves(panels: [panel], lastEpoch: 1).lastEpoch == 2)
  }
}

@Suite struct SpreadTests {
  @Test func leavesPlacesThatAreApart() {
    #expect(spread([10, 50, 30], apart: 16, within: 0...100) == [10, 50, 30])
  }

  @Test func movesPlacesApartInTheirOrder() {
    #expect(spread([50, 50, 45], apart: 16, within: 0...100) == [61, 77, 45])
  }

  @Test func keepsWithinTheRange() {
    #expect(spread([99, 98], apart: 16, within: 0...100) == [100, 84])
    #expect(spread([-5], apart: 16, within: 0...100) == [0])
    #expect(spread([], apart: 16, within: 0...100) == [])
  }
}
