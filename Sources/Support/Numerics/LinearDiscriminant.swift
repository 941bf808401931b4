/// Linear discriminant analysis: normal distributions of one covariance, a class each.
///
/// R. A. Fisher, The use of multiple measurements in taxonomic problems, 1936.
package struct LinearDiscriminant: Sendable {
  /// Of a class that was seen: w and c of its score w·x + c.
  private struct Score {
    let label: UInt8
    let weights: [Double]
    let constant: Double
  }

  private let scores: [Score]
}

package extension LinearDiscriminant {
  /// Fits the means of the classes and their pooled covariance; a class's prior probability is its
  /// share of the points. A direction in which no class varies is ignored.
  ///
  /// - Parameters:
  ///   - points: N x `dimension` finite numbers.
  ///   - labels: the classes of the N points, at least one.
  init(fitting points: [Double], labels: [UInt8], dimension: Int) {
    precondition(!labels.isEmpty && points.count == labels.count * dimension)
    let classes = Set(labels).sorted().map { label in
      let members = labels.indices.filter { labels[$0] == label }
      let points = members.flatMap { points[$0 * dimension..<($0 + 1) * dimension] }
      return (
        label: label, share: Double(members.count) / Double(labels.count),
        mean: columnMeans(points, dimension: dimension)
      )
    }
    let means = Dictionary(uniqueKeysWithValues: classes.map { ($0.label, $0.mean) })
    let deviations = labels.enumerated().flatMap { index, label in
      let point = points[index * dimension..<(index + 1) * dimension]
      return zip(point, means[label] ?? []).map { $0 - $1 }
    }
    let within = SymmetricMatrix(
      scatterOf: deviations, around: [Double](repeating: 0, count: dimension),
      over: Double(labels.count))
    let inverse = within.pseudoinverse
    scores = classes.map { label, share, mean in
      let weights = inverse.times(mean)
      let square = zip(weights, mean).reduce(0) { $0 + $1.0 * $1.1 }
      return Score(
        label: label, weights: weights, constant: naturalLogarithm(share) - square / 2)
    }
  }

  /// The class of the largest score for each of N points, the first of equals.
  ///
  /// - Parameter points: N x `dimension` numbers.
  func labels(of points: [Double], dimension: Int) -> [UInt8] {
    stride(from: 0, to: points.count, by: dimension).map { start in
      var best = (label: UInt8(0), score: -Double.infinity)
      for score in scores {
        var sum = score.constant
        for i in 0..<dimension { sum += score.weights[i] * points[start + i] }
        if sum > best.score { best = (score.label, sum) }
      }
      return best.label
    }
  }
}
