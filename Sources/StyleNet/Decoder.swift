/// Draws a digit in a style.
///
/// Linear(K+S, 1568) -> upsample x2 -> ConvBlock(32, 32, 3) -> upsample x2 -> ConvBlock(32, 4, 3)
/// -> Conv2d(4, 1, 3). A value of this type is immutable and may be used from many threads at once.
package struct Decoder: Sendable {
  package let styleSize: Int
  let parameters: [Float]
  let layout: ParameterLayout

  /// - Parameter parameters: a block laid out as `Decoder.layout(styleSize:)` says.
  package init(styleSize: Int, parameters: [Float]) {
    layout = Decoder.layout(styleSize: styleSize)
    precondition(parameters.count == layout.count)
    self.styleSize = styleSize
    self.parameters = parameters
  }

  /// Decodes N codes.
  ///
  /// - Parameters:
  ///   - codes: N x (K+S) floats: ten class probabilities, then the style vector.
  ///   - images: N x 28 x 28 floats, -1 background, 1 ink; linear, so not clamped to [-1, 1].
  package func decode(
    _ codes: UnsafeBufferPointer<Float>, into images: UnsafeMutableBufferPointer<Float>
  ) {
    let width = Model.classes + styleSize
    let count = codes.count / width
    precondition(codes.count == count * width && images.count == count * Model.pixels)
    parameters.withUnsafeBufferPointer { p in
      for n in 0..<count {
        var x = (0..<1568).map { o in
          (0..<width).reduce(p[layout.tensors[1].offset + o]) {
            $0 + p[layout.tensors[0].offset + o * width + $1] * codes[n * width + $1]
          }
        }
        x = scalarUpsample(x, side: 7)
        x = scalarConvolution(x, p, layout.tensors[2], side: 14, stride: 1, pad: 1)
        scalarNormReLU(&x, p, layout.tensors[3], layout.tensors[4], groups: 8)
        x = scalarUpsample(x, side: 14)
        x = scalarConvolution(x, p, layout.tensors[5], side: 28, stride: 1, pad: 1)
        scalarNormReLU(&x, p, layout.tensors[6], layout.tensors[7], groups: 2)
        x = scalarConvolution(x, p, layout.tensors[8], side: 28, stride: 1, pad: 1)
        for i in 0..<784 { images[n * 784 + i] = x[i] + p[layout.tensors[9].offset] }
      }
    }
  }
}

func scalarUpsample(_ x: [Float], side: Int) -> [Float] {
  let channels = x.count / (side * side)
  var result = [Float](repeating: 0, count: x.count * 4)
  for c in 0..<channels {
    for y in 0..<2 * side {
      for xx in 0..<2 * side {
        result[(c * 2 * side + y) * 2 * side + xx] = x[(c * side + y / 2) * side + xx / 2]
      }
    }
  }
  return result
}
