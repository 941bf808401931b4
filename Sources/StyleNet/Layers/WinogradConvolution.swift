/// The encoder's second convolution: 3x3, padding 1, 14 x 14 x 16 to 14 x 14 x 32.
///
///     output[y][x][o] = Σ input[y + ky - 1][x + kx - 1][i] · weight[o][i][ky][kx]
///
/// Winograd's F(2x2, 3x3) (Lavin & Gray 2016, section 4.1): 7 x 7 tiles of 2x2 outputs, each made
/// from 4x4 inputs d with 16 products a channel pair where the plain sum takes 36:
///
///     Y = Aᵀ M A, M = Σ_i U ⊙ V, U = G g Gᵀ, V = Bᵀ d B
///     dM = A dY Aᵀ, dU = Σ dM ⊙ V, dg = Gᵀ dU G, dV = Σ_o dM ⊙ U, dd = B dV Bᵀ
///
/// A tile's 16 values stand in 16 planes, so that each plane is a small matrix product over all
/// tiles.
struct WinogradConvolution: Layer {
  /// 14 x 14 x 32.
  static let outputCount = 14 * 14 * outputs

  private static let inputs = 16
  private static let outputs = 32
  private static var planes: Planes<16> { Planes(inputs: inputs, outputs: outputs) }
  private static var rows: Int { planes.rows }

  /// Of the layer's scratch.
  private enum Scratch {
    /// V, then dV: 16 x 50 x 16.
    static let inputPlanes = 0
    /// M, then dM: 16 x 50 x 32.
    static let outputPlanes = planes.inputCount
    /// 18 lines of 16 pixels: 14 of a gradient inside its border, and 4 of a row of tiles.
    static let lines = outputPlanes + planes.outputCount
    static let count = lines + 18 * 16 * inputs
  }

  private let place: LayerPlace

  init(_ name: StaticString, in plan: inout NetworkPlan) {
    let count = Self.planes.matrixCount
    place = plan.place(
      name, .weight([32, 16, 3, 3]), packed: 2 * count, sums: count, scratch: Scratch.count)
    plan.append(self)
  }

  /// U = G g Gᵀ for each channel pair.
  func pack(_ parameters: UnsafePointer<Float>, into weights: Floats) {
    Self.planes.pack(parameters + place.weight, into: weights + place.packed) { g in
      var columns = InlineArray<12, Float>(repeating: 0)
      for x in 0..<3 {
        let (a, b, c) = (g[x], g[3 + x], g[6 + x])
        columns[x] = a
        columns[3 + x] = (a + b + c) / 2
        columns[6 + x] = (a - b + c) / 2
        columns[9 + x] = c
      }
      var entries = InlineArray<16, Float>(repeating: 0)
      for u in 0..<4 {
        let (a, b, c) = (columns[3 * u], columns[3 * u + 1], columns[3 * u + 2])
        entries[4 * u] = a
        entries[4 * u + 1] = (a + b + c) / 2
        entries[4 * u + 2] = (a - b + c) / 2
        entries[4 * u + 3] = c
      }
      return entries
    }
  }

  /// dg = Gᵀ dU G for each channel pair.
  func unpack(_ sums: Floats, into gradient: Floats) {
    Self.planes.unpack(sums + place.sums, into: gradient + place.weight) { g, d in
      var rows = InlineArray<12, Float>(repeating: 0)
      for v in 0..<4 {
        let (a, b, c, e) = (d[v], d[4 + v], d[8 + v], d[12 + v])
        rows[v] = a + (b + c) / 2
        rows[4 + v] = (b - c) / 2
        rows[8 + v] = (b + c) / 2 + e
      }
      for y in 0..<3 {
        let (a, b, c, e) = (rows[4 * y], rows[4 * y + 1], rows[4 * y + 2], rows[4 * y + 3])
        g[3 * y] = a + (b + c) / 2
        g[3 * y + 1] = (b - c) / 2
        g[3 * y + 2] = (b + c) / 2 + e
      }
    }
  }

  /// - Parameters:
  ///   - input: 14 x 14 x 16 inside a border of one zero pixel.
  ///   - output: 14 x 14 x 32.
  func forward(_ input: Floats, in workspace: Workspace, into output: Floats) {
    let scratch = workspace.scratch + place.scratch
    let (v, m) = (scratch + Scratch.inputPlanes, scratch + Scratch.outputPlanes)
    Self.transformInput(input, into: v, lines: scratch + Scratch.lines)
    Self.planes.forward(v, weights: workspace.weights + place.packed, into: m)
    Self.transformOutput(m, into: output)
  }

  /// - Parameters:
  ///   - outputGradient: 14 x 14 x 32.
  ///   - input: what `forward` read. It is transformed again, since the planes of eight images take
  ///     more room than a processor's cache has.
  ///   - sums: of the network, added to.
  ///   - inputGradient: 14 x 14 x 16, without a border.
  func backward(
    _ outputGradient: Floats, input: Floats, in workspace: Workspace, sums: Floats,
    into inputGradient: Floats
  ) {
    let scratch = workspace.scratch + place.scratch
    let (v, m) = (scratch + Scratch.inputPlanes, scratch + Scratch.outputPlanes)
    let lines = scratch + Scratch.lines
    Self.transformInput(input, into: v, lines: lines)
    Self.transformOutputGradient(outputGradient, into: m)
    Self.planes.backward(
      m, input: v, weights: workspace.weights + place.packed, sums: sums + place.sums)
    Self.transformInputGradient(v, into: inputGradient, lines: lines)
  }

  /// V = Bᵀ d B for each tile and channel.
  private static func transformInput(_ input: Floats, into planes: Floats, lines: Floats) {
    let line = 16 * inputs
    for ty in 0..<7 {
      let source = input + 2 * ty * line
      for x in stride(from: 0, to: line, by: 16) {
        transformFour(source + x, pitch: line, into: lines + x, pitch: line)
      }
      for u in 0..<4 {
        for tx in 0..<7 {
          let d = lines + u * line + 2 * tx * inputs
          let v = planes + (4 * u * rows + 7 * ty + tx) * inputs
          transformFour(d, pitch: inputs, into: v, pitch: rows * inputs)
        }
      }
    }
  }

  /// Bᵀ times four values.
  @inline(__always)
  private static func transformFour(
    _ source: Floats, pitch: Int, into target: Floats, pitch step: Int
  ) {
    let (d0, d1, d2, d3): Four<Vector16> = source.four(every: pitch)
    target.set(0, d0 - d2)
    target.set(step, d1 + d2)
    target.set(2 * step, d2 - d1)
    target.set(3 * step, d1 - d3)
  }

  /// Y = Aᵀ M A for each tile and channel.
  private static func transformOutput(_ planes: Floats, into output: Floats) {
    let step = rows * outputs
    for ty in 0..<7 {
      for tx in 0..<7 {
        for o in stride(from: 0, to: outputs, by: 8) {
          let m = planes + (7 * ty + tx) * outputs + o
          @inline(__always) func row(_ u: Int) -> (Vector8, Vector8) {
            let (m0, m1, m2, m3): Four<Vector8> = (m + 4 * u * step).four(every: step)
            return (m0 + m1 + m2, m1 - m2 - m3)
          }
          let (r0, r1, r2, r3) = (row(0), row(1), row(2), row(3))
          let target = output + (2 * ty * 14 + 2 * tx) * outputs + o
          target.set(0, r0.0 + r1.0 + r2.0)
          target.set(outputs, r0.1 + r1.1 + r2.1)
          target.set(14 * outputs, r1.0 - r2.0 - r3.0)
          target.set(15 * outputs, r1.1 - r2.1 - r3.1)
        }
      }
    }
  }

  /// dM = A dY Aᵀ: the adjoint of `transformOutput`.
  private static func transformOutputGradient(_ gradient: Floats, into planes: Floats) {
    let step = rows * outputs
    for ty in 0..<7 {
      for tx in 0..<7 {
        for o in stride(from: 0, to: outputs, by: 8) {
          let d = gradient + (2 * ty * 14 + 2 * tx) * outputs + o
          let m = planes + (7 * ty + tx) * outputs + o
          @inline(__always) func set(_ u: Int, _ a: Vector8, _ b: Vector8) {
            m.set(4 * u * step, a)
            m.set((4 * u + 1) * step, a + b)
            m.set((4 * u + 2) * step, a - b)
            m.set((4 * u + 3) * step, -b)
          }
          let (a0, a1): (Vector8, Vector8) = (d.vector(0), d.vector(outputs))
          let (b0, b1): (Vector8, Vector8) = (d.vector(14 * outputs), d.vector(15 * outputs))
          set(0, a0, a1)
          set(1, a0 + b0, a1 + b1)
          set(2, a0 - b0, a1 - b1)
          set(3, -b0, -b1)
        }
      }
    }
  }

  /// dd = B dV Bᵀ: the adjoint of `transformInput`, for the 14 x 14 pixels inside the border.
  private static func transformInputGradient(
    _ planes: Floats, into gradient: Floats, lines: Floats
  ) {
    let line = 16 * inputs
    let (sums, tiles) = (lines, lines + 14 * line)
    for i in stride(from: 0, to: 14 * line, by: 16) { sums.set(i, Vector16.zero) }
    for ty in 0..<7 {
      for u in 0..<4 {
        var (left2, left3) = (Vector16.zero, Vector16.zero)
        let step = rows * inputs
        for tx in 0..<7 {
          let v = planes + (4 * u * rows + 7 * ty + tx) * inputs
          let (v0, v1, v2, v3): Four<Vector16> = v.four(every: step)
          tiles.set(u * line + 2 * tx * inputs, left2 + v0)
          tiles.set(u * line + (2 * tx + 1) * inputs, left3 + v1 - v2 + v3)
          (left2, left3) = (v1 + v2 - v0, -v3)
        }
        tiles.set(u * line + 14 * inputs, left2)
      }
      // Line 2·ty - 1 of the image is line 2·ty of the padded input.
      for x in stride(from: inputs, to: 15 * inputs, by: 16) {
        let (t0, t1, t2, t3): Four<Vector16> = (tiles + x).four(every: line)
        let target = sums + (2 * ty - 1) * line + x
        if ty > 0 { target.set(0, target.vector(0) + t0) }
        target.set(line, target.vector(line) + (t1 - t2 + t3))
        target.set(2 * line, target.vector(2 * line) + (t1 + t2 - t0))
        if ty < 6 { target.set(3 * line, target.vector(3 * line) - t3) }
      }
    }
    for y in 0..<14 {
      for x in stride(from: 0, to: 14 * inputs, by: 16) {
        let value: Vector16 = sums.vector(y * line + inputs + x)
        gradient.set(y * 14 * inputs + x, value)
      }
    }
  }
}
