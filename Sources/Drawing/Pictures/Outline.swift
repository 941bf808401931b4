/// A border of the ink in an image of a digit: a closed polygon, in pixels from the image's upper
/// left corner. The ink is on the right of whoever walks along it.
struct Outline: Hashable {
  let points: [Point]

  /// The same without the ripples that come of pixels: each point is moved towards the middle of its
  /// neighbours, some times.
  func smoothed(times: Int) -> Outline {
    (0..<times).reduce(self) { outline, _ in
      let points = outline.points
      return Outline(
        points: points.indices.map { index in
          let before = points[(index + points.count - 1) % points.count]
          let after = points[(index + 1) % points.count]
          return Point(
            (before.x + 2 * points[index].x + after.x) / 4,
            (before.y + 2 * points[index].y + after.y) / 4)
        })
    }
  }

  /// Its sides, from the last point to the first one too.
  private var sides: [(start: Point, end: Point)] {
    zip(points, points.dropFirst() + points.prefix(1)).map { ($0, $1) }
  }

  /// Positive around ink, negative around paper inside ink.
  var area: Double {
    sides.reduce(0) { $0 + ($1.start.x * $1.end.y - $1.end.x * $1.start.y) / 2 }
  }

  var length: Double {
    sides.reduce(0) { sum, side in
      let (x, y) = (side.end.x - side.start.x, side.end.y - side.start.y)
      return sum + (x * x + y * y).squareRoot()
    }
  }
}

extension Outline {
  /// The borders in an image of 28 x 28 bytes, 0 for background and 255 for ink.
  ///
  /// Between the centres of four neighbouring pixels, grey is taken to change linearly, and the border
  /// is where it passes `level` ("marching squares"). Around the image there is background.
  static func all(in image: [UInt8], level: Double) -> [Outline] {
    guard image.count == digitSide * digitSide else { return [] }
    func grey(_ pixel: Pixel) -> Double {
      let isInside = (0..<digitSide).contains(pixel.row) && (0..<digitSide).contains(pixel.column)
      return isInside ? Double(image[pixel.row * digitSide + pixel.column]) : 0
    }

    // The crossing that comes after each along a border, and the crossings in order.
    var following: [Crossing: Crossing] = [:]
    var crossings: [Crossing] = []
    for row in -1..<digitSide {
      for column in -1..<digitSide {
        let corners = [(0, 0), (0, 1), (1, 1), (1, 0)].map { down, right in
          Pixel(row: row + down, column: column + right)
        }
        let isInk = corners.map { grey($0) >= level }
        // Where only corners across from each other are ink, the middle says whether it joins them.
        let isJoined = corners.reduce(0) { $0 + grey($1) } / 4 >= level
        for corner in 0..<4 where isInk[corner] && !isInk[(corner + 1) % 4] {
          let others = (1...3).map { (corner + $0) % 4 }
          let end = (isJoined ? others : others.reversed()).first {
            !isInk[$0] && isInk[($0 + 1) % 4]
          }
          guard let end else { continue }
          let crossing = Crossing(ink: corners[corner], paper: corners[(corner + 1) % 4])
          following[crossing] = Crossing(ink: corners[(end + 1) % 4], paper: corners[end])
          crossings.append(crossing)
        }
      }
    }

    return crossings.compactMap { first in
      var points: [Point] = []
      var crossing = first
      while let next = following.removeValue(forKey: crossing) {
        let (ink, paper) = (grey(crossing.ink), grey(crossing.paper))
        points.append(crossing.point(at: (ink - level) / (ink - paper)))
        crossing = next
      }
      return points.isEmpty ? nil : Outline(points: points)
    }
  }

  private struct Pixel: Hashable {
    let row, column: Int

    var center: Point { Point(Double(column) + 0.5, Double(row) + 0.5) }
  }

  /// Where a border passes between two neighbouring pixels.
  private struct Crossing: Hashable {
    let ink, paper: Pixel

    /// - Parameter share: of the way from the centre of the ink to that of the paper.
    func point(at share: Double) -> Point {
      let (start, end) = (ink.center, paper.center)
      return Point(start.x + share * (end.x - start.x), start.y + share * (end.y - start.y))
    }
  }
}
