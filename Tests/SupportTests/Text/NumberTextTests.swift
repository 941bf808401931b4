import Testing

@testable import Support

@Suite struct NumberTextTests {
  @Test func decimalsHaveNoNegativeZero() {
    #expect(decimal(-0.00001, places: 4) == "0.0000")
    #expect(decimal(-0.00006, places: 4) == "-0.0001")
    #expect(decimal(1e300, places: 0).count == 301)
  }

  @Test(arguments: [
    (0.0, 2, "0.00"), (-0.0, 2, "0.00"), (-0.001, 2, "0.00"), (-1.005, 1, "\u{2212}1.0"),
    (2.5, 0, "2"), (-0.006, 2, "\u{2212}0.01"), (99.925, 2, "99.92"), (0.125, 2, "0.12"),
    (1e21, 0, "1000000000000000000000"), (0.9996, 3, "1.000"),
    (.infinity, 2, "∞"), (-.infinity, 2, "\u{2212}∞"), (.nan, 2, "–"),
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

  @Test func countsNameWhatIsCounted() {
    #expect(counted(1, "image") == "1 image")
    #expect(counted(0, "image") == "0 images")
    #expect(counted(1200, "image") == "1,200 images")
  }

  @Test(arguments: [(2.0, "N(0, 2²)"), (0.5, "N(0, 0.5²)"), (10, "N(0, 10²)")])
  func namesADistribution(scale: Double, text: String) {
    #expect("\(NormalDistribution(scale: scale))" == text)
  }
}
