/// Generates the image of a digit in a style.
///
/// A value of this type is immutable and may be used from many threads at once.
package struct Decoder: Sendable {
  private let network: DecoderNetwork
  private let weights: [Float]

  package var styleSize: Int { network.styleSize }

  /// - Parameter parameters: a block laid out as `Decoder.layout(styleSize:)` says.
  package init(styleSize: Int, parameters: [Float]) {
    network = DecoderNetwork(styleSize: styleSize)
    weights = network.packed(parameters)
  }

  /// Decodes N codes.
  ///
  /// - Parameters:
  ///   - codes: N x (K+S) floats: ten class probabilities, then the style vector.
  ///   - images: N x 28 x 28 floats, -1 background, 1 ink; linear, so not clamped to [-1, 1].
  package func decode(
    _ codes: UnsafeBufferPointer<Float>, into images: UnsafeMutableBufferPointer<Float>
  ) {
    let (width, pitch) = (network.fc.codeWidth, network.codePitch)
    let count = codes.count / width
    precondition(codes.count == count * width && images.count == count * Model.pixels)
    guard let target = images.baseAddress else { return }
    network.forEachChunk(of: count, weights, pitch: pitch) { chunk, workspace, rows in
      for (row, image) in chunk.enumerated() {
        for i in 0..<width { rows[row * pitch + i] = codes[image * width + i] }
      }
      network.forward(
        rows, count: chunk.count, in: workspace, into: target + chunk.lowerBound * Model.pixels)
    }
  }
}

/// The decoder's arithmetic.
///
/// fc: Linear(K+S, 1568), seen as 32 x 7 x 7; each pixel twice in both directions; conv1 3x3 ->
/// 32 x 14 x 14; norm1, ReLU; each pixel twice in both directions; conv2 3x3 -> 4 x 28 x 28; norm2,
/// ReLU; conv3 3x3 -> 1 x 28 x 28.
package struct DecoderNetwork: Network {
  let styleSize: Int
  let fc: Linear
  let norm1 = GroupNorm(channels: 32, groups: 8, side: 14, border: 1)
  let norm2 = GroupNorm(channels: 4, groups: 2, side: 28, border: 1)

  private let weights: Regions
  private let sums: Regions
  private let scratch: Scratch
  package let counts: BufferCounts

  package init(styleSize: Int) {
    precondition(Model.styleSizes.contains(styleSize))
    self.styleSize = styleSize
    fc = Linear(.codeToFeatures, codeWidth: Model.classes + styleSize)
    weights = Regions(
      fc: fc.packedCount, conv1: UpsampledConvolution.packedCount, norm1: norm1.packedCount,
      conv2: NarrowUpsampledConvolution.packedCount, norm2: norm2.packedCount,
      conv3: OutputConvolution.packedCount)
    sums = Regions(
      fc: fc.gradientCount, conv1: UpsampledConvolution.gradientCount,
      norm1: norm1.gradientCount, conv2: NarrowUpsampledConvolution.gradientCount,
      norm2: norm2.gradientCount, conv3: OutputConvolution.gradientCount)
    scratch = Scratch(norm1, norm2)
    counts = BufferCounts(
      parameters: Decoder.layout(styleSize: styleSize).count, weights: weights.count, cache: 0,
      scratch: scratch.count, sums: sums.count)
  }

  /// Floats from one code to the next: K+S rounded up to whole vectors.
  var codePitch: Int { fc.codePitch }

  // MARK: Regions

  /// Where the layers' parts start in packed weights or in sums of gradients.
  private struct Regions {
    let fc, conv1, norm1, conv2, norm2, conv3: Int
    let count: Int

    /// - Parameters: how many floats each part holds.
    init(fc: Int, conv1: Int, norm1: Int, conv2: Int, norm2: Int, conv3: Int) {
      var plan = Allotment()
      self.fc = plan.reserve(fc)
      self.conv1 = plan.reserve(conv1)
      self.norm1 = plan.reserve(norm1)
      self.conv2 = plan.reserve(conv2)
      self.norm2 = plan.reserve(norm2)
      self.conv3 = plan.reserve(conv3)
      count = plan.count
    }
  }

  private struct Scratch {
    /// Of the whole chunk: 8 x 7 x 7 x 32, what `fc` makes; later the gradient of it.
    let features: Int
    /// Of one image, forward: what each layer makes, and what the convolutions need themselves.
    let conv1, output1, statistics1, activation1: Int
    let conv2, output2, statistics2, activation2: Int
    let conv3, image: Int
    /// Of one image, backward: gradients of the first two convolutions' outputs.
    let gradient1, gradient2, norm: Int
    let count: Int

    init(_ norm1: GroupNorm, _ norm2: GroupNorm) {
      var plan = Allotment()
      features = plan.reserve(chunkSize * Linear.features)
      conv1 = plan.reserve(UpsampledConvolution.scratchCount)
      output1 = plan.reserve(UpsampledConvolution.outputCount)
      statistics1 = plan.reserve(norm1.statisticsCount)
      activation1 = plan.reserve(norm1.outputCount)
      conv2 = plan.reserve(NarrowUpsampledConvolution.scratchCount)
      output2 = plan.reserve(NarrowUpsampledConvolution.outputCount)
      statistics2 = plan.reserve(norm2.statisticsCount)
      activation2 = plan.reserve(norm2.outputCount)
      conv3 = plan.reserve(OutputConvolution.scratchCount)
      image = plan.reserve(Model.pixels)
      gradient1 = plan.reserve(UpsampledConvolution.outputCount)
      gradient2 = plan.reserve(NarrowUpsampledConvolution.outputCount)
      norm = plan.reserve(max(norm1.scratchCount, norm2.scratchCount))
      count = plan.count
    }
  }

  // MARK: Packing

  package func pack(_ source: UnsafePointer<Float>, into target: Floats) {
    let parameters = Decoder.Parameters(styleSize: styleSize)
    fc.pack(source, parameters.fc, into: target + weights.fc)
    UpsampledConvolution.pack(source, parameters.conv1, into: target + weights.conv1)
    norm1.pack(source, parameters.norm1, into: target + weights.norm1)
    NarrowUpsampledConvolution.pack(source, parameters.conv2, into: target + weights.conv2)
    norm2.pack(source, parameters.norm2, into: target + weights.norm2)
    OutputConvolution.pack(source, parameters.conv3, into: target + weights.conv3)
  }

  package func unpack(_ source: Floats, into target: Floats) {
    let parameters = Decoder.Parameters(styleSize: styleSize)
    fc.unpack(source + sums.fc, into: target, parameters.fc)
    UpsampledConvolution.unpack(source + sums.conv1, into: target, parameters.conv1)
    norm1.unpack(source + sums.norm1, into: target, parameters.norm1)
    NarrowUpsampledConvolution.unpack(source + sums.conv2, into: target, parameters.conv2)
    norm2.unpack(source + sums.norm2, into: target, parameters.norm2)
    OutputConvolution.unpack(source + sums.conv3, into: target, parameters.conv3)
  }

  // MARK: Forward and backward

  /// Decodes up to eight codes.
  ///
  /// - Parameters:
  ///   - codes: 8 x `codePitch`: class probabilities, then style. Rows from `count` on and columns
  ///     from K+S on are ignored.
  ///   - images: count x 28 x 28, linear.
  func forward(_ codes: Floats, count: Int, in workspace: Workspace, into images: Floats) {
    fc.forward(
      codes, weights: workspace.weights + weights.fc, into: workspace.scratch + scratch.features)
    for n in 0..<count { forward(n, in: workspace, into: images + n * Model.pixels) }
  }

  /// The layers after `fc`, for image `n` of the chunk.
  private func forward(_ n: Int, in workspace: Workspace, into image: Floats) {
    let (w, s) = (workspace.weights, workspace.scratch)
    UpsampledConvolution.forward(
      s + scratch.features + n * Linear.features, weights: w + weights.conv1,
      scratch: s + scratch.conv1, into: s + scratch.output1)
    norm1.forward(
      s + scratch.output1, weights: w + weights.norm1, statistics: s + scratch.statistics1,
      into: s + scratch.activation1)
    NarrowUpsampledConvolution.forward(
      s + scratch.activation1, weights: w + weights.conv2, scratch: s + scratch.conv2,
      into: s + scratch.output2)
    norm2.forward(
      s + scratch.output2, weights: w + weights.norm2, statistics: s + scratch.statistics2,
      into: s + scratch.activation2)
    OutputConvolution.forward(
      s + scratch.activation2, weights: w + weights.conv3, into: image)
  }

  /// Decodes up to eight codes, and adds the gradients of the weights under a loss of the images.
  ///
  /// Each image goes forward and backward while its activations are in the processor's cache, so
  /// that none are kept between the two.
  ///
  /// - Parameters:
  ///   - codes: as for `forward`.
  ///   - target: `counts.sums` floats, added to.
  ///   - codeGradients: 8 x `codePitch`. Rows from `count` on have no meaning.
  ///   - loss: turns image n of the chunk (28 x 28) into the gradient of the loss, in place.
  package func backward(
    _ codes: Floats, count: Int, in workspace: Workspace, sums target: Floats,
    into codeGradients: Floats, loss: (_ n: Int, _ image: Floats) -> Void
  ) {
    let (w, s) = (workspace.weights, workspace.scratch)
    fc.forward(codes, weights: w + weights.fc, into: s + scratch.features)
    for n in 0..<count {
      forward(n, in: workspace, into: s + scratch.image)
      loss(n, s + scratch.image)
      backward(n, in: workspace, sums: target)
    }
    fc.backward(
      s + scratch.features, input: codes, count: count, weights: w + weights.fc,
      sums: target + sums.fc, into: codeGradients)
  }

  /// The layers after `fc`, for image `n` of the chunk, after its `forward`: replaces the image's
  /// features by their gradient.
  private func backward(_ n: Int, in workspace: Workspace, sums target: Floats) {
    let (w, s) = (workspace.weights, workspace.scratch)
    OutputConvolution.backward(
      s + scratch.image, input: s + scratch.activation2, weights: w + weights.conv3,
      scratch: s + scratch.conv3, sums: target + sums.conv3, into: s + scratch.gradient2)
    norm2.backward(
      s + scratch.gradient2, input: s + scratch.output2, weights: w + weights.norm2,
      statistics: s + scratch.statistics2, scratch: s + scratch.norm, sums: target + sums.norm2)
    NarrowUpsampledConvolution.backward(
      s + scratch.gradient2, weights: w + weights.conv2, scratch: s + scratch.conv2,
      sums: target + sums.conv2, into: s + scratch.gradient1)
    norm1.backward(
      s + scratch.gradient1, input: s + scratch.output1, weights: w + weights.norm1,
      statistics: s + scratch.statistics1, scratch: s + scratch.norm, sums: target + sums.norm1)
    UpsampledConvolution.backward(
      s + scratch.gradient1, weights: w + weights.conv1, scratch: s + scratch.conv1,
      sums: target + sums.conv1, into: s + scratch.features + n * Linear.features)
  }
}
