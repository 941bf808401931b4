package import Support

/// How far the style vectors are from their prior N(0, σ²): Kolmogorov-Smirnov tests of all images
/// and of each digit's, over all features pooled and over each feature.
package struct KSTable: Sendable, Equatable {
  /// The tests of one set of images.
  package struct Row: Sendable, Equatable {
    /// The digit that the images show; nil for all images.
    package let digit: Int?
    /// How many images the row is about.
    package let count: Int
    /// The images' `count` x S style components as one sample; nil if there are no images.
    package let pooled: KSTest?
    /// One test of `count` values for each of the S features; empty if there are no images.
    package let features: [KSTest]

    package init(digit: Int?, count: Int, pooled: KSTest?, features: [KSTest]) {
      self.digit = digit
      self.count = count
      self.pooled = pooled
      self.features = features
    }
  }

  /// All images, then the digits 0 to 9: eleven rows.
  package let rows: [Row]
  /// The median encoded distribution error: the median over the features of all images'
  /// -log10 p, the mean of the middle two if S is even.
  package var distributionError: Double { median(rows[0].features.map(\.negLog10P)) }
}
