/// Tells of an image which digit it shows and in which style it is written.
///
/// A value of this type is immutable and may be used from many threads at once.
package struct Encoder: Sendable {
  private let network: EncoderNetwork
  private let weights: [Float]
}

package extension Encoder {
  var styleSize: Int { network.styleSize }

  /// - Parameter parameters: a block laid out as `Encoder.layout(styleSize:)` says.
  init(styleSize: Int, parameters: [Float]) {
    network = EncoderNetwork(styleSize: styleSize)
    weights = network.packed(parameters)
  }

  /// The encoder's tensors for style vectors of `styleSize` components.
  static func layout(styleSize: Int) -> ParameterLayout {
    EncoderNetwork(styleSize: styleSize).plan.layout
  }

  /// Encodes N images.
  ///
  /// - Parameters:
  ///   - images: N x 28 x 28 bytes; 0 is background, 255 ink.
  ///   - outputs: N x (K+S) floats: ten logits, then the style vector.
  func encode(
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
  package let plan: NetworkPlan

  let conv1: InputConvolution
  let norm1: GroupNorm
  let conv2: WinogradConvolution
  let norm2: GroupNorm
  let fc: Linear

  /// In the cache, for each image: what the layers read and make. From one image's to the next are
  /// `imageCount` floats.
  private let input, output1, statistics1, output2, statistics2, choice: Int
  private let imageCount: Int
  /// In the cache, after those: 8 x 7 x 7 x 32, what `fc` reads.
  private let pooled: Int
  /// In scratch, of one image: activations after a normalisation, and gradients of the outputs of the
  /// two convolutions.
  private let activation1, activation2, gradient1, gradient2: Int
  /// In scratch: the gradient of `pooled`.
  private let pooledGradient: Int
}

package extension EncoderNetwork {
  init(styleSize: Int) {
    precondition(Model.styleSizes.contains(styleSize))
    self.styleSize = styleSize
    var plan = NetworkPlan()
    conv1 = InputConvolution("_seq.0.0", in: &plan)
    norm1 = GroupNorm("_seq.0.1", channels: 16, groups: 4, side: 14, border: 1, in: &plan)
    conv2 = WinogradConvolution("_seq.1.0", in: &plan)
    norm2 = GroupNorm("_seq.1.1", channels: 32, groups: 8, side: 14, border: 0, in: &plan)
    fc = Linear(
      "_seq.4", .featuresToCode, pixels: 49, channels: 32, codeWidth: Model.classes + styleSize,
      in: &plan)

    input = plan.cache.reserve(InputConvolution.inputCount)
    output1 = plan.cache.reserve(InputConvolution.outputCount)
    statistics1 = plan.cache.reserve(norm1.statisticsCount)
    output2 = plan.cache.reserve(WinogradConvolution.outputCount)
    statistics2 = plan.cache.reserve(norm2.statisticsCount)
    choice = plan.cache.reserve(MaxPool.outputCount)
    imageCount = plan.cache.count
    _ = plan.cache.reserve((chunkSize - 1) * imageCount)
    pooled = plan.cache.reserve(chunkSize * MaxPool.outputCount)

    activation1 = plan.scratch.reserve(norm1.outputCount)
    activation2 = plan.scratch.reserve(norm2.outputCount)
    gradient1 = plan.scratch.reserve(InputConvolution.outputCount)
    gradient2 = plan.scratch.reserve(WinogradConvolution.outputCount)
    pooledGradient = plan.scratch.reserve(chunkSize * MaxPool.outputCount)
    self.plan = plan
  }

  /// Floats from one image's outputs to the next: K+S rounded up to whole vectors.
  var codePitch: Int { fc.codePitch }

  /// Encodes up to eight images.
  ///
  /// - Parameters:
  ///   - images: count x 28 x 28 bytes.
  ///   - outputs: 8 x `codePitch`: logits, then style. Rows from `count` on have no meaning.
  func forward(
    _ images: UnsafePointer<UInt8>, count: Int, in workspace: Workspace, into outputs: Floats
  ) {
    let s = workspace.scratch
    let pooled = workspace.cache + pooled
    for n in 0..<count {
      let c = workspace.cache + n * imageCount
      conv1.forward(
        images + n * Model.pixels, in: workspace, padded: c + input, into: c + output1)
      norm1.forward(
        c + output1, in: workspace, statistics: c + statistics1, into: s + activation1)
      conv2.forward(s + activation1, in: workspace, into: c + output2)
      norm2.forward(
        c + output2, in: workspace, statistics: c + statistics2, into: s + activation2)
      MaxPool.forward(
        s + activation2, choice: c + choice, into: pooled + n * MaxPool.outputCount)
    }
    fc.forward(pooled, in: workspace, into: outputs)
  }

  /// Adds the gradients of the weights over the images of a chunk, after its `forward`.
  ///
  /// - Parameters:
  ///   - outputGradients: 8 x `codePitch`. Rows from `count` on and columns from K+S on are ignored.
  ///   - sums: `plan.sums` floats, added to.
  func backward(
    _ outputGradients: Floats, count: Int, in workspace: Workspace, sums: Floats
  ) {
    let s = workspace.scratch
    fc.backward(
      outputGradients, input: workspace.cache + pooled, count: count, in: workspace, sums: sums,
      into: s + pooledGradient)
    for n in 0..<count {
      let c = workspace.cache + n * imageCount
      MaxPool.backward(
        s + pooledGradient + n * MaxPool.outputCount, choice: c + choice, into: s + gradient2)
      norm2.backward(
        s + gradient2, input: c + output2, in: workspace, statistics: c + statistics2, sums: sums)
      // Made again: to keep it for eight images takes more time than to compute it.
      norm1.forward(
        c + output1, in: workspace, statistics: c + statistics1, into: s + activation1)
      conv2.backward(
        s + gradient2, input: s + activation1, in: workspace, sums: sums, into: s + gradient1)
      norm1.backward(
        s + gradient1, input: c + output1, in: workspace, statistics: c + statistics1, sums: sums)
      conv1.backward(s + gradient1, padded: c + input, sums: sums)
    }
  }
}
