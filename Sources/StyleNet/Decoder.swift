/// Draws a digit in a style.
///
/// Linear(K+S, 1568) -> upsample x2 -> ConvBlock(32, 32, 3) -> upsample x2 -> ConvBlock(32, 4, 3)
/// -> Conv2d(4, 1, 3). A value of this type is immutable and may be used from many threads at once.
package struct Decoder: Sendable {
  private let pass: DecoderPass
  private let packed: [Float]

  package var styleSize: Int { pass.styleSize }

  /// - Parameter parameters: a block laid out as `Decoder.layout(styleSize:)` says.
  package init(styleSize: Int, parameters: [Float]) {
    pass = DecoderPass(styleSize: styleSize)
    precondition(parameters.count == pass.layout.count)
    packed = packedWeights(parameters, count: pass.packedCount, pass.pack)
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
    guard let target = images.baseAddress else { return }
    let scratch = Block(count: pass.scratchCount)
    let rows = Block(count: chunkSize * pass.codePitch)
    withWeights(packed) { weights in
      for first in stride(from: 0, to: count, by: chunkSize) {
        let size = min(chunkSize, count - first)
        for n in 0..<size {
          for i in 0..<width {
            rows.floats[n * pass.codePitch + i] = codes[(first + n) * width + i]
          }
        }
        pass.forward(
          rows.floats, count: size, weights: weights, scratch: scratch.floats,
          images: target + first * Model.pixels)
      }
    }
  }
}
