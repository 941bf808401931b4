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
enum UpsampledConvolution {
  static let channels = 32
  /// 7 x 7 x 32.
  static let inputCount = 49 * channels
  /// 14 x 14 x 32.
  static let outputCount = 14 * 14 * channels
  /// Twice: plane, input, output, for `forward`; plane, output, input, for `backward`.
  static let packedCount = 2 * matrixCount
  /// Plane, output, input.
  static let gradientCount = matrixCount
  static let scratchCount = Scratch.count

  private static let matrixCount = 9 * channels * channels
  /// Rows of a plane: 49 pixels, rounded up to whole register tiles.
  private static let rows = 50

  private enum Scratch {
    /// 9 x 50 x 32 of the input, which `forward` leaves for `backward`.
    static let inputPlanes = 0
    /// 9 x 50 x 32 of the output, then of its gradient.
    static let outputPlanes = 9 * rows * channels
    /// Three lines of nine pixels, the first and the last of which are never written: zeros.
    static let lines = outputPlanes + 9 * rows * channels
    /// 3 x 7 x 7 x 32.
    static let partialSums = lines + 3 * 9 * channels
    static let count = partialSums + 3 * inputCount
  }

  /// 32 x 32 x 3 x 3 to the nine planes' matrices.
  static func pack(_ parameters: Floats, _ tensor: ParameterTensor, into packed: Floats) {
    let weight = parameters + tensor.offset
    let transposed = packed + matrixCount
    for o in 0..<channels {
      for i in 0..<channels {
        let g = weight + (o * channels + i) * 9
        let (a, b, c) = (g[0] + g[3] + g[6], g[1] + g[4] + g[7], g[2] + g[5] + g[8])
        store(a + b + c, 0, o, i)
        store(a, 1, o, i)
        store(c, 2, o, i)
        store(g[0] + g[1] + g[2], 3, o, i)
        store(g[0], 4, o, i)
        store(g[2], 5, o, i)
        store(g[6] + g[7] + g[8], 6, o, i)
        store(g[6], 7, o, i)
        store(g[8], 8, o, i)
      }
    }
    func store(_ value: Float, _ plane: Int, _ o: Int, _ i: Int) {
      packed[(plane * channels + i) * channels + o] = value
      transposed[(plane * channels + o) * channels + i] = value
    }
  }

  /// The adjoint of `pack`.
  static func unpack(_ sums: Floats, into parameters: Floats, _ tensor: ParameterTensor) {
    let weight = parameters + tensor.offset
    let plane = channels * channels
    for pair in 0..<plane {
      let d = sums + pair
      let (all, left, right) = (d[0], d[plane], d[2 * plane])
      let (top, bottom) = (d[3 * plane], d[6 * plane])
      let target = weight + pair * 9
      target[0] = all + left + top + d[4 * plane]
      target[1] = all + top
      target[2] = all + right + top + d[5 * plane]
      target[3] = all + left
      target[4] = all
      target[5] = all + right
      target[6] = all + left + bottom + d[7 * plane]
      target[7] = all + bottom
      target[8] = all + right + bottom + d[8 * plane]
    }
  }

  /// - Parameters:
  ///   - input: 7 x 7 x 32.
  ///   - output: 14 x 14 x 32.
  static func forward(_ input: Floats, weights: Floats, scratch: Floats, into output: Floats) {
    let inputPlanes = scratch + Scratch.inputPlanes
    let outputPlanes = scratch + Scratch.outputPlanes
    transformInput(input, into: inputPlanes, lines: scratch + Scratch.lines)
    multiplyPlanes(inputPlanes, by: weights, into: outputPlanes)
    transformOutput(outputPlanes, into: output)
  }

  /// - Parameters:
  ///   - outputGradient: 14 x 14 x 32.
  ///   - scratch: as `forward` left it.
  ///   - sums: `gradientCount` floats, added to.
  ///   - inputGradient: 7 x 7 x 32.
  static func backward(
    _ outputGradient: Floats, weights: Floats, scratch: Floats, sums: Floats,
    into inputGradient: Floats
  ) {
    let inputPlanes = scratch + Scratch.inputPlanes
    let outputPlanes = scratch + Scratch.outputPlanes
    transformOutputGradient(outputGradient, into: outputPlanes)
    for plane in 0..<9 {
      addOuterProducts(
        Rows(outputPlanes + plane * rows * channels, pitch: channels),
        Rows(inputPlanes + plane * rows * channels, pitch: channels),
        to: sums + plane * channels * channels, count: 49, height: channels,
        width: channels)
    }
    multiplyPlanes(outputPlanes, by: weights + matrixCount, into: inputPlanes)
    transformInputGradient(
      inputPlanes, into: inputGradient, partialSums: scratch + Scratch.partialSums)
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

  /// The nine matrix products of either direction.
  @inline(__always)
  private static func multiplyPlanes(_ source: Floats, by matrices: Floats, into target: Floats) {
    for plane in 0..<9 {
      multiply(
        Rows(source + plane * rows * channels, pitch: channels),
        by: matrices + plane * channels * channels, into: target + plane * rows * channels,
        count: rows, inner: channels, columns: channels)
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
