import Foundation
import TestSupport
import Testing

@testable import Support

@Suite struct RankDeviationsTests {
  struct Case: Decodable {
    let a, b: [Double]
    let groups: [UInt8]
    let rho: Double?
  }

  @Test func correlationsAreSciPys() throws {
    let cases = try JSONDecoder().decode(
      [Case].self, from: Data(contentsOf: fixture("handwriting/ranks.json")))
    #expect(cases.contains { $0.rho == nil } && cases.count > 5)
    for (index, item) in cases.enumerated() {
      let (a, b) = (
        RankDeviations(item.a, within: item.groups), RankDeviations(item.b, within: item.groups)
      )
      let rho = a.correlation(with: b)
      #expect((rho == nil) == (item.rho == nil), "case \(index)")
      if let rho, let expected = item.rho {
        #expect(deviation(rho, expected, floor: 1e-6) < 1e-6, "case \(index): \(rho), \(expected)")
      }
      #expect(b.correlation(with: a) == rho)
    }
  }

  @Test func differencesBetweenGroupsDoNotCount() {
    // Within each group a falls where b rises; over all it rises with b.
    let groups: [UInt8] = [0, 0, 0, 1, 1, 1]
    let a = RankDeviations([3, 2, 1, 30, 20, 10] as [Float], within: groups)
    let b = RankDeviations([1, 2, 3, 10, 20, 30] as [Float], within: groups)
    #expect(a.correlation(with: b) == -1)
  }

  @Test func valuesThatDifferOnlyBetweenGroupsHaveNoCorrelation() {
    let groups: [UInt8] = [0, 0, 1, 1]
    let constant = RankDeviations([1, 1, 7, 7] as [Double], within: groups)
    let other = RankDeviations([1, 2, 3, 4] as [Double], within: groups)
    #expect(constant.correlation(with: other) == nil)
    #expect(other.correlation(with: constant) == nil)
    #expect(RankDeviations([Double](), within: []).correlation(with: other) == nil)
  }
}
