import TestSupport
import Testing

@testable import Support

@Suite struct QuantilesTests {
  @Test func agreeWithNumPyToTheLastBit() throws {
    let rows = try Fixture("samples.json")["quantiles"]
    #expect(rows.count > 100)
    for row in rows {
      let sorted = row.sample.sorted()
      #expect(quantile(row[5], sorted: sorted) == row[6], "\(row)")
      if row[5] == 0.5 { #expect(deviation(median(row.sample), row[6]) < 1e-15) }
    }
  }

  @Test func medianIsTheMeanOfTheMiddleTwo() {
    #expect(median([3]) == 3)
    #expect(median([5, 1]) == 3)
    #expect(median([9, 1, 4]) == 4)
    #expect(median([9, 1, 4, 5]) == 4.5)
    let large = Double.greatestFiniteMagnitude
    #expect(median([large, large]) == large)
  }
}
