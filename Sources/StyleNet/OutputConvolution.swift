/// The decoder's last layer: a 3x3 convolution of 28 x 28 x 4 to 28 x 28, padding 1, with a bias.
///
/// Both activations it works on have borders of one pixel: 30 x 30 x 4.
enum OutputConvolution {
  static let channels = 4
  static let line = 30 * channels
  static let inputCount = 30 * line
  /// 9 taps of the four channels twice over, then the bias.
  static let packedCount = 9 * 8 + 8
  /// 9 taps x 4 channels, then the bias and three unused.
  static let gradientCount = 10 * channels

  /// O I H W -> tap, channel, each tap twice.
  static func pack(_ weight: Floats, bias: Floats, into packed: Floats) {
    for tap in 0..<9 {
      for lane in 0..<8 { packed[tap * 8 + lane] = weight[lane % 4 * 9 + tap] }
    }
    packed[72] = bias[0]
  }

  /// tap, channel -> O I H W.
  static func unpack(_ gradient: Floats, into weight: Floats, bias: Floats) {
    for tap in 0..<9 { for i in 0..<4 { weight[i * 9 + tap] = gradient[tap * 4 + i] } }
    bias[0] = gradient[36]
  }

  /// - Parameters:
  ///   - input: 30 x 30 x 4.
  ///   - output: 28 x 28.
  static func forward(_ input: Floats, packed: Floats, into output: Floats) {
    let (w0, w1, w2) = weights(packed, 0)
    let (w3, w4, w5) = weights(packed, 1)
    let (w6, w7, w8) = weights(packed, 2)
    let bias = packed[72]
    for y in 0..<28 {
      let source = input + y * line
      for x in stride(from: 0, to: 28, by: 2) {
        let p = source + x * channels
        var a: Vector8 = p.vector(0, as: Vector8.self) * w0
        var b: Vector8 = p.vector(4, as: Vector8.self) * w1
        var c: Vector8 = p.vector(8, as: Vector8.self) * w2
        a.add(p.vector(line), times: w3)
        b.add(p.vector(line + 4), times: w4)
        c.add(p.vector(line + 8), times: w5)
        a.add(p.vector(2 * line), times: w6)
        b.add(p.vector(2 * line + 4), times: w7)
        c.add(p.vector(2 * line + 8), times: w8)
        let sum = a + b + c
        let pairs = sum.evenHalf + sum.oddHalf
        let (total0, total1) = (pairs[0] + pairs[1], pairs[2] + pairs[3])
        output[y * 28 + x] = total0 + bias
        output[y * 28 + x + 1] = total1 + bias
      }
    }
  }

  @inline(__always)
  private static func weights(_ packed: Floats, _ ky: Int) -> (Vector8, Vector8, Vector8) {
    let w = packed + ky * 24
    return (w.vector(0), w.vector(8), w.vector(16))
  }

  /// Repeats the gradient of each output pixel four times, inside a border of zeros, which
  /// `repeated` (30 x 30 x 4) must hold already.
  static func load(_ outputGradient: Floats, into repeated: Floats) {
    for y in 0..<28 {
      for x in 0..<28 {
        let value = Vector4(repeating: outputGradient[y * 28 + x])
        repeated.set((y + 1) * line + (x + 1) * channels, value)
      }
    }
  }

  /// The gradient of the input, inside its border: 28 x 28 x 4.
  static func differentiateInput(_ repeated: Floats, packed: Floats, into gradient: Floats) {
    let (w0, w1, w2) = weights(packed, 0)
    let (w3, w4, w5) = weights(packed, 1)
    let (w6, w7, w8) = weights(packed, 2)
    for y in 0..<28 {
      for x in stride(from: 0, to: 28 * channels, by: 8) {
        let p = repeated + y * line + x
        var a: Vector8 = p.vector(0, as: Vector8.self) * w8
        var b: Vector8 = p.vector(4, as: Vector8.self) * w7
        var c: Vector8 = p.vector(8, as: Vector8.self) * w6
        a.add(p.vector(line), times: w5)
        b.add(p.vector(line + 4), times: w4)
        c.add(p.vector(line + 8), times: w3)
        a.add(p.vector(2 * line), times: w2)
        b.add(p.vector(2 * line + 4), times: w1)
        c.add(p.vector(2 * line + 8), times: w0)
        gradient.set(y * 28 * channels + x, a + b + c)
      }
    }
  }

  /// Adds the gradient of the weights and the bias.
  static func addWeightGradient(_ repeated: Floats, _ input: Floats, to gradient: Floats) {
    var (s0, s1, s2) = (Vector8.zero, Vector8.zero, Vector8.zero)
    var (s3, s4, s5) = (Vector8.zero, Vector8.zero, Vector8.zero)
    var (s6, s7, s8) = (Vector8.zero, Vector8.zero, Vector8.zero)
    var bias = Vector8.zero
    for y in 0..<28 {
      for x in stride(from: 0, to: 28 * channels, by: 8) {
        let d: Vector8 = repeated.vector((y + 1) * line + channels + x)
        let p = input + y * line + x
        s0.add(d, times: p.vector(0))
        s1.add(d, times: p.vector(4))
        s2.add(d, times: p.vector(8))
        s3.add(d, times: p.vector(line))
        s4.add(d, times: p.vector(line + 4))
        s5.add(d, times: p.vector(line + 8))
        s6.add(d, times: p.vector(2 * line))
        s7.add(d, times: p.vector(2 * line + 4))
        s8.add(d, times: p.vector(2 * line + 8))
        bias += d
      }
    }
    @inline(__always) func add(_ sum: Vector8, _ tap: Int) {
      let target = gradient + tap * 4
      target.set(0, target.vector(0) + (sum.lowHalf + sum.highHalf))
    }
    add(s0, 0)
    add(s1, 1)
    add(s2, 2)
    add(s3, 3)
    add(s4, 4)
    add(s5, 5)
    add(s6, 6)
    add(s7, 7)
    add(s8, 8)
    gradient[36] += bias[0] + bias[4]
  }
}
