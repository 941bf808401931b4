/// The decoder's second convolution: 14 x 14 x 32 enlarged twofold (nearest), then 3x3 to 4
/// channels, padding 1: 28 x 28 x 4.
///
/// The identity is that of `UpsampledConvolution`. Four output channels do not fill a vector, so
/// terms of one operand share a matrix product instead:
///
///     pixels      14 x 14: x                      4 columns, all four outputs
///     horizontal  14 x 15: left - right           8 columns, even and odd outputs
///     vertical    15 x 14: above - below          8 columns, upper and lower outputs
///     diagonal    15 x 15: the horizontal difference of the vertical one, 16 columns
///
/// A difference lies between two pixels and serves both: as (left - pixel) of the one and, its
/// sign moved into the weights, as (right - pixel) of the other.
enum NarrowUpsampledConvolution {
  static let channels = 32
  static let outputs = 4
  /// 14 x 14 x 32 inside a border of one pixel.
  static let inputCount = 16 * 16 * channels
  static let outputCount = 28 * 28 * outputs
  /// Rows of each operand, rounded up to whole register tiles.
  static let rows = (pixels: 200, horizontal: 210, vertical: 210, diagonal: 225)
  /// Where each operand starts in a block of all four, in rows.
  private static let firstRow = (horizontal: 200, vertical: 410, diagonal: 620)
  static let inputPlanesCount = 845 * channels
  /// Where each product starts in a block of all four, in floats.
  private static let firstProduct = (
    horizontal: 200 * 4, vertical: 200 * 4 + 210 * 8, diagonal: 200 * 4 + 420 * 8
  )
  static let outputPlanesCount = 200 * 4 + 420 * 8 + 225 * 16
  /// 4 + 8 + 8 + 16 columns of 32.
  static let weightCount = 36 * channels

  /// One of the nine sums of a kernel's taps (3 x 3, `g`) that serve as weights: of the whole, of a
  /// side or of a corner, negative where a difference serves the pixel beyond it.
  @inline(__always)
  private static func weight(_ g: Floats, _ kind: Int) -> Float {
    switch kind {
    case 0: (g[0] + g[3] + g[6]) + (g[1] + g[4] + g[7]) + (g[2] + g[5] + g[8])
    case 1: g[0] + g[3] + g[6]
    case 2: -(g[2] + g[5] + g[8])
    case 3: g[0] + g[1] + g[2]
    case 4: -(g[6] + g[7] + g[8])
    case 5: g[0]
    case 6: -g[2]
    case 7: -g[6]
    default: g[8]
    }
  }

  /// - Parameters:
  ///   - weight: O I H W.
  ///   - packed: for each operand in turn: input, column.
  ///   - transposed: for each operand in turn: column, input.
  static func pack(_ weight: Floats, into packed: Floats, transposed: Floats) {
    for o in 0..<outputs {
      for i in 0..<channels {
        let g = weight + (o * channels + i) * 9
        for kind in 0..<9 {
          let value = Self.weight(g, kind)
          transposed[(kind * outputs + o) * channels + i] = value
          let (first, columns): (Int, Int)
          switch kind {
          case 0: (first, columns) = (0, 4)
          case 1, 2: (first, columns) = (4, 8)
          case 3, 4: (first, columns) = (12, 8)
          default: (first, columns) = (20, 16)
          }
          packed[first * channels + i * columns + kind * outputs - first + o] = value
        }
      }
    }
  }

  /// The adjoint of `pack`.
  ///
  /// - Parameters:
  ///   - gradient: column, input.
  ///   - weight: O I H W.
  static func unpack(_ gradient: Floats, into weight: Floats) {
    let step = outputs * channels
    for pair in 0..<step {
      let d = gradient + pair
      let (all, left, right) = (d[0], d[step], -d[2 * step])
      let (top, bottom) = (d[3 * step], -d[4 * step])
      let target = weight + pair * 9
      target[0] = all + left + top + d[5 * step]
      target[1] = all + top
      target[2] = all + right + top - d[6 * step]
      target[3] = all + left
      target[4] = all
      target[5] = all + right
      target[6] = all + left + bottom - d[7 * step]
      target[7] = all + bottom
      target[8] = all + right + bottom + d[8 * step]
    }
  }

  /// Makes the four operands.
  ///
  /// - Parameters:
  ///   - input: 16 x 16 x 32, 14 x 14 pixels inside a border of zeros.
  ///   - planes: 845 x 32.
  static func spread(_ input: Floats, into planes: Floats) {
    let line = 16 * channels
    let horizontal = planes + firstRow.horizontal * channels
    let vertical = planes + firstRow.vertical * channels
    let diagonal = planes + firstRow.diagonal * channels
    for y in 0..<15 {
      let (above, below) = (input + y * line, input + (y + 1) * line)
      for c in stride(from: 0, to: channels, by: 16) {
        var (left, leftDifference): (Vector16, Vector16) = (
          below.vector(c), above.vector(c) - below.vector(c)
        )
        for x in 0..<15 {
          let pixel: Vector16 = below.vector((x + 1) * channels + c)
          let difference = above.vector((x + 1) * channels + c) - pixel
          diagonal.set((y * 15 + x) * channels + c, leftDifference - difference)
          if x < 14 { vertical.set((y * 14 + x) * channels + c, difference) }
          if y < 14 {
            horizontal.set((y * 15 + x) * channels + c, left - pixel)
            if x < 14 { planes.set((y * 14 + x) * channels + c, pixel) }
          }
          (left, leftDifference) = (pixel, difference)
        }
      }
    }
  }

  /// The four matrix products of the forward pass.
  static func multiplyForward(_ planes: Floats, by packed: Floats, into products: Floats) {
    multiplyNarrow(planes, by: packed, into: products, count: rows.pixels, as: Vector4.self)
    multiplyNarrow(
      planes + firstRow.horizontal * channels, by: packed + 4 * channels,
      into: products + firstProduct.horizontal, count: rows.horizontal, as: Vector8.self)
    multiplyNarrow(
      planes + firstRow.vertical * channels, by: packed + 12 * channels,
      into: products + firstProduct.vertical, count: rows.vertical, as: Vector8.self)
    multiply(
      planes + firstRow.diagonal * channels, pitch: channels, by: packed + 20 * channels,
      into: products + firstProduct.diagonal, count: rows.diagonal, inner: channels, columns: 16)
  }

  /// Rows of 32 times a matrix of 4 or 8 columns, ten rows at a time.
  @inline(__always)
  private static func multiplyNarrow<V: SIMD>(
    _ source: Floats, by matrix: Floats, into result: Floats, count: Int, as type: V.Type
  ) where V.Scalar == Float {
    let columns = V.scalarCount
    for row in stride(from: 0, to: count, by: 10) {
      let (a, c) = (source + row * channels, result + row * columns)
      var sums = InlineArray<10, V>(repeating: .zero)
      for k in 0..<channels {
        let w: V = matrix.vector(k * columns)
        for r in 0..<10 { sums[r].add(a[r * channels + k], times: w) }
      }
      for r in 0..<10 { c.set(r * columns, sums[r]) }
    }
  }

  /// Adds up the four outputs over each pixel: 28 x 28 x 4.
  static func gather(_ products: Floats, into output: Floats) {
    let horizontal = products + firstProduct.horizontal
    let vertical = products + firstProduct.vertical
    let diagonal = products + firstProduct.diagonal
    for y in 0..<14 {
      for x in 0..<14 {
        let h = horizontal + (y * 15 + x) * 8
        let (d, e) = (diagonal + (y * 15 + x) * 16, diagonal + ((y + 1) * 15 + x) * 16)
        let both = pair(products + (y * 14 + x) * 4, 0) + pair(h, h + 12)
        let top = both + pair(vertical + (y * 14 + x) * 8, 0) + pair(d, d + 20)
        let bottom =
          both + pair(vertical + ((y + 1) * 14 + x) * 8 + 4, 0) + pair(e + 8, e + 28)
        output.set((2 * y * 28 + 2 * x) * outputs, top)
        output.set(((2 * y + 1) * 28 + 2 * x) * outputs, bottom)
      }
    }
  }

  @inline(__always)
  private static func pair(_ low: Floats, _ high: Floats) -> Vector8 {
    Vector8(lowHalf: low.vector(0), highHalf: high.vector(0))
  }

  /// The same four floats twice.
  @inline(__always)
  private static func pair(_ source: Floats, _ index: Int) -> Vector8 {
    Vector8(lowHalf: source.vector(index), highHalf: source.vector(index))
  }

  /// The adjoint of `gather`. Products that no output uses keep the zeros they must hold already.
  static func spreadGradient(_ gradient: Floats, into products: Floats) {
    let horizontal = products + firstProduct.horizontal
    let vertical = products + firstProduct.vertical
    let diagonal = products + firstProduct.diagonal
    for y in 0..<14 {
      for x in 0..<14 {
        let top: Vector8 = gradient.vector((2 * y * 28 + 2 * x) * outputs)
        let bottom: Vector8 = gradient.vector(((2 * y + 1) * 28 + 2 * x) * outputs)
        let both = top + bottom
        products.set((y * 14 + x) * 4, both.lowHalf + both.highHalf)
        horizontal.set((y * 15 + x) * 8, both.lowHalf)
        horizontal.set((y * 15 + x + 1) * 8 + 4, both.highHalf)
        vertical.set((y * 14 + x) * 8, top.lowHalf + top.highHalf)
        vertical.set(((y + 1) * 14 + x) * 8 + 4, bottom.lowHalf + bottom.highHalf)
        diagonal.set((y * 15 + x) * 16, top.lowHalf)
        diagonal.set((y * 15 + x + 1) * 16 + 4, top.highHalf)
        diagonal.set(((y + 1) * 15 + x) * 16 + 8, bottom.lowHalf)
        diagonal.set(((y + 1) * 15 + x + 1) * 16 + 12, bottom.highHalf)
      }
    }
  }

  /// Adds the gradient of the weights (column, input).
  static func addWeightGradient(_ products: Floats, _ planes: Floats, to gradient: Floats) {
    @inline(__always) func add(_ firstProduct: Int, _ row: Int, _ column: Int, _ c: Int, _ n: Int) {
      addOuterProducts(
        products + firstProduct, c, planes + row * channels, channels,
        to: gradient + column * channels, count: n, height: c, width: channels)
    }
    add(0, 0, 0, 4, 196)
    add(firstProduct.horizontal, firstRow.horizontal, 4, 8, 210)
    add(firstProduct.vertical, firstRow.vertical, 12, 8, 210)
    add(firstProduct.diagonal, firstRow.diagonal, 20, 16, 225)
  }

  /// The four matrix products of the backward pass.
  static func multiplyBackward(_ products: Floats, by transposed: Floats, into planes: Floats) {
    @inline(__always) func go(_ firstProduct: Int, _ row: Int, _ column: Int, _ c: Int, _ n: Int) {
      multiply(
        products + firstProduct, pitch: c, by: transposed + column * channels,
        into: planes + row * channels, count: n, inner: c, columns: channels)
    }
    go(0, 0, 0, 4, rows.pixels)
    go(firstProduct.horizontal, firstRow.horizontal, 4, 8, rows.horizontal)
    go(firstProduct.vertical, firstRow.vertical, 12, 8, rows.vertical)
    go(firstProduct.diagonal, firstRow.diagonal, 20, 16, rows.diagonal)
  }

  /// The adjoint of `spread`, inside the border: 14 x 14 x 32.
  static func gatherGradient(_ planes: Floats, into gradient: Floats) {
    let horizontal = planes + firstRow.horizontal * channels
    let vertical = planes + firstRow.vertical * channels
    let diagonal = planes + firstRow.diagonal * channels
    for y in 0..<14 {
      for x in 0..<14 {
        for c in stride(from: 0, to: channels, by: 16) {
          let h = horizontal + (y * 15 + x) * channels + c
          let v = vertical + (y * 14 + x) * channels + c
          let d = diagonal + (y * 15 + x) * channels + c
          var sum: Vector16 = planes.vector((y * 14 + x) * channels + c)
          sum += h.vector(channels) - h.vector(0)
          sum += v.vector(14 * channels) - v.vector(0)
          sum += (d.vector(0) - d.vector(channels))
          sum += d.vector(16 * channels) - d.vector(15 * channels)
          gradient.set((y * 14 + x) * channels + c, sum)
        }
      }
    }
  }
}
