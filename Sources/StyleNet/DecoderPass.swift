/// The decoder's arithmetic over chunks of eight codes, forward and backward.
///
/// Buffers are the caller's, as `EncoderPass` describes them. Nothing is kept between chunks:
/// `learn` runs each image forward and backward while it is in the cache.
package struct DecoderPass: Sendable {
  package let styleSize: Int
  let linear: LinearLayer
  let layout: ParameterLayout
  let norm1 = GroupNorm(channels: 32, groups: 8, lanes: 32, rows: 14 * 14)
  /// Four pixels of four channels a row.
  let norm2 = GroupNorm(channels: 4, groups: 2, lanes: 16, rows: 14 * 14)

  private let packed:
    (
      wide: Int, tall: Int, bias: Int, conv1: Int, transposed1: Int, norm1: Int, conv2: Int,
      transposed2: Int, norm2: Int, conv3: Int
    )
  private let gradient:
    (
      wide: Int, bias: Int, conv1: Int, norm1: Int, conv2: Int, norm2: Int, conv3: Int
    )
  private let scratch:
    (
      features: Int, inputs1: Int, outputs1: Int, lines: Int, raw1: Int, norm1: Int,
      activation1: Int, inputs2: Int, outputs2: Int, raw2: Int, norm2: Int, activation2: Int,
      image: Int, repeated: Int, gradient2: Int, products2: Int, gradient1: Int, partial: Int,
      norm: Int
    )

  /// Floats of packed weights.
  package let packedCount: Int
  /// Floats of a sum of gradients.
  package let gradientCount: Int
  /// Floats of scratch.
  package let scratchCount: Int
  /// Floats from one code to the next: K+S rounded up to whole vectors.
  package var codePitch: Int { linear.pitch }

  package init(styleSize: Int) {
    precondition(Model.styleSizes.contains(styleSize))
    self.styleSize = styleSize
    linear = LinearLayer(width: Model.classes + styleSize)
    layout = Decoder.layout(styleSize: styleSize)
    var plan = Allotment()
    packed = (
      plan.reserve(linear.wideCount), plan.reserve(linear.tallCount),
      plan.reserve(LinearLayer.features), plan.reserve(UpsampledConvolution.weightCount),
      plan.reserve(UpsampledConvolution.weightCount), plan.reserve(norm1.weightCount),
      plan.reserve(NarrowUpsampledConvolution.weightCount),
      plan.reserve(NarrowUpsampledConvolution.weightCount), plan.reserve(norm2.weightCount),
      plan.reserve(OutputConvolution.packedCount)
    )
    packedCount = plan.count
    plan = Allotment()
    gradient = (
      plan.reserve(linear.wideCount), plan.reserve(LinearLayer.features),
      plan.reserve(UpsampledConvolution.weightCount), plan.reserve(norm1.weightCount),
      plan.reserve(NarrowUpsampledConvolution.weightCount), plan.reserve(norm2.weightCount),
      plan.reserve(OutputConvolution.gradientCount)
    )
    gradientCount = plan.count
    plan = Allotment()
    scratch = (
      plan.reserve(chunkSize * LinearLayer.features),
      plan.reserve(UpsampledConvolution.planesCount),
      plan.reserve(UpsampledConvolution.planesCount),
      plan.reserve(UpsampledConvolution.linesCount),
      plan.reserve(UpsampledConvolution.outputCount), plan.reserve(norm1.statisticsCount),
      plan.reserve(NarrowUpsampledConvolution.inputCount),
      plan.reserve(NarrowUpsampledConvolution.inputPlanesCount),
      plan.reserve(NarrowUpsampledConvolution.outputPlanesCount),
      plan.reserve(NarrowUpsampledConvolution.outputCount), plan.reserve(norm2.statisticsCount),
      plan.reserve(OutputConvolution.inputCount), plan.reserve(Model.pixels),
      plan.reserve(OutputConvolution.inputCount),
      plan.reserve(NarrowUpsampledConvolution.outputCount),
      plan.reserve(NarrowUpsampledConvolution.outputPlanesCount),
      plan.reserve(UpsampledConvolution.outputCount),
      plan.reserve(UpsampledConvolution.partialCount), plan.reserve(norm1.scratchCount)
    )
    scratchCount = plan.count
  }

  /// Arranges parameters (laid out as `Decoder.layout`) for the kernels.
  package func pack(_ parameters: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    let source = UnsafeMutablePointer(mutating: parameters)
    let t = layout.tensors
    linear.pack(
      source + t[0].offset, codeFirst: false, tall: target + packed.tall,
      wide: target + packed.wide)
    for c in 0..<32 {
      for p in 0..<49 { target[packed.bias + p * 32 + c] = source[t[1].offset + c * 49 + p] }
    }
    UpsampledConvolution.pack(
      source + t[2].offset, into: target + packed.conv1, transposed: target + packed.transposed1)
    norm1.expand(source + t[3].offset, into: target + packed.norm1)
    NarrowUpsampledConvolution.pack(
      source + t[5].offset, into: target + packed.conv2, transposed: target + packed.transposed2)
    norm2.expand(source + t[6].offset, into: target + packed.norm2)
    OutputConvolution.pack(
      source + t[8].offset, bias: source + t[9].offset, into: target + packed.conv3)
  }

  /// Arranges a sum of gradients as `Decoder.layout` says.
  package func unpack(
    _ sums: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    let t = layout.tensors
    linear.unpack(sums + gradient.wide, into: target + t[0].offset, codeFirst: false)
    for c in 0..<32 {
      for p in 0..<49 { target[t[1].offset + c * 49 + p] = sums[gradient.bias + p * 32 + c] }
    }
    UpsampledConvolution.unpack(sums + gradient.conv1, into: target + t[2].offset)
    norm1.collapse(sums + gradient.norm1, into: target + t[3].offset)
    NarrowUpsampledConvolution.unpack(sums + gradient.conv2, into: target + t[5].offset)
    norm2.collapse(sums + gradient.norm2, into: target + t[6].offset)
    OutputConvolution.unpack(
      sums + gradient.conv3, into: target + t[8].offset, bias: target + t[9].offset)
  }

  /// Decodes up to eight codes.
  ///
  /// - Parameters:
  ///   - codes: 8 x `codePitch`: class probabilities, then style; of no image but its own does a
  ///     row show in the result, so that rows from `count` on may hold anything.
  ///   - weights: from `pack`.
  ///   - work: scratch.
  ///   - images: count x 28 x 28, linear.
  package func forward(
    _ codes: UnsafeMutablePointer<Float>, count: Int, weights: UnsafeMutablePointer<Float>,
    scratch work: UnsafeMutablePointer<Float>, images: UnsafeMutablePointer<Float>
  ) {
    enlarge(codes, weights, work)
    for n in 0..<count {
      draw(n, weights, work)
      copy(work + scratch.image, to: images + n * Model.pixels, count: Model.pixels)
    }
  }

  /// Runs up to eight codes forward and backward under the L1 loss, its mean over all pixels of
  /// `batch` images.
  ///
  /// - Parameters:
  ///   - codes: as for `forward`.
  ///   - targets: count x 28 x 28 bytes, what the images should be.
  ///   - batch: images of the whole batch, by which gradients are divided.
  ///   - sums: `gradientCount` floats, added to.
  ///   - losses: count floats: the sum over each image's pixels of |output - target|.
  ///   - codeGradients: 8 x `codePitch`, overwritten; rows from `count` on hold no meaning.
  package func learn(
    _ codes: UnsafeMutablePointer<Float>, count: Int, targets: UnsafePointer<UInt8>, batch: Int,
    weights: UnsafeMutablePointer<Float>, scratch work: UnsafeMutablePointer<Float>,
    sums: UnsafeMutablePointer<Float>, losses: UnsafeMutablePointer<Float>,
    codeGradients: UnsafeMutablePointer<Float>
  ) {
    enlarge(codes, weights, work)
    let step = 1 / Float(batch * Model.pixels)
    for n in 0..<count {
      draw(n, weights, work)
      losses[n] = Self.lose(
        work + scratch.image, targets + n * Model.pixels, step: step)
      differentiate(n, weights, work, sums)
    }
    // Of the last images the forward pass has left features: their rows are for nobody.
    let features = work + scratch.features
    linear.addWeightGradient(codes, features, count: count, to: sums + gradient.wide)
    addRows(features, count: count, width: LinearLayer.features, to: sums + gradient.bias)
    linear.toCodes(features, tall: weights + packed.tall, into: codeGradients)
  }

  /// The linear layer, for a whole chunk.
  private func enlarge(_ codes: Floats, _ weights: Floats, _ work: Floats) {
    linear.toFeatures(codes, wide: weights + packed.wide, into: work + scratch.features)
    addToRows(
      weights + packed.bias, work + scratch.features, count: chunkSize,
      width: LinearLayer.features)
  }

  /// The convolutions, for one image.
  private func draw(_ n: Int, _ weights: Floats, _ work: Floats) {
    UpsampledConvolution.spread(
      work + scratch.features + n * LinearLayer.features, into: work + scratch.inputs1,
      scratch: work + scratch.lines)
    UpsampledConvolution.multiplyPlanes(
      work + scratch.inputs1, by: weights + packed.conv1, into: work + scratch.outputs1)
    UpsampledConvolution.gather(work + scratch.outputs1, into: work + scratch.raw1)
    norm1.measure(
      work + scratch.raw1, weight: weights + packed.norm1, bias: weights + packed.norm1 + 32,
      into: work + scratch.norm1)
    norm1.apply(
      work + scratch.raw1, work + scratch.norm1, into: work + scratch.activation1 + 17 * 32,
      lines: 14, line: 14 * 32, pitch: 16 * 32)
    NarrowUpsampledConvolution.spread(
      work + scratch.activation1, into: work + scratch.inputs2)
    NarrowUpsampledConvolution.multiplyForward(
      work + scratch.inputs2, by: weights + packed.conv2, into: work + scratch.outputs2)
    NarrowUpsampledConvolution.gather(work + scratch.outputs2, into: work + scratch.raw2)
    norm2.measure(
      work + scratch.raw2, weight: weights + packed.norm2, bias: weights + packed.norm2 + 16,
      into: work + scratch.norm2)
    norm2.apply(
      work + scratch.raw2, work + scratch.norm2, into: work + scratch.activation2 + 31 * 4,
      lines: 28, line: 28 * 4, pitch: OutputConvolution.line)
    OutputConvolution.forward(
      work + scratch.activation2, packed: weights + packed.conv3, into: work + scratch.image)
  }

  /// Turns outputs into gradients of the L1 loss, in place, and returns the loss.
  @inline(__always)
  private static func lose(
    _ output: Floats, _ target: UnsafePointer<UInt8>, step: Float
  ) -> Float {
    var total = Vector16.zero
    for i in stride(from: 0, to: Model.pixels, by: 16) {
      let bytes = UnsafeRawPointer(target + i).loadUnaligned(as: SIMD16<UInt8>.self)
      let wanted = Vector16(SIMD16<Int32>(truncatingIfNeeded: bytes))
      let difference: Vector16 = output.vector(i, as: Vector16.self) - (wanted / 127.5 - 1)
      let (above, below) = (difference .> 0, difference .< 0)
      total += difference.replacing(with: -difference, where: below)
      output.set(
        i,
        Vector16.zero.replacing(with: step, where: above).replacing(with: -step, where: below))
    }
    return total.sum()
  }

  /// The convolutions backward, for one image: leaves the gradient of its features in their place.
  private func differentiate(_ n: Int, _ weights: Floats, _ work: Floats, _ sums: Floats) {
    OutputConvolution.load(work + scratch.image, into: work + scratch.repeated)
    OutputConvolution.addWeightGradient(
      work + scratch.repeated, work + scratch.activation2, to: sums + gradient.conv3)
    OutputConvolution.differentiateInput(
      work + scratch.repeated, packed: weights + packed.conv3, into: work + scratch.gradient2)
    norm2.differentiate(
      work + scratch.gradient2, raw: work + scratch.raw2, statistics: work + scratch.norm2,
      weight: weights + packed.norm2, scratch: work + scratch.norm,
      weightGradient: sums + gradient.norm2)
    NarrowUpsampledConvolution.spreadGradient(
      work + scratch.gradient2, into: work + scratch.products2)
    NarrowUpsampledConvolution.addWeightGradient(
      work + scratch.products2, work + scratch.inputs2, to: sums + gradient.conv2)
    NarrowUpsampledConvolution.multiplyBackward(
      work + scratch.products2, by: weights + packed.transposed2, into: work + scratch.inputs2)
    NarrowUpsampledConvolution.gatherGradient(
      work + scratch.inputs2, into: work + scratch.gradient1)
    norm1.differentiate(
      work + scratch.gradient1, raw: work + scratch.raw1, statistics: work + scratch.norm1,
      weight: weights + packed.norm1, scratch: work + scratch.norm,
      weightGradient: sums + gradient.norm1)
    UpsampledConvolution.spreadGradient(work + scratch.gradient1, into: work + scratch.outputs1)
    UpsampledConvolution.addWeightGradient(
      work + scratch.outputs1, work + scratch.inputs1, to: sums + gradient.conv1)
    UpsampledConvolution.multiplyPlanes(
      work + scratch.outputs1, by: weights + packed.transposed1, into: work + scratch.inputs1)
    UpsampledConvolution.gatherGradient(
      work + scratch.inputs1, into: work + scratch.features + n * LinearLayer.features,
      scratch: work + scratch.partial)
  }
}
