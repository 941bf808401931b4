package import Canvas

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
