@testable import Drawing
@testable import Support

/// The prior of the figures under test.
let prior = NormalDistribution(scale: 2)

/// What figures call the digits.
let digits: ClassLabels = ((0..<10).map(String.init), "digit", "digits")

extension ConfusionMatrix {
  init(counts: [[Int]]) { self.init(counts: counts, classes: digits) }
}

extension AccuracyPerDigit {
  init(series: [Series]) { self.init(series: series, classes: digits) }
}

/// The columns of N x S style vectors.
private func columns(_ styles: [Float], _ styleSize: Int) -> [[Float]] {
  (0..<styleSize).map { feature in
    stride(from: feature, to: styles.count - styles.count % styleSize, by: styleSize).map {
      styles[$0]
    }
  }
}

private func names(_ features: [[Float]]) -> [String] {
  features.indices.map { "style \($0 + 1)" }
}

extension PairGrid {
  /// Of N x S style vectors, with bins and limits that suit them.
  init(
    styles: [Float], styleSize: Int, labels: [UInt8], bins: [HistogramBins]? = nil,
    limits: ClosedRange<Double>? = nil, prior: NormalDistribution, width: Double = 960
  ) {
    let features = columns(styles, styleSize)
    self.init(
      features: features, names: names(features), labels: labels, classes: digits,
      bins: bins ?? features.map { .auto(pooling: [$0.filter(\.isFinite)]) },
      limits: limits ?? Self.limits(of: features, prior: prior), prior: prior, width: width)
  }
}

extension NormalCDF {
  /// Of N x S style vectors, with limits that suit them.
  init(
    styles: [Float], styleSize: Int, columns: Int = 4, limits: ClosedRange<Double>? = nil,
    prior: NormalDistribution
  ) {
    let features = DrawingTests.columns(styles, styleSize)
    self.init(
      features: features, names: names(features), columns: columns,
      limits: limits ?? PairGrid.limits(of: features, prior: prior), prior: prior)
  }
}
