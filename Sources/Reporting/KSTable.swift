import StyleNet
import Support

/// How far the style vectors are from their prior N(0, σ²): Kolmogorov-Smirnov tests of all images
/// and of each digit's, over all features pooled and over each feature.
struct KSTable: Sendable, Equatable {
  /// The tests of one set of images.
  struct Row: Sendable, Equatable {
    /// The digit that the images show; nil for all images.
    let digit: Int?
    /// How many images the row is about.
    let count: Int
    /// The images' `count` x S style components as one sample; nil if there are no images.
    let pooled: KSTest?
    /// One test of `count` values for each of the S features; empty if there are no images.
    let features: [KSTest]
  }

  /// All images, then the digits 0 to 9: eleven rows.
  let rows: [Row]

  /// Tests style vectors against their prior.
  ///
  /// - Parameters:
  ///   - styles: N x S finite numbers, N at least 1.
  ///   - labels: the digits that the N images show.
  ///   - prior: the distribution that every component should follow.
  init(
    styles: [Float], styleSize: Int, labels: [UInt8], prior: NormalDistribution, workers: Workers
  ) {
    precondition(!labels.isEmpty && styles.count == labels.count * styleSize)
    let images =
      [Array(labels.indices)]
      + (0..<Model.classes).map { digit in labels.indices.filter { labels[$0] == digit } }

    // The tests of all rows, pooled before features, so that the longest come first.
    let columns = styleSize + 1
    let tests = workers.map(images.count * columns) { index -> KSTest? in
      let (column, row) = index.quotientAndRemainder(dividingBy: images.count)
      let features = column == 0 ? 0..<styleSize : column - 1..<column
      let values = images[row].flatMap { image in
        features.map { styles[image * styleSize + $0] }
      }
      return values.isEmpty ? nil : KSTest(values, against: prior)
    }

    rows = images.indices.map { row in
      Row(
        digit: row == 0 ? nil : row - 1, count: images[row].count, pooled: tests[row],
        features: (1..<columns).compactMap { tests[$0 * images.count + row] })
    }
  }
}
