import TestSupport
import Testing

@testable import Learning
@testable import Support

@Suite struct ManifoldTests {
  let workers = Workers(threads: 2)

  @Test func fidelityIsPRDCs() throws {
    let rows = try Fixture("measures.json")["pairs"]
    #expect(rows.count == 7)
    for row in rows {
      let pair = PointPair(row)
      let reference = try #require(
        Manifold(pair.reference, dimension: pair.dimension, workers: workers))
      let others = try #require(Manifold(pair.others, dimension: pair.dimension, workers: workers))
      let found = Fidelity(of: others, among: reference, workers: workers)
      #expect(found.precision == row[10], "\(row)")
      #expect(found.recall == row[11], "\(row)")
      #expect(abs(found.density - row[12]) < 1e-15, "\(row)")
      #expect(found.coverage == row[13], "\(row)")
    }
  }

  @Test func doesNotDependOnTheNumberOfThreads() throws {
    let pair = PointPair(try Fixture("measures.json")["pairs"][3])
    let found = try [1, 2, 7].map { threads in
      let workers = Workers(threads: threads)
      let manifolds = try [pair.reference, pair.others].map {
        try #require(Manifold($0, dimension: pair.dimension, workers: workers))
      }
      return Fidelity(of: manifolds[1], among: manifolds[0], workers: workers)
    }
    #expect(found[1] == found[0] && found[2] == found[0])
  }

  @Test func sixPointsAreTheFewest() {
    #expect(Manifold([1, 2, 3, 4, 5], dimension: 1, workers: workers) == nil)
    #expect(Manifold([1, 2, 3, 4, 5, 6], dimension: 1, workers: workers) != nil)
  }

  /// Balls of radius 0 hold nothing, not even their centres.
  @Test func pointsThatDoNotVaryAreInNoBall() throws {
    let same = try #require(
      Manifold([Double](repeating: 1e30, count: 60), dimension: 2, workers: workers))
    let found = Fidelity(of: same, among: same, workers: workers)
    #expect(found == Fidelity(precision: 0, recall: 0, density: 0, coverage: 0))
  }

  /// Points so near to each other, so far from 0, that single precision cannot tell them apart.
  @Test func distancesAreOfDoublePrecision() throws {
    let points = (0..<40).map { 1e6 + Double($0) * 1e-3 }
    let line = try #require(Manifold(points, dimension: 1, workers: workers))
    let shifted = try #require(
      Manifold(points.map { $0 + 1e-4 }, dimension: 1, workers: workers))
    let beyond = try #require(Manifold(points.map { $0 + 1 }, dimension: 1, workers: workers))
    let near = Fidelity(of: shifted, among: line, workers: workers)
    #expect(near.precision == 1 && near.recall == 1 && near.coverage == 1)
    #expect(
      Fidelity(of: beyond, among: line, workers: workers)
        == Fidelity(precision: 0, recall: 0, density: 0, coverage: 0))
  }
}
