import Testing

@testable import Learning
@testable import Support

@Suite struct KSTableTests {
  @Test func testsEachFeatureOfEachDigit() {
    let labels: [UInt8] = [3, 5, 3, 3]
    let styles: [Float] = [0.5, -1, 2, 4, -3, 0, 1, 6]
    let prior = NormalDistribution(scale: 1.5)
    let table = KSTable(
      styles: styles, styleSize: 2, labels: labels, prior: prior, workers: Workers(threads: 2))

    #expect(table.rows.map(\.digit) == [nil, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    #expect(table.rows.map(\.count) == [4, 0, 0, 0, 3, 0, 1, 0, 0, 0, 0])
    let first = KSTest([0.5, 2, -3, 1] as [Float], against: prior)
    let second = KSTest([-1, 4, 0, 6] as [Float], against: prior)
    #expect(table.rows[0].features == [first, second])
    #expect(table.rows[0].pooled == KSTest(styles, against: prior))
    #expect(table.rows[4].features[1] == KSTest([-1, 0, 6] as [Float], against: prior))
    #expect(table.rows[4].pooled == KSTest([0.5, -1, -3, 0, 1, 6] as [Float], against: prior))
    #expect(table.rows[6].features[0] == KSTest([2] as [Float], against: prior))
    #expect(table.rows[1].pooled == nil && table.rows[1].features.isEmpty)
    #expect(table.distributionError == (first.negLog10P + second.negLog10P) / 2)
  }
}
