/// A grid of numbers, row after row.
struct Grid {
  let width, height: Int
  /// `width * height` numbers.
  let values: [Double]

  /// A rectangle of another grid, not empty, in a new size: where it shrinks, the mean over what
  /// each new cell covers; where it grows, linear interpolation.
  static func resampling(
    columns: Range<Int>, rows: Range<Int>, width: Int, height: Int, value: (Int, Int) -> Double
  ) -> Grid {
    let across = Taps.all(from: columns.count, to: width)
    let down = Taps.all(from: rows.count, to: height)
    var narrow = [Double](repeating: 0, count: width * rows.count)
    for (y, row) in rows.enumerated() {
      for (x, taps) in across.enumerated() {
        let first = columns.lowerBound + taps.first
        for (offset, weight) in taps.weights.enumerated() {
          narrow[y * width + x] += weight * value(first + offset, row)
        }
      }
    }
    var values = [Double](repeating: 0, count: width * height)
    for (y, taps) in down.enumerated() {
      for (offset, weight) in taps.weights.enumerated() {
        let start = (taps.first + offset) * width
        for x in 0..<width { values[y * width + x] += weight * narrow[start + x] }
      }
    }
    return Grid(width: width, height: height, values: values)
  }

  /// The centre of mass of the numbers, none negative, in cells from the middle of the first; nil
  /// if they are all zero.
  var centerOfMass: (x: Double, y: Double)? {
    var (sum, x, y) = (0.0, 0.0, 0.0)
    for row in 0..<height {
      for column in 0..<width {
        let value = values[row * width + column]
        sum += value
        x += value * Double(column)
        y += value * Double(row)
      }
    }
    return sum > 0 ? (x / sum, y / sum) : nil
  }
}

/// What one new cell is made of, along one axis: consecutive old cells and their weights, which add
/// up to 1.
private struct Taps {
  let first: Int
  let weights: [Double]

  /// The taps of `count` new cells in place of `oldCount`.
  static func all(from oldCount: Int, to count: Int) -> [Taps] {
    let ratio = Double(oldCount) / Double(count)
    return (0..<count).map { index in
      if ratio >= 1 {
        let (start, end) = (Double(index) * ratio, Double(index + 1) * ratio)
        let first = min(Int(start), oldCount - 1)
        let last = min(Int(end.rounded(.up)), oldCount)
        return Taps(
          first: first,
          weights: (first..<max(last, first + 1)).map { cell in
            max(0, min(end, Double(cell + 1)) - max(start, Double(cell))) / ratio
          })
      }
      let center = (Double(index) + 0.5) * ratio - 0.5
      let place = min(max(center, 0), Double(oldCount - 1))
      let first = min(Int(place), max(oldCount - 2, 0))
      let fraction = place - Double(first)
      return Taps(first: first, weights: oldCount == 1 ? [1] : [1 - fraction, fraction])
    }
  }
}
