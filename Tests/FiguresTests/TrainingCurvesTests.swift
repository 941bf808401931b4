import Canvas
import Figures
import Testing

@Suite struct TrainingCurvesTests {
  @Test func seriesOfOneNameLookTheSameInEveryPanel() {
    let figure = TrainingCurves(panels: [
      .init(title: "a", series: [.init(name: "training", values: [1])]),
      .init(
        title: "b",
        series: [.init(name: "validation", values: [1]), .init(name: "training", values: [2])]),
    ])
    #expect(figure.names == ["training", "validation"])
  }

  @Test(arguments: [
    (0, 1, "1"), (1, 1, "1"), (2, 1, "1 2"), (3, 1, "1 2 3"), (1, 12, "12"),
    (15, 1, "2 4 6 8 10 12 14"),
  ])
  func ticksAreWholeEpochs(count: Int, first: Int, labels: String) {
    let values = [Double](repeating: 1, count: count)
    let figure = TrainingCurves(
      panels: [.init(title: "", series: [.init(name: "", values: values)])], firstEpoch: first)
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
}

@Suite struct ValueAxisTests {
  @Test func isLinearForValuesOfOneSize() {
    let axis = ValueAxis([0.12, 0.3], from: 100, to: 0)
    #expect(axis(0.12) == 100)
    #expect(axis(0.3) == 0)
    #expect(abs(axis(0.21) - 50) < 1e-9)
    #expect(axis.ticks.map(\.label) == ["0.15", "0.20", "0.25", "0.30"])
  }

  @Test func isLogarithmicForValuesOfManySizes() {
    let axis = ValueAxis([1, 100], from: 100, to: 0)
    #expect(abs(axis(10) - 50) < 1e-9)
    #expect(axis.ticks.map(\.label) == ["1", "2", "5", "10", "20", "50", "100"])
    #expect(axis(0).isFinite && axis(-1).isFinite && axis(.nan).isFinite)
  }

  @Test(arguments: [
    [], [.nan], [.infinity], [0], [5, 5], [-1, 1e6], [1e-300, 1e300], [1e30], [-1e308, 1e308],
  ])
  func hasNumbersForAnyValues(values: [Double]) {
    let axis = ValueAxis(values, from: 100, to: 0)
    #expect(values.allSatisfy { axis($0).isFinite })
    #expect(axis.ticks.count < 30)
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

@Suite struct SimplifiedTests {
  @Test func aStraightLineIsItsEnds() {
    let line = (0...100).map { Point(Double($0), Double($0) * 2) }
    #expect(simplified(line) == [line[0], line[100]])
  }

  @Test func nothingMovesByMoreThanTheTolerance() {
    let curve = (0...200).map { index in
      let x = Double(index)
      return Point(x, 0.01 * x * x)
    }
    let fewer = simplified(curve, tolerance: 0.1)
    #expect(fewer.count < 60)
    #expect(fewer.first == curve.first && fewer.last == curve.last)
    for point in curve {
      let next = fewer.firstIndex { $0.x >= point.x } ?? 0
      let (start, end) = (fewer[max(0, next - 1)], fewer[next])
      let slope = end.x > start.x ? (end.y - start.y) / (end.x - start.x) : 0
      #expect(abs(point.y - start.y - slope * (point.x - start.x)) <= 0.1)
    }
  }

  @Test func stepsStay() {
    let step = [Point(0, 0), Point(1, 0), Point(1, 5), Point(2, 5)]
    #expect(simplified(step) == step)
  }
}
