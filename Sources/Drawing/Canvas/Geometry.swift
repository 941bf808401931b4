/// A place, in CSS pixels; y grows downwards.
package struct Point: Sendable, Hashable {
  package var x: Double
  package var y: Double

  package init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// A width and a height, in CSS pixels.
package struct Size: Sendable, Hashable {
  package var width: Double
  package var height: Double

  package init(_ width: Double, _ height: Double) {
    self.width = width
    self.height = height
  }
}

/// A rectangle, in CSS pixels.
package struct Rect: Sendable, Hashable {
  package var x: Double
  package var y: Double
  package var width: Double
  package var height: Double

  package init(_ x: Double, _ y: Double, _ width: Double, _ height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  package var minX: Double { x }
  package var midX: Double { x + width / 2 }
  package var maxX: Double { x + width }
  package var minY: Double { y }
  package var midY: Double { y + height / 2 }
  package var maxY: Double { y + height }

  /// The rectangle with `margin` taken off every side.
  package func inset(_ margin: Double) -> Rect {
    Rect(x + margin, y + margin, width - 2 * margin, height - 2 * margin)
  }
}
