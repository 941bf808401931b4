/// Reads a digit image: which digit it is, and how it is written.
///
/// ConvBlock(1, 16, 5, stride 2) -> ConvBlock(16, 32, 3) -> MaxPool(3, stride 2) ->
/// Linear(1568, K+S). A value of this type is immutable and may be used from many threads at once.
package struct Encoder: Sendable {
  package let styleSize: Int
  let parameters: [Float]
  let layout: ParameterLayout

  /// - Parameter parameters: a block laid out as `Encoder.layout(styleSize:)` says.
  package init(styleSize: Int, parameters: [Float]) {
    layout = Encoder.layout(styleSize: styleSize)
    precondition(parameters.count == layout.count)
    self.styleSize = styleSize
    self.parameters = parameters
  }

  /// Encodes N images.
  ///
  /// - Parameters:
  ///   - images: N x 28 x 28 bytes; 0 is background, 255 ink.
  ///   - outputs: N x (K+S) floats: ten logits, then the style vector.
  package func encode(
    _ images: UnsafeBufferPointer<UInt8>, into outputs: UnsafeMutableBufferPointer<Float>
  ) {
    let width = Model.classes + styleSize
    let count = images.count / Model.pixels
    precondition(images.count == count * Model.pixels && outputs.count == count * width)
    parameters.withUnsafeBufferPointer { p in
      for n in 0..<count {
        var x = (0..<784).map { Float(images[n * 784 + $0]) / 127.5 - 1 }
        x = scalarConvolution(x, p, layout.tensors[0], side: 28, stride: 2, pad: 2)
        scalarNormReLU(&x, p, layout.tensors[1], layout.tensors[2], groups: 4)
        x = scalarConvolution(x, p, layout.tensors[3], side: 14, stride: 1, pad: 1)
        scalarNormReLU(&x, p, layout.tensors[4], layout.tensors[5], groups: 8)
        var pooled = [Float](repeating: 0, count: 1568)
        for c in 0..<32 {
          for y in 0..<7 {
            for xx in 0..<7 {
              var m = -Float.infinity
              for j in max(0, 2 * y - 1)...(2 * y + 1) {
                for i in max(0, 2 * xx - 1)...(2 * xx + 1) { m = max(m, x[(c * 14 + j) * 14 + i]) }
              }
              pooled[(c * 7 + y) * 7 + xx] = m
            }
          }
        }
        for o in 0..<width {
          var sum = p[layout.tensors[7].offset + o]
          for i in 0..<1568 { sum += p[layout.tensors[6].offset + o * 1568 + i] * pooled[i] }
          outputs[n * width + o] = sum
        }
      }
    }
  }
}

func scalarConvolution(
  _ x: [Float], _ p: UnsafeBufferPointer<Float>, _ w: ParameterTensor, side: Int, stride: Int,
  pad: Int
) -> [Float] {
  let (o, i, k) = (w.shape[0], w.shape[1], w.shape[2])
  let out = side / stride
  var result = [Float](repeating: 0, count: o * out * out)
  for oc in 0..<o {
    for y in 0..<out {
      for xx in 0..<out {
        var sum: Float = 0
        for ic in 0..<i {
          for ky in 0..<k {
            for kx in 0..<k {
              let (sy, sx) = (y * stride + ky - pad, xx * stride + kx - pad)
              if sy < 0 || sx < 0 || sy >= side || sx >= side { continue }
              sum +=
                x[(ic * side + sy) * side + sx]
                * p[w.offset + ((oc * i + ic) * k + ky) * k + kx]
            }
          }
        }
        result[(oc * out + y) * out + xx] = sum
      }
    }
  }
  return result
}

func scalarNormReLU(
  _ x: inout [Float], _ p: UnsafeBufferPointer<Float>, _ w: ParameterTensor, _ b: ParameterTensor,
  groups: Int
) {
  let channels = w.count
  let (plane, per) = (x.count / channels, x.count / groups)
  for g in 0..<groups {
    var (sum, squares) = (0.0, 0.0)
    for i in g * per..<(g + 1) * per { sum += Double(x[i]) }
    let mean = sum / Double(per)
    for i in g * per..<(g + 1) * per { squares += (Double(x[i]) - mean) * (Double(x[i]) - mean) }
    let inverse = 1 / (squares / Double(per) + 1e-5).squareRoot()
    for i in g * per..<(g + 1) * per {
      let c = i / plane
      x[i] = max(0, Float((Double(x[i]) - mean) * inverse) * p[w.offset + c] + p[b.offset + c])
    }
  }
}
