/// The decoder's second convolution: each of 14 x 14 x 32 pixels twice in both directions, then 3x3,
/// padding 1, to 28 x 28 x 4.
///
/// The formula and the identity are those of `UpsampledConvolution`. Four output channels do not fill
/// a vector, so terms of one operand share a matrix product instead:
///
///     pixels      14 x 14: x                      4 columns, all four outputs
///     horizontal  14 x 15: left - right           8 columns, even and odd outputs
///     vertical    15 x 14: above - below          8 columns, upper and lower outputs
///     diagonal    15 x 15: the horizontal difference of the vertical one, 16 columns
///
/// A difference lies between two pixels and serves both: as (left - pixel) of the one and, its
/// sign moved into the weights, as (right - pixel) of the other.
struct NarrowUpsampledConvolution: Layer {
  /// 28 x 28 x 4.
  static let outputCount = 28 * 28 * outputs

  private static let channels = 32
  private static let outputs = 4
  private static let matrixCount = 36 * channels

  /// Where one of the four operands, its weights and its products start in blocks of all four: rows of
  /// 32 floats, columns and floats. Its rows are rounded up to whole register tiles.
  private struct Operand {
    let firstRow, rows, usedRows, firstColumn, columns, firstProduct: Int
  }

  private static let pixels = Operand(
    firstRow: 0, rows: 200, usedRows: 196, firstColumn: 0, columns: 4, firstProduct: 0)
  private static let horizontal = Operand(
    firstRow: 200, rows: 210, usedRows: 210, firstColumn: 4, columns: 8, firstProduct: 200 * 4)
  private static let vertical = Operand(
    firstRow: 410, rows: 210, usedRows: 210, firstColumn: 12, columns: 8,
    firstProduct: 200 * 4 + 210 * 8)
  private static let diagonal = Operand(
    firstRow: 620, rows: 225, usedRows: 225, firstColumn: 20, columns: 16,
    firstProduct: 200 * 4 + 420 * 8)

  private enum Scratch {
    /// 845 x 32: the operands, which `forward` leaves for `backward`.
    static let operands = 0
    static let products = 845 * channels
    /// Those that no output uses are never written: zeros.
    static let productGradients = products + productCount
    static let count = productGradients + productCount
    private static let productCount = 200 * 4 + 420 * 8 + 225 * 16
  }

  /// For each plane of `UpsampledConvolution` the operand that takes its place, which of the nine
  /// columns of four outputs it has here, and its sign: minus where a difference serves the pixel
  /// beyond it.
  @inline(__always)
  private static func columns(_ plane: Int) -> (operand: Operand, kind: Int, sign: Float) {
    switch plane {
    case 0: (pixels, 0, 1)
    case 1: (horizontal, 1, 1)
    case 2: (horizontal, 2, -1)
    case 3: (vertical, 3, 1)
    case 4: (diagonal, 5, 1)
    case 5: (diagonal, 6, -1)
    case 6: (vertical, 4, -1)
    case 7: (diagonal, 7, -1)
    default: (diagonal, 8, 1)
    }
  }

  private let place: LayerPlace

  init(_ name: StaticString, in plan: inout NetworkPlan) {
    place = plan.place(
      name, .weight([4, 32, 3, 3]), packed: 2 * Self.matrixCount, sums: Self.matrixCount,
      scratch: Scratch.count)
    plan.append(self)
  }

  /// 4 x 32 x 3 x 3 to the four operands' matrices, twice: input, column, for `forward`; column,
  /// input, for `backward`.
  func pack(_ parameters: UnsafePointer<Float>, into weights: Floats) {
    let (channels, outputs) = (Self.channels, Self.outputs)
    let packed = weights + place.packed
    for o in 0..<outputs {
      for i in 0..<channels {
        let taps = parameters + place.weight + (o * channels + i) * 9
        let sums = UpsampledConvolution.tapSums(taps)
        for plane in 0..<9 {
          let (operand, kind, sign) = Self.columns(plane)
          let column = kind * outputs - operand.firstColumn + o
          packed[operand.firstColumn * channels + i * operand.columns + column] = sign * sums[plane]
          packed[Self.matrixCount + (kind * outputs + o) * channels + i] = sign * sums[plane]
        }
      }
    }
  }

  func unpack(_ sums: Floats, into gradient: Floats) {
    let step = Self.outputs * Self.channels
    for pair in 0..<step {
      let planes = InlineArray<9, Float> { plane in
        let (_, kind, sign) = Self.columns(plane)
        return sign * sums[place.sums + kind * step + pair]
      }
      UpsampledConvolution.setTaps(gradient + place.weight + pair * 9, planes)
    }
  }

  /// - Parameters:
  ///   - input: 14 x 14 x 32 inside a border of one zero pixel.
  ///   - output: 28 x 28 x 4.
  func forward(_ input: Floats, in workspace: Workspace, into output: Floats) {
    let (weights, scratch) = (workspace.weights + place.packed, workspace.scratch + place.scratch)
    let (operands, products) = (scratch + Scratch.operands, scratch + Scratch.products)
    Self.transformInput(input, into: operands)
    Self.multiplyNarrow(operands, Self.pixels, by: weights, into: products, as: Vector4.self)
    Self.multiplyNarrow(operands, Self.horizontal, by: weights, into: products, as: Vector8.self)
    Self.multiplyNarrow(operands, Self.vertical, by: weights, into: products, as: Vector8.self)
    let diagonal = Self.diagonal
    multiply(
      Rows(start: operands + diagonal.firstRow * Self.channels, pitch: Self.channels),
      by: weights + diagonal.firstColumn * Self.channels,
      into: products + diagonal.firstProduct,
      count: diagonal.rows, inner: Self.channels, columns: diagonal.columns)
    Self.transformOutput(products, into: output)
  }

  /// - Parameters:
  ///   - outputGradient: 28 x 28 x 4.
  ///   - workspace: as `forward` left it.
  ///   - sums: of the network, added to.
  ///   - inputGradient: 14 x 14 x 32, without a border.
  func backward(
    _ outputGradient: Floats, in workspace: Workspace, sums: Floats, into inputGradient: Floats
  ) {
    let scratch = workspace.scratch + place.scratch
    let (operands, products) = (scratch + Scratch.operands, scratch + Scratch.productGradients)
    let transposed = workspace.weights + place.packed + Self.matrixCount
    let channels = Self.channels
    @inline(__always) func multiplyBackward(_ operand: Operand) {
      let products = Rows(start: products + operand.firstProduct, pitch: operand.columns)
      let source = operands + operand.firstRow * channels
      addOuterProducts(
        products, Rows(start: source, pitch: channels),
        to: sums + place.sums + operand.firstColumn * channels,
        count: operand.usedRows, height: operand.columns, width: channels)
      multiply(
        products, by: transposed + operand.firstColumn * channels, into: source,
        count: operand.rows, inner: operand.columns, columns: channels)
    }
    Self.transformOutputGradient(outputGradient, into: products)
    multiplyBackward(Self.pixels)
    multiplyBackward(Self.horizontal)
    multiplyBackward(Self.vertical)
    multiplyBackward(Self.diagonal)
    Self.transformInputGradient(operands, into: inputGradient)
  }

  private static func transformInput(_ input: Floats, into planes: Floats) {
    let line = 16 * channels
    let horizontal = planes + Self.horizontal.firstRow * channels
    let vertical = planes + Self.vertical.firstRow * channels
    let diagonal = planes + Self.diagonal.firstRow * channels
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

  /// Rows of 32 times a matrix of 4 or 8 columns, ten rows at a time.
  @inline(__always)
  private static func multiplyNarrow<V: SIMD>(
    _ operands: Floats, _ operand: Operand, by weights: Floats, into products: Floats,
    as type: V.Type
  ) where V.Scalar == Float {
    let columns = V.scalarCount
    let source = operands + operand.firstRow * channels
    let matrix = weights + operand.firstColumn * channels
    let result = products + operand.firstProduct
    for row in stride(from: 0, to: operand.rows, by: 10) {
      let (a, c) = (source + row * channels, result + row * columns)
      var sums = InlineArray<10, V>(repeating: .zero)
      for k in 0..<channels {
        let w: V = matrix.vector(k * columns)
        for r in 0..<10 { sums[r].add(a[r * channels + k], times: w) }
      }
      for r in 0..<10 { c.set(r * columns, sums[r]) }
    }
  }

  /// Adds up the four outputs over each pixel.
  private static func transformOutput(_ products: Floats, into output: Floats) {
    let horizontal = products + Self.horizontal.firstProduct
    let vertical = products + Self.vertical.firstProduct
    let diagonal = products + Self.diagonal.firstProduct
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

  /// The adjoint of `transformOutput`. Products that no output uses are not written.
  private static func transformOutputGradient(_ gradient: Floats, into products: Floats) {
    let horizontal = products + Self.horizontal.firstProduct
    let vertical = products + Self.vertical.firstProduct
    let diagonal = products + Self.diagonal.firstProduct
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

  /// The adjoint of `transformInput`, for the pixels inside the border.
  private static func transformInputGradient(_ planes: Floats, into gradient: Floats) {
    let horizontal = planes + Self.horizontal.firstRow * channels
    let vertical = planes + Self.vertical.firstRow * channels
    let diagonal = planes + Self.diagonal.firstRow * channels
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
