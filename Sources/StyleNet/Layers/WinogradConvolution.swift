/// The encoder's second layer: a 3x3 convolution of 14 x 14 x 16 to 14 x 14 x 32, padding 1.
///
/// Winograd's F(2x2, 3x3) (Lavin & Gray 2016, section 4.1): 7 x 7 tiles of 2x2 outputs, each made
/// from 4x4 inputs with 16 products a channel pair where the plain sum takes 36. A tile's values
/// are spread over 16 planes, and a plane is one small matrix product over all tiles.
///
/// Its input has a border of one zero pixel: 16 x 16 x 16.
enum WinogradConvolution {
  static let inputs = 16
  static let outputs = 32
  static let inputCount = 16 * 16 * inputs
  static let outputCount = 14 * 14 * outputs
  /// Rows of a plane: 49 tiles, rounded up to whole register tiles.
  static let rows = 50
  static let inputPlanesCount = 16 * rows * inputs
  static let outputPlanesCount = 16 * rows * outputs
  /// 16 planes of a 16 x 32 matrix.
  static let weightCount = 16 * inputs * outputs
  /// 18 lines of 16 pixels, of which `spread` needs four.
  static let scratchCount = 18 * 16 * inputs

  /// U = G g Gᵀ for each channel pair.
  ///
  /// - Parameters:
  ///   - weight: O I H W.
  ///   - packed: plane, input, output, for the forward pass.
  ///   - transposed: plane, output, input, for the gradient of the input.
  static func pack(_ weight: Floats, into packed: Floats, transposed: Floats) {
    for o in 0..<outputs {
      for i in 0..<inputs {
        let g = weight + (o * inputs + i) * 9
        var columns = InlineArray<12, Float>(repeating: 0)
        for x in 0..<3 {
          let (a, b, c) = (g[x], g[3 + x], g[6 + x])
          columns[x] = a
          columns[3 + x] = (a + b + c) / 2
          columns[6 + x] = (a - b + c) / 2
          columns[9 + x] = c
        }
        for u in 0..<4 {
          let (a, b, c) = (columns[3 * u], columns[3 * u + 1], columns[3 * u + 2])
          let row = (a, (a + b + c) / 2, (a - b + c) / 2, c)
          store(row.0, 4 * u, o, i)
          store(row.1, 4 * u + 1, o, i)
          store(row.2, 4 * u + 2, o, i)
          store(row.3, 4 * u + 3, o, i)
        }
      }
    }
    func store(_ value: Float, _ plane: Int, _ o: Int, _ i: Int) {
      packed[(plane * inputs + i) * outputs + o] = value
      transposed[(plane * outputs + o) * inputs + i] = value
    }
  }

  /// dg = Gᵀ dU G for each channel pair.
  ///
  /// - Parameters:
  ///   - gradient: plane, output, input.
  ///   - weight: O I H W.
  static func unpack(_ gradient: Floats, into weight: Floats) {
    let plane = inputs * outputs
    for pair in 0..<plane {
      let d = gradient + pair
      var rows = InlineArray<12, Float>(repeating: 0)
      for v in 0..<4 {
        let (a, b) = (d[v * plane], d[(4 + v) * plane])
        let (c, e) = (d[(8 + v) * plane], d[(12 + v) * plane])
        rows[v] = a + (b + c) / 2
        rows[4 + v] = (b - c) / 2
        rows[8 + v] = (b + c) / 2 + e
      }
      for y in 0..<3 {
        let (a, b) = (rows[4 * y], rows[4 * y + 1])
        let (c, e) = (rows[4 * y + 2], rows[4 * y + 3])
        weight[pair * 9 + 3 * y] = a + (b + c) / 2
        weight[pair * 9 + 3 * y + 1] = (b - c) / 2
        weight[pair * 9 + 3 * y + 2] = (b + c) / 2 + e
      }
    }
  }

  /// Spreads the padded input over planes: V = Bᵀ d B for each tile and channel.
  ///
  /// - Parameters:
  ///   - planes: 16 x 50 x 16.
  ///   - scratch: `scratchCount` floats.
  static func spread(_ input: Floats, into planes: Floats, scratch: Floats) {
    let line = 16 * inputs
    for ty in 0..<7 {
      let rows = input + 2 * ty * line
      for x in stride(from: 0, to: line, by: 16) {
        let (d0, d1): (Vector16, Vector16) = (rows.vector(x), rows.vector(line + x))
        let (d2, d3): (Vector16, Vector16) = (rows.vector(2 * line + x), rows.vector(3 * line + x))
        scratch.set(x, d0 - d2)
        scratch.set(line + x, d1 + d2)
        scratch.set(2 * line + x, d2 - d1)
        scratch.set(3 * line + x, d1 - d3)
      }
      for u in 0..<4 {
        for tx in 0..<7 {
          let d = scratch + u * line + 2 * tx * inputs
          let v = planes + (4 * u * Self.rows + 7 * ty + tx) * inputs
          let (d0, d1): (Vector16, Vector16) = (d.vector(0), d.vector(inputs))
          let (d2, d3): (Vector16, Vector16) = (d.vector(2 * inputs), d.vector(3 * inputs))
          let step = Self.rows * inputs
          v.set(0, d0 - d2)
          v.set(step, d1 + d2)
          v.set(2 * step, d2 - d1)
          v.set(3 * step, d1 - d3)
        }
      }
    }
  }

  /// The sixteen matrix products of a pass in either direction.
  @inline(__always)
  static func multiplyPlanes(
    _ source: Floats, by matrices: Floats, into target: Floats, inner: Int, columns: Int
  ) {
    for plane in 0..<16 {
      multiply(
        source + plane * rows * inner, pitch: inner, by: matrices + plane * inner * columns,
        into: target + plane * rows * columns, count: rows, inner: inner, columns: columns)
    }
  }

  /// Gathers outputs from planes: Y = Aᵀ M A for each tile and channel.
  ///
  /// - Parameters:
  ///   - planes: 16 x 50 x 32.
  ///   - output: 14 x 14 x 32.
  static func gather(_ planes: Floats, into output: Floats) {
    let step = rows * outputs
    for ty in 0..<7 {
      for tx in 0..<7 {
        for o in stride(from: 0, to: outputs, by: 8) {
          let m = planes + (7 * ty + tx) * outputs + o
          @inline(__always) func row(_ u: Int) -> (Vector8, Vector8) {
            let (m0, m1): (Vector8, Vector8) = (
              m.vector(4 * u * step), m.vector((4 * u + 1) * step)
            )
            let (m2, m3): (Vector8, Vector8) = (
              m.vector((4 * u + 2) * step), m.vector((4 * u + 3) * step)
            )
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

  /// The adjoint of `gather`: dM = A dY Aᵀ.
  static func spreadGradient(_ gradient: Floats, into planes: Floats) {
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

  /// Adds dU = dMᵀ V to the gradient of the weights (plane, output, input).
  static func addWeightGradient(_ outputPlanes: Floats, _ inputPlanes: Floats, to gradient: Floats)
  {
    for plane in 0..<16 {
      addOuterProducts(
        outputPlanes + plane * rows * outputs, outputs, inputPlanes + plane * rows * inputs, inputs,
        to: gradient + plane * inputs * outputs, count: 49, height: outputs, width: inputs)
    }
  }

  /// The adjoint of `spread`, of which only the 14 x 14 pixels inside the border are wanted.
  ///
  /// - Parameters:
  ///   - planes: 16 x 50 x 16.
  ///   - gradient: 14 x 14 x 16.
  ///   - scratch: `scratchCount` floats.
  static func gatherGradient(_ planes: Floats, into gradient: Floats, scratch: Floats) {
    let line = 16 * inputs
    let (sums, rows) = (scratch, scratch + 14 * line)
    for i in stride(from: 0, to: 14 * line, by: 16) { sums.set(i, Vector16.zero) }
    for ty in 0..<7 {
      for u in 0..<4 {
        var (left2, left3) = (Vector16.zero, Vector16.zero)
        let step = Self.rows * inputs
        for tx in 0..<7 {
          let v = planes + (4 * u * Self.rows + 7 * ty + tx) * inputs
          let (v0, v1): (Vector16, Vector16) = (v.vector(0), v.vector(step))
          let (v2, v3): (Vector16, Vector16) = (v.vector(2 * step), v.vector(3 * step))
          rows.set(u * line + 2 * tx * inputs, left2 + v0)
          rows.set(u * line + (2 * tx + 1) * inputs, left3 + v1 - v2 + v3)
          (left2, left3) = (v1 + v2 - v0, -v3)
        }
        rows.set(u * line + 14 * inputs, left2)
      }
      // Line 2·ty - 1 of the image is line 2·ty of the padded input.
      for x in stride(from: inputs, to: 15 * inputs, by: 16) {
        let (t0, t1): (Vector16, Vector16) = (rows.vector(x), rows.vector(line + x))
        let (t2, t3): (Vector16, Vector16) = (rows.vector(2 * line + x), rows.vector(3 * line + x))
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
