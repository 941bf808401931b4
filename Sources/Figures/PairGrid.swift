package import Canvas

/// Style features against one another: a square grid of panels, one row and one column a feature.
///
/// On the diagonal, the histogram of a feature, stacked by digit, under the prior's density times
/// the number of images and the width of a bin. Off it, a point for each image, coloured by digit
/// and drawn in the order of the data, so that no digit hides the others; lines through zero; and
/// the prior's circles of 1, 2 and 3 standard deviations. All panels share one range of values.
package struct PairGrid: Figure {
  /// The most features that are shown.
  package static let mostFeatures = 8

  package let size: Size
  package let isVector = false

  /// - Parameters:
  ///   - styles: N x S style vectors.
  ///   - styleSize: S, at least 1; the first `mostFeatures` features are shown.
  ///   - labels: The digits of the N images.
  ///   - binEdges: For each shown feature, the ascending edges of its histogram's bins.
  ///   - limits: The range of values of every axis; if nil, `limits(of:priorScale:)`.
  ///   - priorScale: The standard deviation of the prior.
  package init(
    styles: [Float], styleSize: Int, labels: [UInt8], binEdges: [[Double]],
    limits: ClosedRange<Double>? = nil, priorScale: Double = 2
  ) {
    size = Size(960, 1000)
  }

  /// A range that holds all finite values and three standard deviations of the prior; for figures
  /// that are to be compared, give the styles of all of them.
  package static func limits(
    of styles: [[Float]], priorScale: Double = 2
  ) -> ClosedRange<Double> {
    -10...10
  }

  package func draw(on context: borrowing Context, theme: Theme) {}
}
