/// Reads a digit image: which digit it is, and how it is written.
///
/// ConvBlock(1, 16, 5, stride 2) -> ConvBlock(16, 32, 3) -> MaxPool(3, stride 2) ->
/// Linear(1568, K+S). A value of this type is immutable and may be used from many threads at once.
package struct Encoder: Sendable {
  private let pass: EncoderPass
  private let packed: [Float]

  package var styleSize: Int { pass.styleSize }

  /// - Parameter parameters: a block laid out as `Encoder.layout(styleSize:)` says.
  package init(styleSize: Int, parameters: [Float]) {
    pass = EncoderPass(styleSize: styleSize)
    precondition(parameters.count == pass.layout.count)
    packed = packedWeights(parameters, count: pass.packedCount, pass.pack)
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
    guard let source = images.baseAddress else { return }
    let cache = Block(count: pass.cacheCount)
    let scratch = Block(count: pass.scratchCount)
    let rows = Block(count: chunkSize * pass.outputPitch)
    withWeights(packed) { weights in
      for first in stride(from: 0, to: count, by: chunkSize) {
        let size = min(chunkSize, count - first)
        pass.forward(
          source + first * Model.pixels, count: size, weights: weights, cache: cache.floats,
          scratch: scratch.floats, outputs: rows.floats)
        for n in 0..<size {
          for i in 0..<width {
            outputs[(first + n) * width + i] = rows.floats[n * pass.outputPitch + i]
          }
        }
      }
    }
  }
}
