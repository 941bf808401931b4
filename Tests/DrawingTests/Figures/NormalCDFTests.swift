import Testing

@testable import Drawing
@testable import Support

@Suite struct NormalCDFTests {
  /// `scipy.stats.kstest([-1, 0.5, 1, 3.5], "norm", args=(0, 2))` gives 0.3487063256829237 at
  /// 0.5, below which lies a quarter.
  @Test func marksTheLargestDistanceAtItsPlace() {
    let panel = panel([1, -1, 3.5, 0.5])
    #expect(panel.sorted == [-1, 0.5, 1, 3.5])
    #expect(panel.distance?.value == 0.5)
    #expect(abs((panel.distance?.d ?? 0) - 0.3487063256829237) < 1e-12)
    #expect(panel.distance?.shares.lowerBound == 0.25)
    #expect(panel.distanceLabel == "D = 0.349")
  }

  @Test func sharesCountValuesUpToAndIncludingTheirArgument() {
    let panel = panel([1, 2, 2, 3])
    #expect([0, 1, 1.5, 2, 9].map { panel.share(upTo: $0) } == [0, 0.25, 0.25, 0.75, 1])
  }

  @Test func withoutValuesThereIsNoDistance() {
    #expect(panel([]).distance == nil)
    #expect(panel([.nan]).sorted.isEmpty)
    #expect(panel([]).distanceLabel == "D = –")
  }

  @Test func everyFeatureHasAPanelOfItsValues() {
    let figure = NormalCDF(styles: [1, 2, 3, 4], styleSize: 2, prior: prior)
    #expect(figure.panels.map(\.name) == ["style 1", "style 2"])
    #expect(figure.panels.map(\.sorted) == [[1, 3], [2, 4]])
  }

  @Test(arguments: [(1, 4, 1, 1), (4, 4, 4, 1), (5, 4, 4, 2), (64, 4, 4, 16), (3, 0, 1, 3)])
  func panelsStandInRows(count: Int, asked: Int, columns: Int, rows: Int) {
    let figure = NormalCDF(
      styles: [Float](repeating: 1, count: count), styleSize: count, columns: asked, prior: prior)
    let plots = (0..<count).map { figure.plot($0) }
    #expect(Set(plots.map(\.x)).count == columns)
    #expect(Set(plots.map(\.y)).count == rows)
    #expect(plots.allSatisfy { $0.maxX <= figure.size.width && $0.maxY <= figure.size.height })
  }

  private func panel(_ values: [Float]) -> NormalCDF.Panel {
    NormalCDF(styles: values, styleSize: 1, prior: prior).panels[0]
  }
}
