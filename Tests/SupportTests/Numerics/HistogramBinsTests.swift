import TestSupport
import Testing

@testable import Support

@Suite struct HistogramBinsTests {
  let fixture: Fixture

  init() throws {
    fixture = try Fixture("samples.json")
  }

  @Test func edgesAndCountsAreNumPys() {
    let rows = fixture["bins"]
    #expect(rows.count > 30)
    for row in rows {
      let isFloat = row.text(5) == "float"
      let floats = row.sample.map(Float.init)
      let values = isFloat ? floats.map(Double.init) : row.sample
      let bins = HistogramBins.auto(values)
      #expect(bins.count == Int(row[6]), "\(row)")
      #expect(bins.edges.first == row[7] && bins.edges.last == row[9], "\(row)")
      #expect(bins.edges[bins.edges.count / 2] == row[8], "\(row)")
      #expect(deviation(bins.edges.reduce(0, +), row[10], floor: abs(row[9])) < 1e-12, "\(row)")
      let counts = bins.counts(of: values)
      #expect(zip(counts, 1...).map { $0 * $1 }.reduce(0, +) == Int(row[11]), "\(row)")
      #expect(counts.max() == Int(row[12]), "\(row)")
      if isFloat {
        #expect(HistogramBins.auto(pooling: [floats]) == bins)
      }
    }
  }

  @Test func oneOutlierDoesNotMakeMoreBins() {
    let special = fixture["special"]
    var recipe = [Double]()
    for row in fixture["bins"] where row[0] == 13 && row.text(5) == "double" { recipe = row.sample }
    let outlier = HistogramBins.auto(recipe + [1e30])
    #expect(
      [Double(outlier.count), outlier.edges[0], outlier.edges[outlier.count]]
        == [special[0][1], special[0][2], special[0][3]])
    let zeros = [Double](repeating: 0, count: 1000) + [-1, 3]
    let bins = HistogramBins.auto(zeros)
    #expect(
      [Double(bins.count), bins.edges[0], bins.edges[bins.count]]
        == [special[1][1], special[1][2], special[1][3]])
    #expect(bins.counts(of: zeros).prefix(5).map(Double.init) == special[1].numbers(4))
  }

  @Test func poolsArrays() {
    let parts: [[Float]] = [[0, 1, 2, 3], [], [10, 11, 12], [-4.5]]
    #expect(
      HistogramBins.auto(pooling: parts)
        == .auto([0, 1, 2, 3, 10, 11, 12, -4.5]))
  }

  @Test func nothingIsTooStrangeToBin() {
    #expect(HistogramBins.auto([]).edges == [0, 1])
    #expect(HistogramBins.auto([3]).edges == [2.5, 3.5])
    for value in [1e30, -1e300, Double.greatestFiniteMagnitude, 0] {
      let bins = HistogramBins.auto([value, value])
      #expect(bins.count == 1 && bins.edges[0] < bins.edges[1] && bins.counts(of: [value]) == [1])
    }
    let whole = HistogramBins.auto([-Double.greatestFiniteMagnitude, 0, .greatestFiniteMagnitude])
    #expect(whole.counts(of: [0.0, 1e308]) == [2])
    let tight = HistogramBins.auto((0..<1000).map { $0 < 500 ? 1.0 : 1.0.nextUp })
    #expect(tight.counts(of: [1.0, 1.0.nextUp]) == [2])
    let tiny = HistogramBins.auto([0, .leastNonzeroMagnitude, 3 * .leastNonzeroMagnitude])
    #expect(tiny.counts(of: [0.0, 3 * .leastNonzeroMagnitude]).reduce(0, +) == 2)
  }

  @Test func binsHoldTheirLowerEdgeAndTheLastBothOfIts() {
    let bins = HistogramBins.auto([0, 1, 2, 3, 4, 5, 6, 7])
    for (index, edge) in bins.edges.enumerated() {
      #expect(bins.index(of: edge) == min(index, bins.count - 1))
    }
    #expect(bins.index(of: -0.001) == nil)
    #expect(bins.index(of: 7.001) == nil)
    #expect(bins.index(of: .nan) == nil)
    #expect(bins.counts(of: [.nan, .infinity, 7]).reduce(0, +) == 1)
  }
}

extension HistogramBins {
  fileprivate static func auto(_ values: [Double]) -> HistogramBins {
    auto(sorted: values.sorted())
  }

  /// How many of the values each bin holds.
  fileprivate func counts(of values: [Double]) -> [Int] {
    values.compactMap(index).reduce(into: [Int](repeating: 0, count: count)) { $0[$1] += 1 }
  }
}
