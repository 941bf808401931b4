// Sums and copies of whole blocks, a vector at a time.

/// Adds to each of `count` rows the same `width` floats.
@inline(__always)
func addToRows(_ bias: Floats, _ rows: Floats, count: Int, width: Int) {
  for n in 0..<count {
    for i in stride(from: 0, to: width, by: 16) {
      let sum: Vector16 = rows.vector(n * width + i, as: Vector16.self) + bias.vector(i)
      rows.set(n * width + i, sum)
    }
  }
}

/// Adds the sum of `count` rows of `width` floats to `total`.
@inline(__always)
func addRows(_ rows: Floats, count: Int, width: Int, to total: Floats) {
  for n in 0..<count {
    for i in stride(from: 0, to: width, by: 16) {
      let sum: Vector16 = total.vector(i, as: Vector16.self) + rows.vector(n * width + i)
      total.set(i, sum)
    }
  }
}

/// Copies whole vectors.
@inline(__always)
func copy(_ source: Floats, to target: Floats, count: Int) {
  for i in stride(from: 0, to: count, by: 16) {
    let v: Vector16 = source.vector(i)
    target.set(i, v)
  }
}

/// Adds up a part of the sums of several chunks in their order, into the first.
///
/// - Parameters:
///   - sums: the part of the first chunk's.
///   - pitch: floats from there to the next chunk's.
///   - count: floats, a multiple of 16.
package func addChunks(
  _ sums: UnsafeMutablePointer<Float>, chunks: Int, pitch: Int, count: Int
) {
  for i in stride(from: 0, to: count, by: 16) {
    var total: Vector16 = sums.vector(i)
    for chunk in stride(from: 1, to: chunks, by: 1) { total += sums.vector(chunk * pitch + i) }
    sums.set(i, total)
  }
}
