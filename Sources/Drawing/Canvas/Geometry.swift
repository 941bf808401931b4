/// A place, in CSS pixels; y grows downwards.
struct Point: Hashable {
  var x, y: Double

  init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// A width and a height, in CSS pixels.
package struct Size: Sendable, Hashable {
  package let width, height: Double

  init(_ width: Double, _ height: Double) {
    self.width = width
    self.height = height
  }
}

/// A rectangle, in CSS pixels.
struct Rect: Hashable {
  let x, y, width, height: Double

  init(_ x: Double, _ y: Double, _ width: Double, _ height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  var minX: Double { x }
  var midX: Double { x + width / 2 }
  var maxX: Double { x + width }
  var minY: Double { y }
  var midY: Double { y + height / 2 }
  var maxY: Double { y + height }

  /// The rectangle with `margin` taken off every side.
  func inset(_ margin: Double) -> Rect {
    Rect(x + margin, y + margin, width - 2 * margin, height - 2 * margin)
  }
}
