import TestSupport
import Testing

@testable import Support

@Suite struct GaussianTests {
  @Test func distancesAreSciPys() throws {
    let rows = try Fixture("measures.json")["pairs"]
    #expect(rows.count == 7)
    for row in rows {
      let pair = PointPair(row)
      let a = Gaussian(of: pair.reference, dimension: pair.dimension)
      let b = Gaussian(of: pair.others, dimension: pair.dimension)
      #expect(deviation(a.frechetDistance(to: b), row[9]) < 1e-6, "\(row)")
      #expect(deviation(b.frechetDistance(to: a), row[9]) < 1e-6, "\(row)")
      #expect(a.frechetDistance(to: a) == 0, "\(row)")
    }
  }

  /// Covariances of rank 1 and 0.
  @Test func singularCovariancesAreNoTrouble() {
    let line = Gaussian(of: [0, 0, 1, 1, 2, 2], dimension: 2)
    let point = Gaussian(of: [3, 0, 3, 0], dimension: 2)
    let shift = Gaussian(of: [1, 0, 2, 1, 3, 2], dimension: 2)
    #expect(line.frechetDistance(to: point) == 4 + 1 + 2)
    #expect(line.frechetDistance(to: shift) == 1)
    #expect(point.frechetDistance(to: point) == 0)
  }
}

@Suite struct LinearDiscriminantTests {
  @Test func labelsAreScikitLearns() throws {
    let rows = try Fixture("measures.json")["classes"]
    #expect(rows.count == 4)
    for row in rows {
      let (count, dimension, classes) = (Int(row[1]), Int(row[2]), Int(row[3]))
      var points = fixturePoints(
        seed: row[0], count: count, dimension: dimension, scale: 1, shift: 0)
      let labels = (0..<count).map { UInt8($0 * 7 % (classes + classes / 2) % classes) }
      for (index, label) in labels.enumerated() {
        points[index * dimension] += row[4] * Double(label)
      }
      let half = count / 2
      let discriminant = LinearDiscriminant(
        fitting: Array(points[..<(half * dimension)]), labels: Array(labels[..<half]),
        dimension: dimension)
      let found = discriminant.labels(
        of: Array(points[(half * dimension)...]), dimension: dimension)
      #expect(found.map(Double.init) == row.numbers(5), "\(row)")
    }
  }

  @Test func pointsThatDoNotVaryAreOfTheMostFrequentClass() {
    let discriminant = LinearDiscriminant(
      fitting: [Double](repeating: 3, count: 10), labels: [7, 2, 2, 7, 2], dimension: 2)
    #expect(discriminant.labels(of: [3, 3, 0, 9], dimension: 2) == [2, 2])
  }
}
