import Testing

@testable import Drawing

@Suite struct StackedHistogramTests {
  /// As `numpy.histogram([0, 0.5, 1, 1, 1.5, 2, 3, -1], bins=[0, 1, 2])` has it: [2, 4].
  @Test func countsAsNumpyDoes() {
    let histogram = StackedHistogram(
      values: [0, 0.5, 1, 1, 1.5, 2, 3, -1], labels: [0, 0, 0, 1, 1, 1, 2, 2], edges: [0, 1, 2])
    #expect(histogram.counts[0] == [2, 1])
    #expect(histogram.counts[1] == [0, 3])
    #expect(histogram.counts[2] == [0, 0])
    #expect(histogram.mostInBin == 4)
  }

  @Test func barsAreSumsOfTheDigitsBelow() {
    let histogram = StackedHistogram(
      values: [0.1, 0.2, 2.5, 0.3], labels: [0, 3, 9, 3], edges: [0, 1, 2, 3])
    #expect(histogram.bars(upTo: 0).map(\.count) == [1])
    #expect(histogram.bars(upTo: 3).map(\.count) == [3])
    #expect(histogram.bars(upTo: 9).map(\.bin) == [0, 2])
    #expect(histogram.bars(upTo: 9).map(\.count) == [3, 1])
  }

  @Test(arguments: [[], [1], [1, 1], [2, 1], [0, .nan], [0, .infinity], [.nan, .nan, 1]])
  func edgesThatMakeNoSenseAreNoBins(edges: [Double]) {
    let histogram = StackedHistogram(values: [1, 2], labels: [0, 1], edges: edges)
    #expect(histogram.edges.isEmpty)
    #expect(histogram.mostInBin == 0)
  }

  @Test func leavesOutLabelsAndValuesThatAreNone() {
    let histogram = StackedHistogram(
      values: [0.5, .nan, .infinity, 0.5], labels: [10, 0, 0, 255], edges: [0, 1])
    #expect(histogram.mostInBin == 0)
  }
}
