/// How many values of each digit lie in each bin.
package struct StackedHistogram: Sendable {
  package static let digits = 10

  /// Ascending; one more than there are bins.
  package let edges: [Double]
  /// `counts[digit][bin]`.
  package let counts: [[Int]]

  /// Counts as numpy does: a bin holds its lower edge, the last one its upper edge too.
  ///
  /// - Parameter edges: If they are not finite and ascending, there are no bins.
  package init(values: [Float], labels: [UInt8], edges: [Double]) {
    let isUsable =
      edges.count >= 2 && edges.allSatisfy(\.isFinite)
      && zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }
    let edges = isUsable ? edges : []
    var counts = [[Int]](
      repeating: [Int](repeating: 0, count: max(0, edges.count - 1)), count: Self.digits)
    if let first = edges.first, let last = edges.last {
      for (value, label) in zip(values, labels) where Int(label) < Self.digits {
        let value = Double(value)
        guard value >= first, value <= last else { continue }
        counts[Int(label)][Self.bin(of: value, edges)] += 1
      }
    }
    self.edges = edges
    self.counts = counts
  }

  private static func bin(of value: Double, _ edges: [Double]) -> Int {
    // The last edge that is not above the value.
    var (low, high) = (0, edges.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if edges[middle] <= value { low = middle } else { high = middle }
    }
    return low
  }

  /// The bins that are not empty, with the number of values of the digits 0 to `digit` in each.
  package func bars(upTo digit: Int) -> [(bin: Int, count: Double)] {
    var result: [(bin: Int, count: Double)] = []
    for bin in 0..<max(0, edges.count - 1) {
      let total = counts[...digit].reduce(0) { $0 + $1[bin] }
      if total > 0 { result.append((bin, Double(total))) }
    }
    return result
  }

  /// The number of values in the fullest bin.
  package var mostInBin: Int { Int(bars(upTo: Self.digits - 1).map(\.count).max() ?? 0) }

  /// The mean width of a bin.
  package var binWidth: Double {
    guard let first = edges.first, let last = edges.last, edges.count > 1 else { return 0 }
    return (last - first) / Double(edges.count - 1)
  }
}
