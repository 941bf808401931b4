package import Canvas

/// The share of each digit's images that was recognised, with its interval, for one checkpoint or
/// for several side by side.
package struct AccuracyPerDigit: Figure {
  /// A share and the ends of its confidence interval, each 0 to 1.
  package struct Interval: Sendable, Hashable {
    package let value: Double
    package let lower: Double
    package let upper: Double

    package init(value: Double, lower: Double, upper: Double) {
      self.value = value
      self.lower = lower
      self.upper = upper
    }
  }

  /// One checkpoint.
  package struct Series: Sendable {
    package let name: String
    /// Of the digits 0 to 9; nil for a digit without images.
    package let digits: [Interval?]
    /// Over all digits; drawn as a line.
    package let overall: Double?

    package init(name: String, digits: [Interval?], overall: Double? = nil) {
      self.name = name
      self.digits = digits
      self.overall = overall
    }
  }

  package let size: Size
  package let isVector = true

  package init(series: [Series]) {
    size = Size(640, 320)
  }

  package func draw(on context: borrowing Context, theme: Theme) {}
}
