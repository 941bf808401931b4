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

extension Theme {
  /// The colour of a series by its index: the accent first, then categories that differ from it and
  /// from one another most.
  func series(_ index: Int) -> Color {
    let order = [accent, category(6), category(4), category(7), category(2), category(9)]
    return order[index % order.count]
  }
}
