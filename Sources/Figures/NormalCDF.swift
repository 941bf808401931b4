package import Canvas

/// The share of images whose style feature is at most x, beside the same of the prior N(0, s^2),
/// with the Kolmogorov-Smirnov distance D where the two are furthest apart. A panel a feature.
package struct NormalCDF: Figure {
  /// One panel.
  package struct Feature: Sendable {
    package let name: String
    package let values: [Float]
    /// D, as it is to be printed; if nil, as the figure finds it.
    package let statistic: Double?

    package init(name: String, values: [Float], statistic: Double? = nil) {
      self.name = name
      self.values = values
      self.statistic = statistic
    }
  }

  package let size: Size
  package let isVector = true

  /// - Parameters:
  ///   - features: The panels, in rows of `columns`.
  ///   - limits: The range of values of every axis; if nil, one that suits all panels.
  ///   - priorScale: The standard deviation s of the prior.
  package init(
    features: [Feature], columns: Int = 4, limits: ClosedRange<Double>? = nil,
    priorScale: Double = 2
  ) {
    size = Size(320, 220)
  }

  package func draw(on context: borrowing Context, theme: Theme) {}
}
