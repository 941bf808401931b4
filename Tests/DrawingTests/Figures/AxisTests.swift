import Testing

@testable import Drawing

@Suite struct LinearScaleTests {
  @Test func putsValuesInProportion() {
    let scale = LinearScale(-10...10, from: 100, to: 300)
    #expect(scale(-10) == 100)
    #expect(scale(0) == 200)
    #expect(scale(10) == 300)
    #expect(LinearScale(0...1, from: 80, to: 20)(0.25) == 65)
  }

  @Test(arguments: [
    0.0...0.0, 5.0...5.0, -1e300...1e300, -.infinity ... .infinity, 1e30...1e30,
    1e15...(1e15 + 1e-3), -Double.leastNonzeroMagnitude...Double.leastNonzeroMagnitude,
    0.0...Double.greatestFiniteMagnitude,
  ])
  func everyPlaceIsANumber(domain: ClosedRange<Double>) {
    let scale = LinearScale(domain, from: 0, to: 100)
    let values = [
      0, 1, -1, 1e30, -1e30, .infinity, -.infinity, .nan, domain.lowerBound, domain.upperBound,
      .leastNonzeroMagnitude, .greatestFiniteMagnitude,
    ]
    for value in values {
      #expect((-100...200).contains(scale(value)), "\(value)")
    }
  }

  @Test func equalEndsAreWidened() {
    let scale = LinearScale(3...3, from: 0, to: 100)
    #expect(scale.domain.contains(3))
    #expect(scale(3) == 50)
  }
}

@Suite struct TickTests {
  @Test(arguments: [
    (0.0...1.0, 5, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    (-10.9...10.2, 5, ["−10", "−5", "0", "5", "10"]),
    (0.0...620, 4, ["0", "200", "400", "600"]),
    (94.0...100, 5, ["94", "95", "96", "97", "98", "99", "100"]),
    (0.11...0.29, 4, ["0.15", "0.20", "0.25"]),
    (1.0...15, 8, ["2", "4", "6", "8", "10", "12", "14"]),
    (-2e30...2e30, 4, ["−2e30", "−1e30", "0", "1e30", "2e30"]),
    (0.0...4e-9, 4, ["0", "1e-9", "2e-9", "3e-9", "4e-9"]),
  ])
  func standOnRoundNumbers(domain: ClosedRange<Double>, count: Int, labels: [String]) {
    // A first tick of 0 has no digits after the point.
    #expect(Tick.ticks(in: domain, count: count).map(\.label) == labels)
  }

  @Test(arguments: [
    0.0...0.0, -1e300...1e300, 1e15...(1e15 + 1e-3), 7.0...7.0000001,
    -Double.leastNonzeroMagnitude...Double.leastNonzeroMagnitude,
    -.infinity ... .infinity,
  ])
  func areFewAndInsideForAnyDomain(domain: ClosedRange<Double>) {
    for count in [0, 1, 2, 5, 10] {
      let ticks = Tick.ticks(in: domain, count: count)
      #expect(ticks.count <= 3 * max(count, 1) + 2)
      #expect(ticks.allSatisfy { $0.value.isFinite && $0.label.count <= 24 })
    }
  }

  @Test func labelsSayTheirValues() {
    for tick in Tick.ticks(in: -0.7...0.9, count: 8) {
      #expect(Double(tick.label.replacing("\u{2212}", with: "-")) == tick.value)
    }
  }
}

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0.0, 2, "0.00"), (-0.001, 2, "0.00"), (-0.005, 2, "−0.01"), (1.005, 0, "1"),
    (12.345, 1, "12.3"), (0.045, 2, "0.04"), (-1234.5, 3, "−1234.500"), (0.9996, 3, "1.000"),
    (1e30, 2, "1.0e30"), (-2.5e20, 1, "−2.5e20"), (.infinity, 2, "∞"), (-.infinity, 2, "−∞"),
    (.nan, 2, "–"),
  ])
  func shortNumbers(value: Double, places: Int, text: String) {
    #expect(shortText(value, places: places) == text)
  }

  @Test(arguments: [
    (5, 0, "5"), (-5, 1, "−50"), (12, -1, "1.2"), (5, -3, "0.005"), (0, -3, "0"),
    (-120, -2, "−1.20"),
    (120, 5, "12e6"), (1, -7, "1e-7"),
  ])
  func mantissaAndPower(mantissa: Int, power: Int, text: String) {
    #expect(decimalText(mantissa, power: power) == text)
  }
}

@Suite struct ValueAxisTests {
  @Test func isLinearForValuesOfOneSize() {
    let axis = ValueAxis([0.12, 0.3], from: 100, to: 0)
    #expect(axis(0.12) == 100)
    #expect(axis(0.3) == 0)
    #expect(abs(axis(0.21) - 50) < 1e-9)
    #expect(axis.ticks.map(\.label) == ["0.15", "0.20", "0.25", "0.30"])
  }

  @Test func isLogarithmicForValuesOfManySizes() {
    let axis = ValueAxis([1, 100], from: 100, to: 0)
    #expect(abs(axis(10) - 50) < 1e-9)
    #expect(axis.ticks.map(\.label) == ["1", "2", "5", "10", "20", "50", "100"])
    #expect(axis(0).isFinite && axis(-1).isFinite && axis(.nan).isFinite)
  }

  @Test(arguments: [
    [], [.nan], [.infinity], [0], [5, 5], [-1, 1e6], [1e-300, 1e300], [1e30], [-1e308, 1e308],
  ])
  func hasNumbersForAnyValues(values: [Double]) {
    let axis = ValueAxis(values, from: 100, to: 0)
    #expect(values.allSatisfy { axis($0).isFinite })
    #expect(axis.ticks.count < 30)
  }
}
