/// Tells of an image which digit it shows and in which style it is written.
///
/// A value of this type is immutable and may be used from many threads at once.
package struct Encoder: Sendable {
  private let network: EncoderNetwork
  private let weights: [Float]

  package var styleSize: Int { network.styleSize }

  /// - Parameter parameters: a block laid out as `Encoder.layout(styleSize:)` says.
  package init(styleSize: Int, parameters: [Float]) {
    network = EncoderNetwork(styleSize: styleSize)
    weights = network.packed(parameters)
  }

  /// Encodes N images.
  ///
  /// - Parameters:
  ///   - images: N x 28 x 28 bytes; 0 is background, 255 ink.
  ///   - outputs: N x (K+S) floats: ten logits, then the style vector.
  package func encode(
    _ images: UnsafeBufferPointer<UInt8>, into outputs: UnsafeMutableBufferPointer<Float>
  ) {
    let (width, pitch) = (network.fc.codeWidth, network.codePitch)
    let count = images.count / Model.pixels
    precondition(images.count == count * Model.pixels && outputs.count == count * width)
    guard let source = images.baseAddress else { return }
    network.forEachChunk(of: count, weights, pitch: pitch) { chunk, workspace, rows in
      network.forward(
        source + chunk.lowerBound * Model.pixels, count: chunk.count, in: workspace, into: rows)
      for (row, image) in chunk.enumerated() {
        for i in 0..<width { outputs[image * width + i] = rows[row * pitch + i] }
      }
    }
  }
}

/// The encoder's arithmetic.
///
/// conv1 5x5, stride 2: 1 x 28 x 28 -> 16 x 14 x 14; norm1, ReLU; conv2 3x3 -> 32 x 14 x 14; norm2,
/// ReLU; maximum of 3x3, stride 2 -> 32 x 7 x 7; fc: Linear(1568, K+S).
package struct EncoderNetwork: Network {
  let styleSize: Int
  let norm1 = GroupNorm(channels: 16, groups: 4, side: 14, border: 1)
  let norm2 = GroupNorm(channels: 32, groups: 8, side: 14, border: 0)
  let fc: Linear

  private let weights: Regions
  private let sums: Regions
  private let cache: Cache
  private let scratch: Scratch
  package let counts: BufferCounts

  package init(styleSize: Int) {
    precondition(Model.styleSizes.contains(styleSize))
    self.styleSize = styleSize
    fc = Linear(.featuresToCode, codeWidth: Model.classes + styleSize)
    weights = Regions(
      conv1: InputConvolution.packedCount, norm1: norm1.packedCount,
      conv2: WinogradConvolution.packedCount, norm2: norm2.packedCount, fc: fc.packedCount)
    sums = Regions(
      conv1: InputConvolution.gradientCount, norm1: norm1.gradientCount,
      conv2: WinogradConvolution.gradientCount, norm2: norm2.gradientCount, fc: fc.gradientCount)
    cache = Cache(norm1, norm2)
    scratch = Scratch(norm1, norm2)
    counts = BufferCounts(
      parameters: Encoder.layout(styleSize: styleSize).count, weights: weights.count,
      cache: cache.count, scratch: scratch.count, sums: sums.count)
  }

  /// Floats from one image's outputs to the next: K+S rounded up to whole vectors.
  package var codePitch: Int { fc.codePitch }

  // MARK: Regions

  /// Where the layers' parts start in packed weights or in sums of gradients.
  private struct Regions {
    let conv1, norm1, conv2, norm2, fc: Int
    let count: Int

    /// - Parameters: how many floats each part holds.
    init(conv1: Int, norm1: Int, conv2: Int, norm2: Int, fc: Int) {
      var plan = Allotment()
      self.conv1 = plan.reserve(conv1)
      self.norm1 = plan.reserve(norm1)
      self.conv2 = plan.reserve(conv2)
      self.norm2 = plan.reserve(norm2)
      self.fc = plan.reserve(fc)
      count = plan.count
    }
  }

  /// The first regions are of one image and `imageCount` floats from those of the next.
  private struct Cache {
    let input, conv1, statistics1, conv2, statistics2, choice: Int
    let imageCount: Int
    /// The last region is of the whole chunk: 8 x 7 x 7 x 32, what `fc` reads.
    let pooled: Int
    let count: Int

    init(_ norm1: GroupNorm, _ norm2: GroupNorm) {
      var plan = Allotment()
      input = plan.reserve(InputConvolution.inputCount)
      conv1 = plan.reserve(InputConvolution.outputCount)
      statistics1 = plan.reserve(norm1.statisticsCount)
      conv2 = plan.reserve(WinogradConvolution.outputCount)
      statistics2 = plan.reserve(norm2.statisticsCount)
      choice = plan.reserve(MaxPool.outputCount)
      imageCount = plan.count
      pooled = chunkSize * imageCount
      count = pooled + chunkSize * MaxPool.outputCount
    }
  }

  private struct Scratch {
    /// Of one image: activations after a normalisation, what the layers need themselves, and
    /// gradients of the two convolutions' outputs.
    let activation1, activation2, conv2, norm, gradient1, gradient2: Int
    /// The gradient of `Cache.pooled`.
    let pooledGradient: Int
    let count: Int

    init(_ norm1: GroupNorm, _ norm2: GroupNorm) {
      var plan = Allotment()
      activation1 = plan.reserve(norm1.outputCount)
      activation2 = plan.reserve(norm2.outputCount)
      conv2 = plan.reserve(WinogradConvolution.scratchCount)
      norm = plan.reserve(max(norm1.scratchCount, norm2.scratchCount))
      gradient1 = plan.reserve(InputConvolution.outputCount)
      gradient2 = plan.reserve(WinogradConvolution.outputCount)
      pooledGradient = plan.reserve(chunkSize * MaxPool.outputCount)
      count = plan.count
    }
  }

  // MARK: Packing

  package func pack(_ source: UnsafePointer<Float>, into target: Floats) {
    let parameters = Encoder.Parameters(styleSize: styleSize)
    InputConvolution.pack(source, parameters.conv1, into: target + weights.conv1)
    norm1.pack(source, parameters.norm1, into: target + weights.norm1)
    WinogradConvolution.pack(source, parameters.conv2, into: target + weights.conv2)
    norm2.pack(source, parameters.norm2, into: target + weights.norm2)
    fc.pack(source, parameters.fc, into: target + weights.fc)
  }

  package func unpack(_ source: Floats, into target: Floats) {
    let parameters = Encoder.Parameters(styleSize: styleSize)
    InputConvolution.unpack(source + sums.conv1, into: target, parameters.conv1)
    norm1.unpack(source + sums.norm1, into: target, parameters.norm1)
    WinogradConvolution.unpack(source + sums.conv2, into: target, parameters.conv2)
    norm2.unpack(source + sums.norm2, into: target, parameters.norm2)
    fc.unpack(source + sums.fc, into: target, parameters.fc)
  }

  // MARK: Forward and backward

  /// Encodes up to eight images.
  ///
  /// - Parameters:
  ///   - images: count x 28 x 28 bytes.
  ///   - outputs: 8 x `codePitch`: logits, then style. Rows from `count` on have no meaning.
  package func forward(
    _ images: UnsafePointer<UInt8>, count: Int, in workspace: Workspace, into outputs: Floats
  ) {
    let (w, s) = (workspace.weights, workspace.scratch)
    let pooled = workspace.cache + cache.pooled
    for n in 0..<count {
      let c = workspace.cache + n * cache.imageCount
      InputConvolution.forward(
        images + n * Model.pixels, weights: w + weights.conv1, padded: c + cache.input,
        into: c + cache.conv1)
      norm1.forward(
        c + cache.conv1, weights: w + weights.norm1, statistics: c + cache.statistics1,
        into: s + scratch.activation1)
      WinogradConvolution.forward(
        s + scratch.activation1, weights: w + weights.conv2, scratch: s + scratch.conv2,
        into: c + cache.conv2)
      norm2.forward(
        c + cache.conv2, weights: w + weights.norm2, statistics: c + cache.statistics2,
        into: s + scratch.activation2)
      MaxPool.forward(
        s + scratch.activation2, choice: c + cache.choice,
        into: pooled + n * MaxPool.outputCount)
    }
    fc.forward(pooled, weights: w + weights.fc, into: outputs)
  }

  /// Adds the gradients of the weights over the images of a chunk, after its `forward`.
  ///
  /// - Parameters:
  ///   - outputGradients: 8 x `codePitch`. Rows from `count` on and columns from K+S on are ignored.
  ///   - target: `counts.sums` floats, added to.
  package func backward(
    _ outputGradients: Floats, count: Int, in workspace: Workspace, sums target: Floats
  ) {
    let (w, s) = (workspace.weights, workspace.scratch)
    fc.backward(
      outputGradients, input: workspace.cache + cache.pooled, count: count,
      weights: w + weights.fc, sums: target + sums.fc, into: s + scratch.pooledGradient)
    for n in 0..<count {
      let c = workspace.cache + n * cache.imageCount
      MaxPool.backward(
        s + scratch.pooledGradient + n * MaxPool.outputCount, choice: c + cache.choice,
        into: s + scratch.gradient2)
      norm2.backward(
        s + scratch.gradient2, input: c + cache.conv2, weights: w + weights.norm2,
        statistics: c + cache.statistics2, scratch: s + scratch.norm, sums: target + sums.norm2)
      // Made again: to keep it for eight images takes more time than to compute it.
      norm1.forward(
        c + cache.conv1, weights: w + weights.norm1, statistics: c + cache.statistics1,
        into: s + scratch.activation1)
      WinogradConvolution.backward(
        s + scratch.gradient2, input: s + scratch.activation1, weights: w + weights.conv2,
        scratch: s + scratch.conv2, sums: target + sums.conv2, into: s + scratch.gradient1)
      norm1.backward(
        s + scratch.gradient1, input: c + cache.conv1, weights: w + weights.norm1,
        statistics: c + cache.statistics1, scratch: s + scratch.norm, sums: target + sums.norm1)
      InputConvolution.backward(
        s + scratch.gradient1, padded: c + cache.input, sums: target + sums.conv1)
    }
  }
}
