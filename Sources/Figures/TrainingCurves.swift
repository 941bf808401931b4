package import Canvas

/// Losses epoch by epoch: a panel a loss, a line a set of images (training, validation).
package struct TrainingCurves: Figure {
  /// One loss.
  package struct Panel: Sendable {
    package let title: String
    package let series: [Series]

    package init(title: String, series: [Series]) {
      self.title = title
      self.series = series
    }
  }

  /// The values of one line, one an epoch; values that are not finite leave a gap.
  package struct Series: Sendable {
    package let name: String
    package let values: [Double]

    package init(name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  package let size: Size
  package let isVector = true

  /// - Parameters:
  ///   - panels: In rows of `columns`. Series of the same name look the same in every panel.
  ///   - firstEpoch: The number of the epoch of the first values.
  package init(panels: [Panel], columns: Int = 3, firstEpoch: Int = 1) {
    size = Size(320, 220)
  }

  package func draw(on context: borrowing Context, theme: Theme) {}
}
