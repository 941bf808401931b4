import Testing

@testable import Drawing

@Suite struct ReliabilityDiagramTests {
  @Test func barsAreAsHighAsTheAccuracy() throws {
    var bins = [ReliabilityDiagram.Bin](repeating: (0, 0, 0), count: 15)
    bins[14] = (90, 0.99, 0.5)
    let figure = ReliabilityDiagram(series: [("a", bins, 0.49), ("b", bins, 0.49)])
    let (plot, bar) = (figure.plot(1), try #require(figure.bar(14, of: 1)))
    #expect(bar.height == plot.height / 2 && bar.maxY == plot.maxY && bar.maxX < plot.maxX)
    #expect(figure.bar(0, of: 0) == nil)
    #expect(figure.plot(0).maxX < plot.minX)
  }
}
