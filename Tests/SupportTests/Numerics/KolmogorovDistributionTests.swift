import TestSupport
import Testing

@testable import Support

@Suite struct KolmogorovDistributionTests {
  let fixture: Fixture

  init() throws {
    fixture = try Fixture("distribution.json")
  }

  /// SciPy itself loses digits near p = 1, where it subtracts from 1; hence the floor.
  @Test func agreesWithSciPyOnBothSidesOfEveryLimit() {
    let rows = fixture["scipy"]
    #expect(rows.count > 1000)
    for row in rows {
      let found = KolmogorovDistribution(count: Int(row[0])).negLog10P(row[1])
      #expect(deviation(found, row[2], floor: 1e-3) < 1e-6, "\(row) found \(found)")
    }
  }

  @Test func staysPreciseWhereDoublePrecisionUnderflowsOrRoundsToOne() {
    let rows = fixture["mpmath"]
    #expect(rows.count > 20)
    for row in rows {
      let found = KolmogorovDistribution(count: Int(row[0])).negLog10P(row[1])
      #expect(deviation(found, row[2]) < 1e-6, "\(row) found \(found)")
    }
    let known = KolmogorovDistribution(count: 1000).negLog10P(0.595)
    #expect(abs(known - 337.669658855) < 1e-9)
  }

  @Test(arguments: [1, 2, 3, 10, 140, 141, 1000, 10_000, 100_000, 100_001])
  func neverFallsAndIsNeverInfinite(count: Int) {
    let distribution = KolmogorovDistribution(count: count)
    var last = 0.0
    // Closer together where the methods meet, at small d.
    for step in 0...200 {
      let d = Double(step * step) / 40_000
      let value = distribution.negLog10P(d)
      #expect(value.isFinite && value >= 0)
      #expect(value >= last - 1e-9, "\(count), \(d): \(last) then \(value)")
      last = value
    }
    #expect(last > 300 * Double(count))
  }

  /// SciPy inverts its distribution function, which has other limits between methods than its
  /// survival function, so that the two differ where n d² is between 2.2 and 18, most at n = 141.
  @Test func findsTheCriticalValuesOfSciPy() {
    for row in fixture["critical"] {
      let found = KolmogorovDistribution(count: Int(row[0])).criticalD(alpha: row[1])
      let tolerance = row[1] < 0.05 ? 1e-5 : 1e-9
      #expect(deviation(found, row[2]) < tolerance, "\(row) found \(found)")
    }
  }

  @Test func normalTailsKeepTheirRelativePrecision() {
    for row in fixture["normal"] {
      let normal = NormalDistribution(scale: 2)
      #expect(deviation(normal.probability(upTo: 2 * row[0]), row[1]) < 1e-12, "\(row)")
      #expect(deviation(normal.probability(above: 2 * row[0]), row[2]) < 1e-12, "\(row)")
      #expect(deviation(normal.density(at: 2 * row[0]) * 2, row[3]) < 1e-12, "\(row)")
    }
  }
}
