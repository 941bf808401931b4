import Support

/// Correlations as a small heat map: a row for each of some measures, a column for each feature.
///
/// Positive ones are in the accent's colour, negative ones in that of warnings, two colours that all
/// sight tells apart, the deeper the stronger; each has its number besides. The one that names a
/// feature is framed.
package struct CorrelationMatrix: Figure {
  let measures: [String]
  let features: [Feature]

  /// A column.
  package struct Feature: Sendable {
    let name: String
    /// One for each measure, from -1 to 1; nil where there is none.
    let correlations: [Double?]
    /// The measure that names the feature, by its index.
    let naming: Int?

    package init(name: String, correlations: [Double?], naming: Int?) {
      self.name = name
      self.correlations = correlations
      self.naming = naming
    }
  }

  private static let margin = (left: 98.0, top: 24.0)
  private static let cell = Size(60, 19)

  package init(measures: [String], features: [Feature]) {
    self.measures = measures
    self.features = features
  }

  package var size: Size {
    Size(
      Self.margin.left + Self.cell.width * Double(max(features.count, 1)),
      Self.margin.top + Self.cell.height * Double(max(measures.count, 1)))
  }

  func rect(measure: Int, feature: Int) -> Rect {
    Rect(
      Self.margin.left + Double(feature) * Self.cell.width,
      Self.margin.top + Double(measure) * Self.cell.height, Self.cell.width, Self.cell.height)
  }

  static func fill(_ correlation: Double, _ theme: Theme) -> Color {
    theme.surface.mixed(
      with: correlation < 0 ? theme.warning : theme.accent, min(abs(correlation), 1))
  }

  package func draw(on context: borrowing Context, theme: Theme) {
    for (row, measure) in measures.enumerated() {
      context.text(
        measure, at: Point(Self.margin.left - 10, rect(measure: row, feature: 0).midY),
        theme.note(12), .right, .middle, maxWidth: Self.margin.left - 10)
    }
    for (column, feature) in features.enumerated() {
      context.text(
        feature.name, at: Point(rect(measure: 0, feature: column).midX, Self.margin.top - 8),
        theme.text(12, .medium), .center, maxWidth: Self.cell.width - 2)
      for (row, correlation) in feature.correlations.prefix(measures.count).enumerated() {
        draw(
          correlation, in: rect(measure: row, feature: column), isNaming: row == feature.naming,
          on: context, theme)
      }
    }
  }

  private func draw(
    _ correlation: Double?, in rect: Rect, isNaming: Bool, on context: borrowing Context,
    _ theme: Theme
  ) {
    let place = Point(rect.midX, rect.midY)
    guard let correlation, correlation.isFinite else {
      context.text("–", at: place, theme.note(12), .center, .middle)
      return
    }
    let fill = Self.fill(correlation, theme)
    if isNaming { context.fill(rect, theme.ink, cornerRadius: 3) }
    context.fill(rect.inset(isNaming ? 1.5 : 0.5), fill, cornerRadius: 2)
    context.text(
      signed(correlation, places: 2), at: place,
      TextStyle(
        size: 12, weight: isNaming ? .semibold : .regular, color: theme.legible(on: fill)),
      .center, .middle)
  }
}
