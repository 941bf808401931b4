import StyleNet
package import Support

extension KSTable {
  /// Tests style vectors against their prior.
  ///
  /// - Parameters:
  ///   - styles: N x S finite numbers, N at least 1.
  ///   - labels: the digits that the N images show.
  ///   - prior: the distribution that every component should follow.
  package init(
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
