extension Array where Element == Float {
  /// The elements in ascending order, several times faster than `sorted()`.
  ///
  /// A radix sort of the bit patterns. They are in the order of the numbers once the sign bit of
  /// positive numbers and all bits of negative ones are inverted: -0 comes before 0, NaNs come
  /// first or last.
  func sortedByRadix() -> [Float] {
    let digitBits = 11
    let digitCount = 3
    let buckets = 1 << digitBits
    func digit(_ key: UInt32, _ place: Int) -> Int {
      Int(key >> UInt32(place * digitBits)) & (buckets - 1)
    }

    var keys = map { value in
      let bits = value.bitPattern
      return bits ^ (UInt32(bitPattern: Int32(bitPattern: bits) >> 31) | 0x8000_0000)
    }
    var moved = keys
    for place in 0..<digitCount {
      var starts = [Int](repeating: 0, count: buckets + 1)
      for key in keys { starts[digit(key, place) + 1] += 1 }
      for bucket in 1..<buckets { starts[bucket] += starts[bucket - 1] }
      for key in keys {
        let bucket = digit(key, place)
        moved[starts[bucket]] = key
        starts[bucket] += 1
      }
      swap(&keys, &moved)
    }
    return keys.map { key in
      Float(bitPattern: key ^ (key >> 31 == 1 ? 0x8000_0000 : 0xffff_ffff))
    }
  }
}

/// The value below which a share `q` of the values lies, interpolated linearly between the two
/// nearest (method 7 of R. Hyndman and Y. Fan, Sample quantiles in statistical packages, 1996,
/// and NumPy's default, to the last bit).
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
