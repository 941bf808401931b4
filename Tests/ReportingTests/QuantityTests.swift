import Testing

@testable import Reporting

@Suite struct QuantityTests {
  @Test func sharesAndPointsAreTimesAHundred() {
    #expect(Quantity(percent: 0.99045, places: 1, at: "a").text == "99.0\u{a0}%")
    #expect(Quantity(points: -0.0029, places: 2, at: "a").text == "\u{2212}0.29\u{a0}pp")
  }
}
