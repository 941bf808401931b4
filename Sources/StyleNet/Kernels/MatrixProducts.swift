// Two kernels do nearly all of the network's arithmetic: rows times a matrix, for the forward pass
// and for the gradient of the input, and sums of outer products, for the gradient of the weights.
// Both keep a tile of 4 to 6 x 16 sums in registers.

/// The rows of a matrix, one every `pitch` floats.
struct Rows {
  let start: Floats
  let pitch: Int
}

/// result[r][n] = Σ_k rows[r][k] · matrix[k][n]
///
/// - Parameters:
///   - rows: R x K.
///   - matrix: K x N, N a multiple of 16.
///   - result: R x N.
///   - count: R, any number of at least 4 that 4s, 5s and 6s can make, which is all but 7.
@inline(__always)
func multiply(
  _ rows: Rows, by matrix: Floats, into result: Floats, count: Int, inner: Int, columns: Int
) {
  for column in stride(from: 0, to: columns, by: 16) {
    var row = 0
    while row < count {
      let a = Rows(start: rows.start + row * rows.pitch, pitch: rows.pitch)
      let b = matrix + column
      let c = result + row * columns + column
      let height = tileHeight(count - row)
      switch height {
      case 5: Tile<5>.multiply(a, b, columns, c, inner)
      case 6: Tile<6>.multiply(a, b, columns, c, inner)
      default: Tile<4>.multiply(a, b, columns, c, inner)
      }
      row += height
    }
  }
}

/// result[p][q] += Σ_r left[r][p] · right[r][q]
///
/// - Parameters:
///   - left: R x P; P can be made of 4s, 5s and 6s.
///   - right: R x Q; Q is a multiple of 16.
///   - result: P x Q.
@inline(__always)
func addOuterProducts(
  _ left: Rows, _ right: Rows, to result: Floats, count: Int, height: Int, width: Int
) {
  for q in stride(from: 0, to: width, by: 16) {
    var p = 0
    while p < height {
      let a = Rows(start: left.start + p, pitch: left.pitch)
      let b = Rows(start: right.start + q, pitch: right.pitch)
      let c = result + p * width + q
      let tile = tileHeight(height - p)
      switch tile {
      case 5: Tile<5>.addOuterProducts(a, b, c, width, count)
      case 6: Tile<6>.addOuterProducts(a, b, c, width, count)
      default: Tile<4>.addOuterProducts(a, b, c, width, count)
      }
      p += tile
    }
  }
}

/// The planes of a Winograd convolution: `count` matrices of `rows` rows, one after the other, each
/// of which is multiplied by a matrix of its own.
struct Planes {
  let count: Int
  /// Rows of a plane: `used`, rounded up to whole register tiles.
  let rows: Int
  let used: Int

  /// result[plane] = source[plane] · matrices[plane]
  @inline(__always)
  func multiply(
    _ source: Floats, by matrices: Floats, into result: Floats, inner: Int, columns: Int
  ) {
    for plane in 0..<count {
      StyleNet.multiply(
        Rows(start: source + plane * rows * inner, pitch: inner),
        by: matrices + plane * inner * columns,
        into: result + plane * rows * columns, count: rows, inner: inner, columns: columns)
    }
  }

  /// sums[plane] += left[plane]ᵀ · right[plane]
  @inline(__always)
  func addOuterProducts(
    _ left: Floats, _ right: Floats, to sums: Floats, height: Int, width: Int
  ) {
    for plane in 0..<count {
      StyleNet.addOuterProducts(
        Rows(start: left + plane * rows * height, pitch: height),
        Rows(start: right + plane * rows * width, pitch: width),
        to: sums + plane * height * width, count: used, height: height, width: width)
    }
  }
}

/// The height of the next tile, so that 5s (which fill the registers and hide the latency of
/// multiply-add with the fewest loads) cover `remaining` rows with as few 4s and 6s as possible.
@inline(__always)
func tileHeight(_ remaining: Int) -> Int {
  switch remaining % 5 {
  case 0: 5
  case 1, 2: 6
  default: 4
  }
}

/// The innermost loops, over `height` rows of 16 sums that stay in registers.
private enum Tile<let height: Int> {
  @inline(__always)
  static func multiply(
    _ a: Rows, _ b: Floats, _ columns: Int, _ c: Floats, _ inner: Int
  ) {
    var sums = InlineArray<height, Vector16>(repeating: .zero)
    for k in 0..<inner {
      let w: Vector16 = b.vector(k * columns)
      for row in 0..<height { sums[row].add(a.start[row * a.pitch + k], times: w) }
    }
    for row in 0..<height { c.set(row * columns, sums[row]) }
  }

  @inline(__always)
  static func addOuterProducts(
    _ a: Rows, _ b: Rows, _ c: Floats, _ width: Int, _ count: Int
  ) {
    var sums = InlineArray<height, Vector16>(repeating: .zero)
    for row in 0..<height { sums[row] = c.vector(row * width) }
    for r in 0..<count {
      let w: Vector16 = b.start.vector(r * b.pitch)
      for row in 0..<height { sums[row].add(a.start[r * a.pitch + row], times: w) }
    }
    for row in 0..<height { c.set(row * width, sums[row]) }
  }
}
