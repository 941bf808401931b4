import Testing

@testable import Drawing
@testable import Support

@Suite struct AccuracyPerDigitTests {
  @Test(arguments: [
    (0.0, 0.0), (0.3, 0), (0.62, 0.5), (0.9, 0.9), (0.947, 0.94), (0.985, 0.98), (1, 0.99),
  ])
  func theAxisBeginsAtARoundShareBelowAll(lowest: Double, start: Double) {
    #expect(AccuracyPerDigit.limits(above: lowest) == start...1)
  }

  @Test func theAxisSuitsAllSeries() {
    let figure = AccuracyPerDigit(series: [series(985), series(940)])
    #expect(figure.limits == 0.92...1)
    #expect(figure.ticks.first?.label == "92 %")
    #expect(figure.ticks.last?.label == "100 %")
  }

  @Test func digitsStandInTenColumns() {
    let figure = AccuracyPerDigit(series: [series(990)])
    let columns = (0..<10).map { figure.x(digit: $0) }
    #expect(columns == columns.sorted() && Set(columns).count == 10)
    #expect(columns.allSatisfy { $0 > figure.plot.minX && $0 < figure.plot.maxX })
  }

  private func series(_ recognised: Int) -> AccuracyPerDigit.Series {
    let proportion = Proportion(successes: recognised, trials: 1000)
    return ("model", [Proportion?](repeating: proportion, count: 10), proportion)
  }
}
