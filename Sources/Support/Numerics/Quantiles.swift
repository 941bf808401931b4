/// The value below which a share `q` of the values lies, interpolated linearly between the two
/// nearest (method 7 of R. Hyndman and Y. Fan, Sample quantiles in statistical packages, 1996,
/// and NumPy's default, to the last bit).
///
/// - Parameters:
///   - sorted: at least one value, in ascending order.
///   - q: 0...1.
package func quantile(_ q: Double, sorted: [Double]) -> Double {
  precondition(!sorted.isEmpty && (0...1).contains(q))
  let position = Double(sorted.count - 1) * q
  let index = Int(position)
  let fraction = position - Double(index)
  let lower = sorted[index]
  let upper = sorted[min(index + 1, sorted.count - 1)]
  let difference = upper - lower
  // From the nearer end, so that both ends are met exactly.
  return fraction < 0.5 ? lower + difference * fraction : upper - difference * (1 - fraction)
}

/// The middle value, or the mean of the middle two.
///
/// - Parameter values: at least one, in any order.
package func median(_ values: [Double]) -> Double {
  precondition(!values.isEmpty)
  let sorted = values.sorted()
  let upper = sorted[sorted.count / 2]
  // Halved first: the sum of two large values may not be finite.
  return sorted.count % 2 == 1 ? upper : sorted[sorted.count / 2 - 1] / 2 + upper / 2
}
