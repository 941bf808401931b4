import TestSupport
import Testing

@testable import Support

@Suite struct KSTestTests {
  let prior = NormalDistribution(scale: 2)

  @Test func testsSamplesAsSciPyDoes() throws {
    let rows = try Fixture("samples.json")["tests"]
    #expect(rows.count > 30)
    for row in rows {
      let values = row.sample
      let test =
        row.text(5) == "float"
        ? KSTest(values.map(Float.init), against: prior)
        : KSTest(sorted: values.sorted(), against: prior)
      #expect(test.count == values.count)
      #expect(deviation(test.d, row[6]) < 1e-12, "\(row) found \(test)")
      #expect(deviation(test.negLog10P, row[7], floor: 1e-3) < 1e-6, "\(row) found \(test)")
    }
  }

  @Test func doesNotDependOnOrderOrType() {
    let values: [Float] = [0.5, -3, 2.25, 0, -0.0, 1e-3, -1e20, 7]
    let test = KSTest(values, against: prior)
    #expect(KSTest(values.reversed(), against: prior) == test)
    #expect(KSTest(sorted: values.map(Double.init).sorted(), against: prior) == test)
  }

  @Test func tellsWhereTheLargestDistanceIs() {
    // Three of four values lie at or below -1, where the prior has 0.31.
    let distance = KSTest([5, -1, -1, -1], against: prior)
    #expect(distance.value == -1 && distance.shares.upperBound == 0.75)
    #expect(abs(distance.shares.lowerBound - 0.308538) < 1e-6)
    // No value lies below 4, where the prior has 0.98.
    let above = KSTest([4, 5], against: prior)
    #expect(above.value == 4 && above.shares.lowerBound == 0)
    #expect(abs(above.shares.upperBound - 0.977250) < 1e-6)
  }

  @Test func valuesFarOutsideStayFiniteAndOrdered() {
    // The normal distribution function rounds to 1 from 8.3 σ on and underflows at -38.5 σ.
    var last = 0.0
    for magnitude: Float in [10, 16, 17, 20, 40, 76, 1e3, .greatestFiniteMagnitude] {
      let above = KSTest([Float](repeating: magnitude, count: 100), against: prior)
      let below = KSTest([Float](repeating: -magnitude, count: 100), against: prior)
      #expect(above.d <= 1 && above.negLog10P.isFinite)
      #expect(above.negLog10P >= last)
      #expect(deviation(above.negLog10P, below.negLog10P) < 1e-12)
      last = above.negLog10P
    }
    // -log10 2 + 100 · 1022 log10 2, the documented end.
    #expect(abs(last - 30_764.97) < 0.01)
    let one = KSTest([20 as Float], against: prior)
    #expect(one.d == 1)
    // 2 · erfc(10/√2)/2.
    #expect(abs(one.negLog10P - 22.81702) < 1e-4)
  }

  @Test func sortsByRadixAsByComparison() {
    var state: UInt32 = 7
    let values = (0..<5000).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      let value = Float(bitPattern: state)
      return value.isFinite ? value : 0
    }
    #expect(values.sortedByRadix() == values.sorted())
    let zeros: [Float] = [0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .infinity]
    #expect(
      zeros.sortedByRadix().map(\.bitPattern) == [
        0x8000_0001, 0x8000_0000, 0, 1, 0x7f80_0000,
      ])
    #expect([Float]().sortedByRadix().isEmpty)
  }
}
