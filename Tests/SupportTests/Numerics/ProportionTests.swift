import TestSupport
import Testing

@testable import Support

@Suite struct ProportionTests {
  @Test func intervalIsWilsons() throws {
    let rows = try Fixture("proportions.json")["wilson"]
    #expect(rows.count > 10)
    for row in rows {
      let proportion = Proportion(successes: Int(row[0]), trials: Int(row[1]))
      #expect(proportion.value == row[0] / row[1])
      let interval = proportion.interval
      #expect(abs(interval.lowerBound - row[2]) < 1e-12, "\(row)")
      #expect(abs(interval.upperBound - row[3]) < 1e-12, "\(row)")
      #expect(interval.contains(proportion.value))
    }
  }
}
