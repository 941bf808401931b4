import Support

/// A number on the page: its text, and where the unrounded number stands in `report.json`.
package struct Quantity: Sendable {
  /// Names and indices from the root of the JSON, with dots between.
  package let path: String
  package let text: String
}

extension Quantity {
  /// A count.
  package init(_ count: Int, at path: String) {
    self.init(path: path, text: grouped(count))
  }

  /// A number rounded to `places` decimals.
  package init(_ value: Double, places: Int, at path: String) {
    self.init(path: path, text: fixed(value, places: places))
  }

  /// A share of 1 as a percentage.
  package init(percent share: Double, places: Int, at path: String) {
    self.init(path: path, text: percent(share, places: places))
  }

  /// A difference, its sign always written.
  package init(difference value: Double, places: Int, at path: String) {
    self.init(path: path, text: signed(value, places: places))
  }

  /// A difference of shares in percentage points.
  package init(points value: Double, places: Int, at path: String) {
    self.init(path: path, text: signed(value * 100, places: places) + "\u{a0}pp")
  }
}
