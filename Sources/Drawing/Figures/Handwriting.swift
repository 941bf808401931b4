/// A line of numbers in a hand: digits as filled outlines, and between them marks drawn with a pen
/// as thick and as slanted as the strokes of the digits.
///
/// Lengths are in pixels of an image of a digit, from the baseline, until the figure is drawn.
package struct Handwriting: Figure {
  let glyphs: [PlacedGlyph]
  let pen: Pen
  private let width: Double

  typealias PlacedGlyph = (glyph: Glyph, x: Double)

  /// All digits are made as tall as the box that MNIST's are scaled to fit: as the hand wrote them,
  /// wide ones were not lower than the others.
  static let digitHeight = 20.0
  /// But not larger than this times what they were, which may be next to nothing.
  static let mostEnlargement = 1.4
  /// Between the ink of neighbours, at the height where they are nearest to each other.
  static let gap = 4.0
  /// How far a glyph may reach under or over the one before it.
  static let overlap = 3.0
  /// Between glyphs that a space parts.
  static let space = 11.0
  /// From the baseline to the upper and the lower edge, and what is left free at both sides.
  static let (ascent, descent, margin) = (26.0, 8.0, 6.0)
  /// CSS pixels.
  static let zoom = 4.0

  /// The characters that can be written, besides the ten digits.
  package static let marks = [" "] + Mark.all.map(\.character)

  /// - Parameters:
  ///   - text: digits and `marks`; other characters are left out.
  ///   - digits: for each digit of the text, its image of 28 x 28 bytes, 255 for ink.
  ///   - hand: images of the ten digits in the hand, to measure the pen by.
  package init(_ text: String, digits: [[UInt8]], hand: [[UInt8]]) {
    pen = Pen(hand)
    var glyphs: [PlacedGlyph] = []
    var images = digits[...]
    var space = 0.0
    for character in text {
      let glyph: Glyph
      if character == " " {
        space += Self.space
        continue
      } else if let mark = Mark.all.first(where: { $0.character == String(character) }) {
        glyph = Glyph(mark, pen)
      } else if "0123456789".contains(character), let image = images.popFirst() {
        glyph = Glyph(digit: image)
      } else {
        continue
      }
      let x = glyphs.last.map { $0.x + $0.glyph.advance(to: glyph, space: space) }
      glyphs.append((glyph, x ?? space - glyph.profile.left))
      space = 0
    }
    self.glyphs = glyphs
    width = (glyphs.map { $0.x + $0.glyph.profile.right }.max() ?? 0) + space
  }

  package var size: Size {
    Size((width + 2 * Self.margin) * Self.zoom, (Self.ascent + Self.descent) * Self.zoom)
  }

  package func draw(on context: borrowing Context, theme: Theme) {
    for (glyph, x) in glyphs {
      func placed(_ point: Point) -> Point {
        Point((Self.margin + x + point.x) * Self.zoom, (Self.ascent + point.y) * Self.zoom)
      }
      context.fillCurves(glyph.outlines.map { $0.map(placed) }, theme.ink)
      for stroke in glyph.strokes {
        context.polyline(
          stroke.map(placed), theme.ink, width: pen.thickness * Self.zoom, hasRoundEnds: true)
      }
      for dot in glyph.dots {
        context.fillCircle(placed(dot), radius: pen.dotRadius * Self.zoom, theme.ink)
      }
    }
  }
}

// MARK: Marks

/// A mark as the pen draws it.
package struct Mark: Codable, Sendable, Equatable {
  package let character: String
  /// Across and up, in heights of a digit from the baseline, before they are slanted. A stroke of one
  /// point is a dot that stands on it.
  let strokes: [[[Double]]]

  package static let all = [
    Mark(character: "-", strokes: [[[0, 0.46], [0.34, 0.46]]]),
    Mark(character: ".", strokes: [[[0, 0]]]),
    Mark(character: ",", strokes: [[[0.04, 0.04], [-0.03, -0.14]]]),
    Mark(character: ":", strokes: [[[0, 0.06]], [[0, 0.54]]]),
    Mark(character: "/", strokes: [[[0, -0.08], [0.3, 1.06]]]),
  ]
}

/// What marks are drawn with.
struct Pen {
  let thickness: Double
  /// How far to the right a stroke goes that goes up by 1.
  let slant: Double

  var dotRadius: Double { 0.65 * thickness }

  /// Measures the strokes of the ten digits in a hand.
  init(_ digits: [[UInt8]]) {
    let outlines = digits.flatMap { Glyph.outlines(of: $0) }
    let length = outlines.reduce(0) { $0 + $1.length }
    // A long stroke's border is twice its length, and the ink its length by its thickness.
    thickness = length > 0 ? 2 * outlines.reduce(0) { $0 + $1.area } / length : 1
    // Those that lean neither way when they are written upright.
    let slants = [0, 1, 8].compactMap { digits.indices.contains($0) ? Self.slant(digits[$0]) : nil }
    slant = slants.reduce(0, +) / Double(max(slants.count, 1))
  }

  /// The slant of ink's principal axis against the upright: the shear that would take the covariance
  /// of heights and places across to 0. nil if the ink has no height.
  private static func slant(_ image: [UInt8]) -> Double? {
    let pixels = image.indices.map { index in
      (
        ink: Double(image[index]), x: Double(index % digitSide), y: Double(index / digitSide)
      )
    }
    let ink = pixels.reduce(0) { $0 + $1.ink }
    guard ink > 0 else { return nil }
    let x = pixels.reduce(0) { $0 + $1.ink * $1.x } / ink
    let y = pixels.reduce(0) { $0 + $1.ink * $1.y } / ink
    let variance = pixels.reduce(0) { $0 + $1.ink * ($1.y - y) * ($1.y - y) }
    let covariance = pixels.reduce(0) { $0 + $1.ink * ($1.x - x) * ($1.y - y) }
    return variance > 0 ? max(-1, min(1, -covariance / variance)) : nil
  }
}

// MARK: Glyphs

/// A digit or a mark, standing on the baseline.
struct Glyph {
  private(set) var outlines: [[Point]] = []
  private(set) var strokes: [[Point]] = []
  /// Centres of dots.
  private(set) var dots: [Point] = []
  private(set) var profile = Profile()

  init(digit image: [UInt8]) {
    outlines = Self.outlines(of: image).map(\.points)
    for point in outlines.joined() { profile.add(point, radius: 0) }
  }

  init(_ mark: Mark, _ pen: Pen) {
    for stroke in mark.strokes {
      let points = stroke.map { point in
        let (x, y) = (point[0] * Handwriting.digitHeight, point[1] * Handwriting.digitHeight)
        return Point(x + pen.slant * y, -y)
      }
      if points.count == 1 {
        let center = Point(points[0].x, points[0].y - pen.dotRadius)
        dots.append(center)
        profile.add(center, radius: pen.dotRadius)
      } else {
        strokes.append(points)
        for (start, end) in zip(points, points.dropFirst()) {
          for step in 0...20 {
            let share = Double(step) / 20
            profile.add(
              Point(start.x + share * (end.x - start.x), start.y + share * (end.y - start.y)),
              radius: pen.thickness / 2)
          }
        }
      }
    }
  }

  /// The borders of a digit's ink, the lowest of it at 0 and all of it as tall as digits are.
  static func outlines(of image: [UInt8]) -> [Outline] {
    // Light enough for thin strokes to stay whole. What is smaller than a pixel and a half is a speck
    // or a pinhole, not a stroke or a loop.
    let outlines = Outline.all(in: image, level: 0.4 * 255).filter { abs($0.area) >= 1.5 }
      .map { $0.smoothed(times: 3) }
    let points = outlines.flatMap(\.points)
    guard let top = points.map(\.y).min(), let bottom = points.map(\.y).max(),
      let left = points.map(\.x).min()
    else { return [] }
    let scale = min(Handwriting.digitHeight / (bottom - top), Handwriting.mostEnlargement)
    return outlines.map { outline in
      Outline(
        points: outline.points.map { Point(($0.x - left) * scale, ($0.y - bottom) * scale) })
    }
  }

  /// How far after this glyph the next one begins.
  func advance(to next: Glyph, space: Double) -> Double {
    let besides = profile.right - next.profile.left
    if space > 0 { return besides + space }
    let least = besides - Handwriting.overlap
    return max(least, profile.nearest(next.profile).map { Handwriting.gap - $0 } ?? least)
  }
}

/// How far ink reaches to the left and to the right at each height.
struct Profile {
  /// Whole pixels from the baseline, downwards.
  private static let rows = -40..<20
  private var extents = [ClosedRange<Double>?](repeating: nil, count: Self.rows.count)

  var left: Double { extents.compactMap { $0?.lowerBound }.min() ?? 0 }
  var right: Double { extents.compactMap { $0?.upperBound }.max() ?? 0 }

  /// - Parameter radius: of the ink around the point. A pixel and a half above and below count too:
  ///   the eye sees no gap between what is so near.
  mutating func add(_ point: Point, radius: Double) {
    let (top, bottom) = (point.y - radius - 1.5, point.y + radius + 1.5)
    let rows = Int(top.rounded(.down))...Int(bottom.rounded(.down))
    for row in rows.clamped(to: Self.rows.lowerBound...Self.rows.upperBound - 1) {
      let index = row - Self.rows.lowerBound
      let extent = extents[index]
      extents[index] =
        min(
          extent?.lowerBound ?? .infinity, point.x - radius)...max(
          extent?.upperBound ?? -.infinity, point.x + radius)
    }
  }

  /// The least distance across from this ink to the next, both where they are; nil if they are at no
  /// height both.
  func nearest(_ next: Profile) -> Double? {
    zip(extents, next.extents).compactMap { extent, next in
      if let extent, let next { next.lowerBound - extent.upperBound } else { nil }
    }.min()
  }
}
