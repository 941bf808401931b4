/// Where each of N values stands among those of its group, for rank correlations.
package struct RankDeviations: Sendable {
  /// (rank - 1/2) / n - 1/2 of each value: its rank among the n values of its group, ranks of equal
  /// values averaged, as a share of them, less the mean of such shares.
  private let deviations: [Double]
  /// The square root of their sum of squares; 0 if the values of no group differ.
  private let norm: Double

  /// - Parameters:
  ///   - values: N finite numbers.
  ///   - groups: the group of each.
  package init(_ values: [some BinaryFloatingPoint & Sendable], within groups: [UInt8]) {
    precondition(values.count == groups.count)
    var deviations = [Double](repeating: 0, count: values.count)
    let members = Dictionary(grouping: values.indices) { groups[$0] }
    // In any order: no group's ranks depend on another's.
    for members in members.values {
      let sorted = members.sorted { values[$0] < values[$1] }
      let count = Double(sorted.count)
      var start = 0
      while start < sorted.count {
        let value = values[sorted[start]]
        var end = start + 1
        while end < sorted.count, values[sorted[end]] == value { end += 1 }
        // The ranks start + 1 ... end have the mean (start + 1 + end) / 2.
        for place in start..<end {
          deviations[sorted[place]] = (Double(start + end) / count - 1) / 2
        }
        start = end
      }
    }
    self.deviations = deviations
    norm = deviations.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// The correlation of the ranks of two lists of values with the same groups, from -1 to 1; nil if
  /// the values of one never differ within a group.
  ///
  /// Of a single group it is Spearman's. C. Spearman, The proof and measurement of association
  /// between two things, American Journal of Psychology 15, 1904.
  package func correlation(with other: RankDeviations) -> Double? {
    guard norm > 0, other.norm > 0 else { return nil }
    let product = zip(deviations, other.deviations).reduce(0) { $0 + $1.0 * $1.1 }
    return max(-1, min(1, product / (norm * other.norm)))
  }
}
