/// The decoder's first convolution: each of 7 x 7 x 32 pixels twice in both directions, then 3x3,
/// padding 1, to 14 x 14 x 32.
///
///     output[y][x][o] = Σ input[(y + ky - 1) / 2][(x + kx - 1) / 2][i] · weight[o][i][ky][kx]
///
/// The enlarged image is never made. In one dimension, two neighbouring outputs over pixel b with
/// neighbours a and c are
///
///     even = a·g0 + b·(g1 + g2) = b·(g0 + g1 + g2) + (a - b)·g0
///     odd  = b·(g0 + g1) + c·g2 = b·(g0 + g1 + g2) + (c - b)·g2
///
/// three products for two outputs, and in two dimensions nine for four, where the plain sum takes
/// thirty-six. (It is Winograd's F(2, 3), one of whose four terms is zero on an enlarged image.)
/// Each of the nine is a plane: a matrix product over all 49 pixels. Plane 3·v + h takes
/// v in {pixel, above - pixel, below - pixel} and h likewise of left and right.
struct UpsampledConvolution: Layer {
  private static let channels = 32
  /// 14 x 14 x 32.
  static let outputCount = 14 * 14 * channels

  private static var planes: Planes<9> { Planes(inputs: channels, outputs: channels) }
  private static var rows: Int { planes.rows }

  /// Of the layer's scratch.
  private enum Scratch {
    /// 9 x 50 x 32 of the input, which `forward` leaves for `backward`.
    static let inputPlanes = 0
    /// 9 x 50 x 32 of the output, then of its gradient.
    static let outputPlanes = planes.inputCount
    /// Three lines of nine pixels, the first and the last of which are never written: zeros.
    static let lines = outputPlanes + planes.outputCount
    /// 3 x 7 x 7 x 32.
    static let partialSums = lines + 3 * 9 * channels
    static let count = partialSums + 3 * 49 * channels
  }

  private let place: LayerPlace

  init(_ name: StaticString, in plan: inout NetworkPlan) {
    let count = Self.planes.matrixCount
    place = plan.place(
      name, .weight([32, 32, 3, 3]), packed: 2 * count, sums: count, scratch: Scratch.count)
    plan.append(self)
  }

  func pack(_ parameters: UnsafePointer<Float>, into weights: Floats) {
    Self.planes.pack(parameters + place.weight, into: weights + place.packed, Self.tapSums)
  }

  func unpack(_ sums: Floats, into gradient: Floats) {
    Self.planes.unpack(sums + place.sums, into: gradient + place.weight, Self.setTaps)
  }

  /// The sums of a kernel's taps (3 x 3, `g`) that are its weights in the planes.
  @inline(__always)
  static func tapSums(_ g: UnsafePointer<Float>) -> InlineArray<9, Float> {
    let (left, right) = (g[0] + g[3] + g[6], g[2] + g[5] + g[8])
    return [
      left + (g[1] + g[4] + g[7]) + right, left, right,
      g[0] + g[1] + g[2], g[0], g[2],
      g[6] + g[7] + g[8], g[6], g[8],
    ]
  }

  /// The adjoint of `tapSums`: a tap's gradient is the sum of those of the planes that it is part of.
  @inline(__always)
  static func setTaps(_ g: Floats, _ planes: InlineArray<9, Float>) {
    let (all, left, right) = (planes[0], planes[1], planes[2])
    let (top, bottom) = (planes[3], planes[6])
    g[0] = all + left + top + planes[4]
    g[1] = all + top
    g[2] = all + right + top + planes[5]
    g[3] = all + left
    g[4] = all
    g[5] = all + right
    g[6] = all + left + bottom + planes[7]
    g[7] = all + bottom
    g[8] = all + right + bottom + planes[8]
  }

  /// - Parameters:
  ///   - input: 7 x 7 x 32.
  ///   - output: 14 x 14 x 32.
  func forward(_ input: Floats, in workspace: Workspace, into output: Floats) {
    let scratch = workspace.scratch + place.scratch
    let (inputs, outputs) = (scratch + Scratch.inputPlanes, scratch + Scratch.outputPlanes)
    Self.transformInput(input, into: inputs, lines: scratch + Scratch.lines)
    Self.planes.forward(inputs, weights: workspace.weights + place.packed, into: outputs)
    Self.transformOutput(outputs, into: output)
  }

  /// - Parameters:
  ///   - outputGradient: 14 x 14 x 32.
  ///   - workspace: as `forward` left it.
  ///   - sums: of the network, added to.
  ///   - inputGradient: 7 x 7 x 32.
  func backward(
    _ outputGradient: Floats, in workspace: Workspace, sums: Floats, into inputGradient: Floats
  ) {
    let scratch = workspace.scratch + place.scratch
    let (inputs, outputs) = (scratch + Scratch.inputPlanes, scratch + Scratch.outputPlanes)
    Self.transformOutputGradient(outputGradient, into: outputs)
    Self.planes.backward(
      outputs, input: inputs, weights: workspace.weights + place.packed, sums: sums + place.sums)
    Self.transformInputGradient(
      inputs, into: inputGradient, partialSums: scratch + Scratch.partialSums)
  }

  /// The nine differences of each pixel and its neighbours.
  private static func transformInput(_ input: Floats, into planes: Floats, lines: Floats) {
    let (line, step) = (7 * channels, rows * channels)
    for y in 0..<7 {
      for x in stride(from: 0, to: line, by: 16) {
        let centre: Vector16 = input.vector(y * line + x)
        let above = y > 0 ? input.vector((y - 1) * line + x) : Vector16.zero
        let below = y < 6 ? input.vector((y + 1) * line + x) : Vector16.zero
        lines.set(channels + x, centre)
        lines.set(10 * channels + x, above - centre)
        lines.set(19 * channels + x, below - centre)
      }
      for v in 0..<3 {
        let source = lines + (9 * v + 1) * channels
        let target = planes + 3 * v * step + y * line
        for x in stride(from: 0, to: line, by: 16) {
          let centre: Vector16 = source.vector(x)
          target.set(x, centre)
          target.set(step + x, source.vector(x - channels) - centre)
          target.set(2 * step + x, source.vector(x + channels) - centre)
        }
      }
    }
  }

  /// The four outputs over each pixel.
  private static func transformOutput(_ planes: Floats, into output: Floats) {
    let step = rows * channels
    for y in 0..<7 {
      for x in 0..<7 {
        for c in stride(from: 0, to: channels, by: 16) {
          let m = planes + (y * 7 + x) * channels + c
          @inline(__always) func row(_ v: Int) -> (Vector16, Vector16) {
            let centre: Vector16 = m.vector(3 * v * step)
            return (centre + m.vector((3 * v + 1) * step), centre + m.vector((3 * v + 2) * step))
          }
          let (centre, above, below) = (row(0), row(1), row(2))
          let target = output + (2 * y * 14 + 2 * x) * channels + c
          target.set(0, centre.0 + above.0)
          target.set(channels, centre.1 + above.1)
          target.set(14 * channels, centre.0 + below.0)
          target.set(15 * channels, centre.1 + below.1)
        }
      }
    }
  }

  /// The adjoint of `transformOutput`.
  private static func transformOutputGradient(_ gradient: Floats, into planes: Floats) {
    let step = rows * channels
    for y in 0..<7 {
      for x in 0..<7 {
        for c in stride(from: 0, to: channels, by: 16) {
          let d = gradient + (2 * y * 14 + 2 * x) * channels + c
          let m = planes + (y * 7 + x) * channels + c
          @inline(__always) func set(_ v: Int, _ even: Vector16, _ odd: Vector16) {
            m.set(3 * v * step, even + odd)
            m.set((3 * v + 1) * step, even)
            m.set((3 * v + 2) * step, odd)
          }
          let (a, b): (Vector16, Vector16) = (d.vector(0), d.vector(channels))
          let (e, f): (Vector16, Vector16) = (d.vector(14 * channels), d.vector(15 * channels))
          set(0, a + e, b + f)
          set(1, a, b)
          set(2, e, f)
        }
      }
    }
  }

  /// The adjoint of `transformInput`.
  private static func transformInputGradient(
    _ planes: Floats, into gradient: Floats, partialSums: Floats
  ) {
    let (line, step) = (7 * channels, rows * channels)
    for v in 0..<3 {
      let source = planes + 3 * v * step
      for y in 0..<7 {
        for x in 0..<7 {
          for c in stride(from: 0, to: channels, by: 16) {
            let d = source + (y * 7 + x) * channels + c
            var sum: Vector16 = d.vector(0) - d.vector(step) - d.vector(2 * step)
            if x < 6 { sum += d.vector(step + channels) }
            if x > 0 { sum += d.vector(2 * step - channels) }
            partialSums.set(((7 * v + y) * 7 + x) * channels + c, sum)
          }
        }
      }
    }
    let (above, below) = (partialSums + 7 * line, partialSums + 14 * line)
    for y in 0..<7 {
      for x in stride(from: y * line, to: (y + 1) * line, by: 16) {
        var sum: Vector16 = partialSums.vector(x) - above.vector(x) - below.vector(x)
        if y < 6 { sum += above.vector(x + line) }
        if y > 0 { sum += below.vector(x - line) }
        gradient.set(x, sum)
      }
    }
  }
}
