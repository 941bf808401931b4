import Glibc

/// Adjoining intervals of one width that cover the values of a histogram.
package struct HistogramBins: Sendable, Equatable {
  /// One more than there are bins, ascending. A bin holds its lower edge but not its upper one;
  /// the last bin holds both.
  package let edges: [Double]
}

package extension HistogramBins {
  /// How many bins there are, at least 1.
  var count: Int { edges.count - 1 }

  /// The mean width of a bin.
  var width: Double { (edges[count] - edges[0]) / Double(count) }

  /// Bins chosen by the rule that NumPy (2.4) calls `auto`.
  ///
  /// The width is Sturges', range / (log2 n + 1), or if smaller that of Freedman and Diaconis,
  /// twice the interquartile range / ∛n, but the latter not below range / (2 √n). So n values get
  /// at most 2 √n bins (or 1 + log2 n, if that is more, and rounded up), whatever the values.
  /// The edges are NumPy's to the last bit; where NumPy fails, because neighbouring edges would
  /// coincide or the range is not finite, there is one bin.
  ///
  /// - Parameter arrays: finite values, in any order, whose histograms will share the bins; none
  ///   at all get one bin from 0 to 1.
  static func auto(pooling arrays: [[Float]]) -> HistogramBins {
    auto(sorted: Array(arrays.joined()).sortedByRadix().map(Double.init))
  }

  /// The number of the bin that holds `value`, counted from 0; nil outside all bins and for NaN.
  func index(of value: Double) -> Int? {
    guard value >= edges[0], value <= edges[count] else { return nil }
    // The last edge that is not above the value, but not the upper end.
    var (low, high) = (0, count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if edges[middle] <= value { low = middle } else { high = middle }
    }
    return low
  }
}

extension HistogramBins {
  static func auto(sorted: [Double]) -> HistogramBins {
    guard let first = sorted.first, let last = sorted.last else {
      return HistogramBins(from: 0, to: 1, count: 1)
    }
    if first == last {
      // Half a unit to both sides, or the next numbers where those are further.
      return HistogramBins(
        from: min(first - 0.5, first.nextDown), to: max(last + 0.5, last.nextUp), count: 1)
    }
    let n = Double(sorted.count)
    let range = last - first
    let interquartileRange = quantile(0.75, sorted: sorted) - quantile(0.25, sorted: sorted)
    let freedmanDiaconis = max(
      2 * interquartileRange * pow(n, -1.0 / 3), range / n.squareRoot() / 2)
    let width = min(freedmanDiaconis, range / (log2(n) + 1))
    guard range.isFinite, width > 0 else { return HistogramBins(from: first, to: last, count: 1) }
    return HistogramBins(from: first, to: last, count: Int((range / width).rounded(.up)))
  }
}

extension HistogramBins {
  /// `count` bins from `first` to `last`; fewer, namely one, if so many do not fit in between.
  private init(from first: Double, to last: Double, count: Int) {
    let step = (last - first) / Double(count)
    let edges = (0..<count).map { Double($0) * step + first } + [last]
    let ascending = zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }
    self.init(edges: ascending ? edges : [first, last])
  }
}
