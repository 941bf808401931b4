import Testing

@testable import Drawing

@Suite struct AccuracyPerDigitTests {
  @Test(arguments: [
    (0.0, 0.0), (0.3, 0), (0.62, 0.5), (0.9, 0.9), (0.947, 0.94), (0.985, 0.98), (1, 0.99),
    (.nan, 0),
  ])
  func theAxisBeginsAtARoundShareBelowAll(lowest: Double, start: Double) {
    #expect(AccuracyPerDigit.limits(above: lowest) == start...1)
  }

  @Test func theAxisSuitsAllSeries() {
    let figure = AccuracyPerDigit(series: [series(0.99), series(0.93)])
    #expect(figure.limits == 0.92...1)
    #expect(figure.ticks.first?.label == "92")
    #expect(figure.ticks.last?.label == "100")
  }

  @Test func digitsStandInTenColumns() {
    let figure = AccuracyPerDigit(series: [series(0.99)])
    let columns = (0..<10).map { figure.x(digit: $0) }
    #expect(columns == columns.sorted() && Set(columns).count == 10)
    #expect(columns.allSatisfy { $0 > figure.plot.minX && $0 < figure.plot.maxX })
  }

  private func series(_ accuracy: Double) -> AccuracyPerDigit.Series {
    .init(
      name: "model",
      digits: (0..<10).map { _ in
        .init(value: accuracy, lower: accuracy - 0.005, upper: accuracy + 0.005)
      }, overall: accuracy)
  }
}
