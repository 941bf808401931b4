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

/// The planes of a 3x3 convolution in Winograd's form: input and output are `count` planes of 49
/// rows, a row for each tile, and the output's are matrix products of the input's with one matrix
/// each. A matrix entry is a sum of the taps of one channel pair's kernel.
struct Planes<let count: Int> {
  let inputs, outputs: Int

  /// Rows of a plane: 49, rounded up to whole register tiles.
  var rows: Int { 50 }
  /// Floats of all matrices. Packed are they twice: plane, input, output, for `forward`; plane,
  /// output, input, for `backward`.
  var matrixCount: Int { count * inputs * outputs }
  /// Floats of the planes of input and output.
  var inputCount: Int { count * rows * inputs }
  var outputCount: Int { count * rows * outputs }

  /// - Parameter entries: the entries in all planes of a kernel's 3 x 3 taps.
  @inline(__always)
  func pack(
    _ weight: UnsafePointer<Float>, into packed: Floats,
    _ entries: (_ taps: UnsafePointer<Float>) -> InlineArray<count, Float>
  ) {
    for o in 0..<outputs {
      for i in 0..<inputs {
        let entries = entries(weight + (o * inputs + i) * 9)
        for plane in 0..<count {
          packed[(plane * inputs + i) * outputs + o] = entries[plane]
          packed[matrixCount + (plane * outputs + o) * inputs + i] = entries[plane]
        }
      }
    }
  }

  /// - Parameters:
  ///   - sums: plane, output, input.
  ///   - setTaps: the adjoint of `entries`.
  @inline(__always)
  func unpack(
    _ sums: Floats, into weight: Floats,
    _ setTaps: (_ taps: Floats, _ entries: InlineArray<count, Float>) -> Void
  ) {
    for pair in 0..<inputs * outputs {
      setTaps(weight + pair * 9, InlineArray { sums[$0 * inputs * outputs + pair] })
    }
  }

  /// output[plane] = input[plane] · matrices[plane]
  @inline(__always)
  func forward(_ input: Floats, weights: Floats, into output: Floats) {
    for plane in 0..<count {
      multiply(
        Rows(start: input + plane * rows * inputs, pitch: inputs),
        by: weights + plane * inputs * outputs, into: output + plane * rows * outputs,
        count: rows, inner: inputs, columns: outputs)
    }
  }

  /// sums[plane] += outputGradient[plane]ᵀ · input[plane], then
  /// input[plane] = outputGradient[plane] · matrices[plane]ᵀ, the gradient.
  @inline(__always)
  func backward(_ outputGradient: Floats, input: Floats, weights: Floats, sums: Floats) {
    for plane in 0..<count {
      addOuterProducts(
        Rows(start: outputGradient + plane * rows * outputs, pitch: outputs),
        Rows(start: input + plane * rows * inputs, pitch: inputs),
        to: sums + plane * inputs * outputs, count: 49, height: outputs, width: inputs)
      multiply(
        Rows(start: outputGradient + plane * rows * outputs, pitch: outputs),
        by: weights + matrixCount + plane * inputs * outputs,
        into: input + plane * rows * inputs, count: rows, inner: outputs, columns: inputs)
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
