// What several figures draw: axes, legends, marks and curves.

// MARK: Axes

extension Context {
  /// Draws a level line from one side of a plot to the other.
  borrowing func level(_ y: Double, across plot: Rect, _ color: Color, dash: [Double] = []) {
    line(from: Point(plot.minX, y), to: Point(plot.maxX, y), color, dash: dash)
  }

  /// Draws an upright line from the top of a plot to its bottom.
  borrowing func upright(_ x: Double, across plot: Rect, _ color: Color) {
    line(from: Point(x, plot.minY), to: Point(x, plot.maxY), color)
  }

  /// Draws an upright bar, with short lines across its ends that reach as far as `cap`.
  borrowing func bar(
    at x: Double, from top: Double, to bottom: Double, _ color: Color, width: Double, cap: Double
  ) {
    line(from: Point(x, top), to: Point(x, bottom), color, width: width)
    for end in [top, bottom] {
      line(from: Point(x - cap, end), to: Point(x + cap, end), color, width: 1.5)
    }
  }

  /// Draws the lines of an upright axis across a plot, and their labels at its left; `y` is the place
  /// of a value.
  borrowing func drawGrid(
    _ ticks: [Tick], y: (Double) -> Double, in plot: Rect, isLabelled: Bool = true, _ theme: Theme
  ) {
    for tick in ticks {
      let place = aligned(y(tick.value))
      level(place, across: plot, theme.gridLine)
      if isLabelled {
        text(
          tick.label, at: Point(plot.minX - 8, place), theme.note(Tick.labelSize), .right, .middle)
      }
    }
  }

  /// Draws the ticks of a level axis, and their labels, below a plot; `x` is the place of a value.
  borrowing func drawTicks(
    _ ticks: [Tick], x: (Double) -> Double, below plot: Rect, _ theme: Theme
  ) {
    for tick in ticks {
      let place = x(tick.value)
      line(from: Point(place, plot.maxY), to: Point(place, plot.maxY + 4), theme.axis)
      text(
        tick.label, at: Point(place, plot.maxY + 9), theme.note(Tick.labelSize), .center, .top)
    }
  }
}

// MARK: Legends

/// Keys and their names in one line.
struct Legend {
  let style: TextStyle
  /// From the left of a key to its name.
  let keyWidth: Double
  /// From the end of a name to the next key.
  let gap: Double
  /// The most that a name takes.
  var nameWidth = Double.infinity
  /// The most that a key, its name and the gap take.
  var room = Double.infinity

  /// Draws the names from a point on; `drawKey` is called with the index and the left end of each
  /// key. Returns where the next key would begin.
  @discardableResult
  func draw(
    _ names: [String], from start: Point, on context: borrowing Context,
    drawKey: (borrowing Context, Int, Point) -> Void
  ) -> Double {
    var place = start
    for (index, name) in names.enumerated() {
      drawKey(context, index, place)
      context.text(
        name, at: Point(place.x + keyWidth, place.y), style, .left, .middle, maxWidth: nameWidth)
      place.x += min(keyWidth + min(context.width(of: name, style), nameWidth) + gap, room)
    }
    return place.x
  }
}

// MARK: Marks

/// Marks of series: shapes, so that colour is not the only difference.
enum Marker: CaseIterable, Sendable {
  case disc, square, diamond, triangle

  /// The marker of a series by its index.
  static func of(_ index: Int) -> Marker { allCases[index % allCases.count] }

  /// Draws the marker about `center`, with a rim in the colour of what is under it.
  func draw(
    at center: Point, radius: Double, _ color: Color, rim: Color, on context: borrowing Context
  ) {
    switch self {
    case .disc:
      context.fillCircle(center, radius: radius + 1.25, rim)
      context.fillCircle(center, radius: radius, color)
    case .square: draw([(-0.86, -0.86), (0.86, -0.86), (0.86, 0.86), (-0.86, 0.86)])
    case .diamond: draw([(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)])
    case .triangle: draw([(0, -1.15), (1.1, 0.85), (-1.1, 0.85)])
    }

    func draw(_ corners: [(Double, Double)]) {
      for (size, color) in [(radius + 1.5, rim), (radius, color)] {
        context.fillPolygon(
          corners.map { Point(center.x + $0.0 * size, center.y + $0.1 * size) }, color)
      }
    }
  }
}

// MARK: Curves

/// The line through `points`, without those that are nearer to it than `tolerance` CSS pixels: they
/// are not seen, but would make an SVG large. The points' x must not decrease.
///
/// Source: Douglas and Peucker, "Algorithms for the reduction of the number of points required to
/// represent a digitized line" (1973), with distances measured along y.
func simplified(_ points: [Point], tolerance: Double = 0.08) -> [Point] {
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
func outline(_ points: [Point]) -> [Point] {
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
