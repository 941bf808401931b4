import Testing

@testable import Drawing

@Suite struct SimplifiedTests {
  @Test func aStraightLineIsItsEnds() {
    let line = (0...100).map { Point(Double($0), Double($0) * 2) }
    #expect(simplified(line) == [line[0], line[100]])
  }

  @Test func nothingMovesByMoreThanTheTolerance() {
    let curve = (0...200).map { index in
      let x = Double(index)
      return Point(x, 0.01 * x * x)
    }
    let fewer = simplified(curve, tolerance: 0.1)
    #expect(fewer.count < 60)
    #expect(fewer.first == curve.first && fewer.last == curve.last)
    for point in curve {
      let next = fewer.firstIndex { $0.x >= point.x } ?? 0
      let (start, end) = (fewer[max(0, next - 1)], fewer[next])
      let slope = end.x > start.x ? (end.y - start.y) / (end.x - start.x) : 0
      #expect(abs(point.y - start.y - slope * (point.x - start.x)) <= 0.1)
    }
  }

  @Test func stepsStay() {
    let step = [Point(0, 0), Point(1, 0), Point(1, 5), Point(2, 5)]
    #expect(simplified(step) == step)
  }
}

@Suite struct OutlineTests {
  @Test func aLineOfFewPointsStays() {
    let line = (0..<20).map { Point(Double($0), Double($0 * $0 % 7)) }
    #expect(outline(line) == line)
    #expect(outline([]) == [])
  }

  @Test func manyPointsKeepTheirExtremes() {
    let line = (0..<10_000).map { Point(Double($0) / 100, Double($0 * 7919 % 1000)) }
    let fewer = outline(line)
    #expect(fewer.count <= 4 * 200)
    #expect(fewer.first == line.first && fewer.last == line.last)
    for start in stride(from: 0, to: line.count, by: 50) {
      let (before, x) = (line[start..<start + 50], line[start].x)
      let after = fewer.filter { $0.x >= x && $0.x < x + 0.5 }
      #expect(after.map(\.y).min() == before.map(\.y).min())
      #expect(after.map(\.y).max() == before.map(\.y).max())
    }
    #expect(zip(fewer, fewer.dropFirst()).allSatisfy { $0.x <= $1.x })
  }
}
