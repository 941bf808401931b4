/// The line through `points` with those left out that are nearer to it than `tolerance` CSS pixels,
/// which nobody sees but an SVG has to write down. The points' x must not decrease.
///
/// Source: Douglas and Peucker, "Algorithms for the reduction of the number of points required to
/// represent a digitized line" (1973), with distances measured along y.
package func simplified(_ points: [Point], tolerance: Double = 0.08) -> [Point] {
  guard points.count > 2 else { return points }
  var isKept = [Bool](repeating: false, count: points.count)
  isKept[0] = true
  isKept[points.count - 1] = true
  var pending = [(0, points.count - 1)]
  while let (first, last) = pending.popLast() {
    let (start, end) = (points[first], points[last])
    let slope = end.x > start.x ? (end.y - start.y) / (end.x - start.x) : 0
    var farthest = first
    var distance = tolerance
    for index in first..<last where index > first {
      let offset = abs(points[index].y - start.y - slope * (points[index].x - start.x))
      if offset > distance { (farthest, distance) = (index, offset) }
    }
    guard farthest > first else { continue }
    isKept[farthest] = true
    pending.append((first, farthest))
    pending.append((farthest, last))
  }
  return zip(points, isKept).filter(\.1).map(\.0)
}

/// A line of many points to a pixel, thinned to the first, the lowest, the highest and the last
/// point of each half pixel: it covers the same. The points' x must not decrease.
///
/// Source: Jugel et al., "M4: a visualization-oriented time series data aggregation" (2014).
package func outline(_ points: [Point]) -> [Point] {
  var result: [Point] = []
  var start = 0
  while start < points.count {
    let column = (points[start].x * 2).rounded(.down)
    let end =
      points[start...].firstIndex { ($0.x * 2).rounded(.down) != column } ?? points.count
    let range = start..<end
    let extremes = [
      range.min { points[$0].y < points[$1].y }, range.max { points[$0].y < points[$1].y },
    ]
    let kept = Set([start, end - 1] + extremes.compactMap { $0 })
    result += kept.sorted().map { points[$0] }
    start = end
  }
  return result
}
