/// The encoder's arithmetic over chunks of eight images, forward and backward.
///
/// Every buffer is the caller's: packed weights, shared and read only; a cache that carries a
/// chunk from forward to backward; scratch, one a thread, zero when first used; and sums of
/// gradients in the packed order. Activations are kept pixel by pixel, channels innermost.
package struct EncoderPass: Sendable {
  package let styleSize: Int
  let linear: LinearLayer
  let layout: ParameterLayout
  let norm1 = GroupNorm(channels: 16, groups: 4, lanes: 16, rows: 14 * 14)
  let norm2 = GroupNorm(channels: 32, groups: 8, lanes: 32, rows: 14 * 14)

  private let packed:
    (
      strokes: Int, norm1: Int, winograd: Int, transposed: Int, norm2: Int, tall: Int, wide: Int,
      bias: Int
    )
  private let gradient:
    (
      strokes: Int, norm1: Int, winograd: Int, norm2: Int, wide: Int, bias: Int
    )
  private let cache: (image: Int, raw1: Int, norm1: Int, raw2: Int, norm2: Int, choice: Int)
  private let scratch:
    (
      activation: Int, inputs: Int, outputs: Int, lines: Int, gradient2: Int, gradient1: Int,
      pooled: Int, norm: Int
    )
  private let imageCacheCount: Int

  /// Floats of packed weights.
  package let packedCount: Int
  /// Floats of a sum of gradients.
  package let gradientCount: Int
  /// Floats of the cache of a chunk.
  package let cacheCount: Int
  /// Floats of scratch.
  package let scratchCount: Int
  /// Floats from one image's outputs to the next: K+S rounded up to whole vectors.
  package var outputPitch: Int { linear.pitch }

  package init(styleSize: Int) {
    precondition(Model.styleSizes.contains(styleSize))
    self.styleSize = styleSize
    linear = LinearLayer(width: Model.classes + styleSize)
    layout = Encoder.layout(styleSize: styleSize)
    var plan = Allotment()
    packed = (
      plan.reserve(StrokeConvolution.weightCount), plan.reserve(norm1.weightCount),
      plan.reserve(WinogradConvolution.weightCount), plan.reserve(WinogradConvolution.weightCount),
      plan.reserve(norm2.weightCount), plan.reserve(linear.tallCount),
      plan.reserve(linear.wideCount),
      plan.reserve(linear.pitch)
    )
    packedCount = plan.count
    plan = Allotment()
    gradient = (
      plan.reserve(StrokeConvolution.weightCount), plan.reserve(norm1.weightCount),
      plan.reserve(WinogradConvolution.weightCount), plan.reserve(norm2.weightCount),
      plan.reserve(linear.wideCount), plan.reserve(linear.pitch)
    )
    gradientCount = plan.count
    plan = Allotment()
    cache = (
      plan.reserve(StrokeConvolution.inputCount), plan.reserve(StrokeConvolution.outputCount),
      plan.reserve(norm1.statisticsCount), plan.reserve(WinogradConvolution.outputCount),
      plan.reserve(norm2.statisticsCount), plan.reserve(MaxPool.outputCount)
    )
    imageCacheCount = plan.count
    cacheCount = chunkSize * (imageCacheCount + MaxPool.outputCount)
    plan = Allotment()
    scratch = (
      plan.reserve(WinogradConvolution.inputCount),
      plan.reserve(WinogradConvolution.inputPlanesCount),
      plan.reserve(WinogradConvolution.outputPlanesCount),
      plan.reserve(WinogradConvolution.scratchCount),
      plan.reserve(WinogradConvolution.outputCount), plan.reserve(StrokeConvolution.outputCount),
      plan.reserve(chunkSize * MaxPool.outputCount), plan.reserve(norm2.scratchCount)
    )
    scratchCount = plan.count
  }

  /// Arranges parameters (laid out as `Encoder.layout`) for the kernels.
  package func pack(_ parameters: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    let source = UnsafeMutablePointer(mutating: parameters)
    let t = layout.tensors
    StrokeConvolution.pack(source + t[0].offset, into: target + packed.strokes)
    norm1.expand(source + t[1].offset, into: target + packed.norm1)
    WinogradConvolution.pack(
      source + t[3].offset, into: target + packed.winograd, transposed: target + packed.transposed)
    norm2.expand(source + t[4].offset, into: target + packed.norm2)
    linear.pack(
      source + t[6].offset, codeFirst: true, tall: target + packed.tall,
      wide: target + packed.wide)
    for i in 0..<linear.width { target[packed.bias + i] = source[t[7].offset + i] }
  }

  /// Arranges a sum of gradients as `Encoder.layout` says.
  package func unpack(
    _ sums: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    let t = layout.tensors
    StrokeConvolution.unpack(sums + gradient.strokes, into: target + t[0].offset)
    norm1.collapse(sums + gradient.norm1, into: target + t[1].offset)
    WinogradConvolution.unpack(sums + gradient.winograd, into: target + t[3].offset)
    norm2.collapse(sums + gradient.norm2, into: target + t[4].offset)
    linear.unpack(sums + gradient.wide, into: target + t[6].offset, codeFirst: true)
    for i in 0..<linear.width { target[t[7].offset + i] = sums[gradient.bias + i] }
  }

  /// Encodes up to eight images.
  ///
  /// - Parameters:
  ///   - images: count x 28 x 28 bytes.
  ///   - weights: from `pack`.
  ///   - memory: the chunk's cache, for `backward`; its border of zeros must be there.
  ///   - work: scratch.
  ///   - outputs: 8 x `outputPitch`: logits, then style; rows from `count` on hold no meaning.
  package func forward(
    _ images: UnsafePointer<UInt8>, count: Int, weights: UnsafeMutablePointer<Float>,
    cache memory: UnsafeMutablePointer<Float>, scratch work: UnsafeMutablePointer<Float>,
    outputs: UnsafeMutablePointer<Float>
  ) {
    let pooled = memory + chunkSize * imageCacheCount
    for n in 0..<count {
      let m = memory + n * imageCacheCount
      StrokeConvolution.load(images + n * Model.pixels, into: m + cache.image)
      StrokeConvolution.forward(
        m + cache.image, packed: weights + packed.strokes, into: m + cache.raw1)
      norm1.measure(
        m + cache.raw1, weight: weights + packed.norm1, bias: weights + packed.norm1 + 16,
        into: m + cache.norm1)
      spreadActivation(m, work)
      WinogradConvolution.multiplyPlanes(
        work + scratch.inputs, by: weights + packed.winograd, into: work + scratch.outputs,
        inner: WinogradConvolution.inputs, columns: WinogradConvolution.outputs)
      WinogradConvolution.gather(work + scratch.outputs, into: m + cache.raw2)
      norm2.measure(
        m + cache.raw2, weight: weights + packed.norm2, bias: weights + packed.norm2 + 32,
        into: m + cache.norm2)
      MaxPool.forward(
        m + cache.raw2, scale: m + cache.norm2, shift: m + cache.norm2 + 32,
        into: pooled + n * MaxPool.outputCount, choice: m + cache.choice)
    }
    linear.toCodes(pooled, tall: weights + packed.tall, into: outputs)
    addToRows(weights + packed.bias, outputs, count: chunkSize, width: linear.pitch)
  }

  /// Normalises the first layer's output and spreads it over Winograd planes.
  @inline(__always)
  private func spreadActivation(_ m: Floats, _ work: Floats) {
    norm1.apply(
      m + cache.raw1, m + cache.norm1, into: work + scratch.activation + 17 * 16, lines: 14,
      line: 14 * 16, pitch: 16 * 16)
    WinogradConvolution.spread(
      work + scratch.activation, into: work + scratch.inputs, scratch: work + scratch.lines)
  }

  /// Adds the gradients of the weights over the images of a chunk.
  ///
  /// - Parameters:
  ///   - outputGradients: 8 x `outputPitch`; rows from `count` on and columns from K+S on may hold
  ///     anything.
  ///   - memory: what `forward` left.
  ///   - sums: `gradientCount` floats, added to.
  package func backward(
    _ outputGradients: UnsafeMutablePointer<Float>, count: Int,
    weights: UnsafeMutablePointer<Float>, cache memory: UnsafeMutablePointer<Float>,
    scratch work: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>
  ) {
    let pooled = memory + chunkSize * imageCacheCount
    linear.addWeightGradient(outputGradients, pooled, count: count, to: sums + gradient.wide)
    addRows(outputGradients, count: count, width: linear.pitch, to: sums + gradient.bias)
    linear.toFeatures(
      outputGradients, wide: weights + packed.wide, into: work + scratch.pooled)
    for n in 0..<count {
      let m = memory + n * imageCacheCount
      MaxPool.differentiate(
        work + scratch.pooled + n * MaxPool.outputCount, choice: m + cache.choice,
        into: work + scratch.gradient2)
      norm2.differentiate(
        work + scratch.gradient2, raw: m + cache.raw2, statistics: m + cache.norm2,
        weight: weights + packed.norm2, scratch: work + scratch.norm,
        weightGradient: sums + gradient.norm2)
      spreadActivation(m, work)
      WinogradConvolution.spreadGradient(work + scratch.gradient2, into: work + scratch.outputs)
      WinogradConvolution.addWeightGradient(
        work + scratch.outputs, work + scratch.inputs, to: sums + gradient.winograd)
      WinogradConvolution.multiplyPlanes(
        work + scratch.outputs, by: weights + packed.transposed, into: work + scratch.inputs,
        inner: WinogradConvolution.outputs, columns: WinogradConvolution.inputs)
      WinogradConvolution.gatherGradient(
        work + scratch.inputs, into: work + scratch.gradient1, scratch: work + scratch.lines)
      norm1.differentiate(
        work + scratch.gradient1, raw: m + cache.raw1, statistics: m + cache.norm1,
        weight: weights + packed.norm1, scratch: work + scratch.norm,
        weightGradient: sums + gradient.norm1)
      StrokeConvolution.differentiate(
        m + cache.image, outputGradient: work + scratch.gradient1, to: sums + gradient.strokes)
    }
  }
}
