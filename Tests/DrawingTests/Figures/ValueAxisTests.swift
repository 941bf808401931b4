import Testing

@testable import Drawing

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

@Suite struct SpreadTests {
  @Test func leavesPlacesThatAreApart() {
    #expect(spread([10, 50, 30], apart: 16, within: 0...100) == [10, 50, 30])
  }

  @Test func movesPlacesApartInTheirOrder() {
    #expect(spread([50, 50, 45], apart: 16, within: 0...100) == [61, 77, 45])
  }

  @Test func keepsWithinTheRange() {
    #expect(spread([99, 98], apart: 16, within: 0...100) == [100, 84])
    #expect(spread([-5], apart: 16, within: 0...100) == [0])
    #expect(spread([], apart: 16, within: 0...100) == [])
  }
}
