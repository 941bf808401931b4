import Testing

@testable import Reporting

@Suite struct QuantityTests {
  @Test(arguments: [
    (0.0, 2, "0.00"), (-0.0, 2, "0.00"), (-0.001, 2, "0.00"), (-1.005, 1, "\u{2212}1.0"),
    (2.5, 0, "2"), (0.125, 2, "0.12"), (1e21, 0, "1000000000000000000000"), (0.9996, 3, "1.000"),
  ])
  func roundsToDecimals(value: Double, places: Int, text: String) {
    #expect(fixed(value, places: places) == text)
  }

  @Test func printsTheLargestNumberWhole() {
    #expect(fixed(.greatestFiniteMagnitude, places: 4).count == 309 + 5)
  }

  @Test(arguments: [(1.26, "+1.3"), (-1.26, "\u{2212}1.3"), (0.04, "0.0"), (-0.04, "0.0")])
  func writesTheSignOfADifferenceUnlessItVanishes(value: Double, text: String) {
    #expect(signed(value, places: 1) == text)
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "\u{2212}1,234,567"),
    (Int.min, "\u{2212}9,223,372,036,854,775,808"),
  ])
  func groupsThousands(count: Int, text: String) {
    #expect(grouped(count) == text)
  }

  @Test(arguments: [(2.0, "2"), (0.5, "0.5"), (1e-9, "0"), (100.0, "100"), (1.25, "1.25")])
  func trimsZeros(value: Double, text: String) {
    #expect(trimmed(value) == text)
  }

  @Test func sharesAndPointsAreTimesAHundred() {
    #expect(Quantity(percent: 0.99045, places: 1, at: "a").text == "99.0\u{a0}%")
    #expect(Quantity(points: -0.0029, places: 2, at: "a").text == "\u{2212}0.29\u{a0}pp")
  }
}
