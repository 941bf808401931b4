// Two kernels do nearly all of the network's arithmetic: rows times a matrix, for the forward pass
// and for the gradient of the input, and sums of outer products, for the gradient of the weights.
// Both keep a tile of 4 to 6 x 16 sums in registers.

/// result[r][n] = Σ_k rows[r][k] · matrix[k][n]
///
/// - Parameters:
///   - rows: R x K, a row every `pitch` floats.
///   - matrix: K x N, N a multiple of 16.
///   - result: R x N.
///   - count: R, any number of at least 4 that 4s, 5s and 6s can make.
@inline(__always)
func multiply(
  _ rows: Floats, pitch: Int, by matrix: Floats, into result: Floats, count: Int, inner: Int,
  columns: Int
) {
  for column in stride(from: 0, to: columns, by: 16) {
    var row = 0
    while row < count {
      let source = rows + row * pitch
      let target = result + row * columns + column
      switch tileHeight(count - row) {
      case 5: multiplyTile5(source, pitch, matrix + column, columns, target, inner)
      case 6: multiplyTile6(source, pitch, matrix + column, columns, target, inner)
      default: multiplyTile4(source, pitch, matrix + column, columns, target, inner)
      }
      row += tileHeight(count - row)
    }
  }
}

/// result[p][q] += Σ_r left[r][p] · right[r][q]
///
/// - Parameters:
///   - left: R x P, a row every `leftPitch` floats; P can be made of 4s, 5s and 6s.
///   - right: R x Q, a row every `rightPitch` floats; Q is a multiple of 16.
///   - result: P x Q.
@inline(__always)
func addOuterProducts(
  _ left: Floats, _ leftPitch: Int, _ right: Floats, _ rightPitch: Int, to result: Floats,
  count: Int, height: Int, width: Int
) {
  for q in stride(from: 0, to: width, by: 16) {
    var p = 0
    while p < height {
      let tile = tileHeight(height - p)
      let target = result + p * width + q
      switch tile {
      case 5: outerTile5(left + p, leftPitch, right + q, rightPitch, target, width, count)
      case 6: outerTile6(left + p, leftPitch, right + q, rightPitch, target, width, count)
      default: outerTile4(left + p, leftPitch, right + q, rightPitch, target, width, count)
      }
      p += tile
    }
  }
}

/// The height of the next tile, so that 5s (which fill the registers and hide the latency of
/// multiply-add with the fewest loads) cover `remaining` rows with as few 4s and 6s as possible.
@inline(__always)
func tileHeight(_ remaining: Int) -> Int {
  switch remaining % 5 {
  case 0: 5
  case 1: 6
  case 2: remaining >= 12 ? 6 : 4
  case 3: 4
  default: 4
  }
}

@inline(__always)
private func multiplyTile4(
  _ a: Floats, _ pitch: Int, _ b: Floats, _ columns: Int, _ c: Floats, _ inner: Int
) {
  var (s0, s1, s2, s3) = (Vector16.zero, Vector16.zero, Vector16.zero, Vector16.zero)
  for k in 0..<inner {
    let w: Vector16 = b.vector(k * columns)
    s0.add(a[k], times: w)
    s1.add(a[pitch + k], times: w)
    s2.add(a[2 * pitch + k], times: w)
    s3.add(a[3 * pitch + k], times: w)
  }
  c.set(0, s0)
  c.set(columns, s1)
  c.set(2 * columns, s2)
  c.set(3 * columns, s3)
}

@inline(__always)
private func multiplyTile5(
  _ a: Floats, _ pitch: Int, _ b: Floats, _ columns: Int, _ c: Floats, _ inner: Int
) {
  var (s0, s1, s2) = (Vector16.zero, Vector16.zero, Vector16.zero)
  var (s3, s4) = (Vector16.zero, Vector16.zero)
  for k in 0..<inner {
    let w: Vector16 = b.vector(k * columns)
    s0.add(a[k], times: w)
    s1.add(a[pitch + k], times: w)
    s2.add(a[2 * pitch + k], times: w)
    s3.add(a[3 * pitch + k], times: w)
    s4.add(a[4 * pitch + k], times: w)
  }
  c.set(0, s0)
  c.set(columns, s1)
  c.set(2 * columns, s2)
  c.set(3 * columns, s3)
  c.set(4 * columns, s4)
}

@inline(__always)
private func multiplyTile6(
  _ a: Floats, _ pitch: Int, _ b: Floats, _ columns: Int, _ c: Floats, _ inner: Int
) {
  var (s0, s1, s2) = (Vector16.zero, Vector16.zero, Vector16.zero)
  var (s3, s4, s5) = (Vector16.zero, Vector16.zero, Vector16.zero)
  for k in 0..<inner {
    let w: Vector16 = b.vector(k * columns)
    s0.add(a[k], times: w)
    s1.add(a[pitch + k], times: w)
    s2.add(a[2 * pitch + k], times: w)
    s3.add(a[3 * pitch + k], times: w)
    s4.add(a[4 * pitch + k], times: w)
    s5.add(a[5 * pitch + k], times: w)
  }
  c.set(0, s0)
  c.set(columns, s1)
  c.set(2 * columns, s2)
  c.set(3 * columns, s3)
  c.set(4 * columns, s4)
  c.set(5 * columns, s5)
}

@inline(__always)
private func outerTile4(
  _ a: Floats, _ aPitch: Int, _ b: Floats, _ bPitch: Int, _ c: Floats, _ width: Int, _ count: Int
) {
  var (s0, s1): (Vector16, Vector16) = (c.vector(0), c.vector(width))
  var (s2, s3): (Vector16, Vector16) = (c.vector(2 * width), c.vector(3 * width))
  for r in 0..<count {
    let w: Vector16 = b.vector(r * bPitch)
    let row = a + r * aPitch
    s0.add(row[0], times: w)
    s1.add(row[1], times: w)
    s2.add(row[2], times: w)
    s3.add(row[3], times: w)
  }
  c.set(0, s0)
  c.set(width, s1)
  c.set(2 * width, s2)
  c.set(3 * width, s3)
}

@inline(__always)
private func outerTile5(
  _ a: Floats, _ aPitch: Int, _ b: Floats, _ bPitch: Int, _ c: Floats, _ width: Int, _ count: Int
) {
  var (s0, s1): (Vector16, Vector16) = (c.vector(0), c.vector(width))
  var (s2, s3): (Vector16, Vector16) = (c.vector(2 * width), c.vector(3 * width))
  var s4: Vector16 = c.vector(4 * width)
  for r in 0..<count {
    let w: Vector16 = b.vector(r * bPitch)
    let row = a + r * aPitch
    s0.add(row[0], times: w)
    s1.add(row[1], times: w)
    s2.add(row[2], times: w)
    s3.add(row[3], times: w)
    s4.add(row[4], times: w)
  }
  c.set(0, s0)
  c.set(width, s1)
  c.set(2 * width, s2)
  c.set(3 * width, s3)
  c.set(4 * width, s4)
}

@inline(__always)
private func outerTile6(
  _ a: Floats, _ aPitch: Int, _ b: Floats, _ bPitch: Int, _ c: Floats, _ width: Int, _ count: Int
) {
  var (s0, s1): (Vector16, Vector16) = (c.vector(0), c.vector(width))
  var (s2, s3): (Vector16, Vector16) = (c.vector(2 * width), c.vector(3 * width))
  var (s4, s5): (Vector16, Vector16) = (c.vector(4 * width), c.vector(5 * width))
  for r in 0..<count {
    let w: Vector16 = b.vector(r * bPitch)
    let row = a + r * aPitch
    s0.add(row[0], times: w)
    s1.add(row[1], times: w)
    s2.add(row[2], times: w)
    s3.add(row[3], times: w)
    s4.add(row[4], times: w)
    s5.add(row[5], times: w)
  }
  c.set(0, s0)
  c.set(width, s1)
  c.set(2 * width, s2)
  c.set(3 * width, s3)
  c.set(4 * width, s4)
  c.set(5 * width, s5)
}
