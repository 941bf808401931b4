/// Generates the image of a digit in a style.
///
/// A value of this type is immutable and may be used from many threads at once.
package struct Decoder: Sendable {
  private let network: DecoderNetwork
  private let weights: [Float]
}

package extension Decoder {
  var styleSize: Int { network.styleSize }

  /// - Parameter parameters: a block laid out as `Decoder.layout(styleSize:)` says.
  init(styleSize: Int, parameters: [Float]) {
    network = DecoderNetwork(styleSize: styleSize)
    weights = network.packed(parameters)
  }

  /// The decoder's tensors for style vectors of `styleSize` components.
  static func layout(styleSize: Int) -> ParameterLayout {
    DecoderNetwork(styleSize: styleSize).plan.layout
  }

  /// Decodes N codes.
  ///
  /// - Parameters:
  ///   - codes: N x (K+S) floats: ten class probabilities, then the style vector.
  ///   - images: N x 28 x 28 floats, -1 background, 1 ink; linear, so not clamped to [-1, 1].
  func decode(
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
  package let plan: NetworkPlan

  let fc: Linear
  let conv1: UpsampledConvolution
  let norm1: GroupNorm
  let conv2: NarrowUpsampledConvolution
  let norm2: GroupNorm
  let conv3: OutputConvolution

  // All in scratch.

  /// Of the whole chunk: 8 x 7 x 7 x 32, what `fc` makes; later the gradient of it.
  private let features: Int
  /// Of one image: what the layers make.
  private let output1, statistics1, activation1, output2, statistics2, activation2, image: Int
  /// Of one image: gradients of the outputs of the first two convolutions.
  private let gradient1, gradient2: Int

  package init(styleSize: Int) {
    precondition(Model.styleSizes.contains(styleSize))
    self.styleSize = styleSize
    var plan = NetworkPlan()
    fc = Linear(
      "fc", .codeToFeatures, pixels: 49, channels: 32, codeWidth: Model.classes + styleSize,
      in: &plan)
    conv1 = UpsampledConvolution("conv1.0", in: &plan)
    norm1 = GroupNorm("conv1.1", channels: 32, groups: 8, side: 14, border: 1, in: &plan)
    conv2 = NarrowUpsampledConvolution("conv2.0", in: &plan)
    norm2 = GroupNorm("conv2.1", channels: 4, groups: 2, side: 28, border: 1, in: &plan)
    conv3 = OutputConvolution("conv3", in: &plan)

    features = plan.scratch.reserve(chunkSize * fc.features)
    output1 = plan.scratch.reserve(UpsampledConvolution.outputCount)
    statistics1 = plan.scratch.reserve(norm1.statisticsCount)
    activation1 = plan.scratch.reserve(norm1.outputCount)
    output2 = plan.scratch.reserve(NarrowUpsampledConvolution.outputCount)
    statistics2 = plan.scratch.reserve(norm2.statisticsCount)
    activation2 = plan.scratch.reserve(norm2.outputCount)
    image = plan.scratch.reserve(Model.pixels)
    gradient1 = plan.scratch.reserve(UpsampledConvolution.outputCount)
    gradient2 = plan.scratch.reserve(NarrowUpsampledConvolution.outputCount)
    self.plan = plan
  }

  /// Floats from one code to the next: K+S rounded up to whole vectors.
  var codePitch: Int { fc.codePitch }

  // MARK: Forward and backward

  /// Decodes up to eight codes.
  ///
  /// - Parameters:
  ///   - codes: 8 x `codePitch`: class probabilities, then style. Rows from `count` on and columns
  ///     from K+S on are ignored.
  ///   - images: count x 28 x 28, linear.
  func forward(_ codes: Floats, count: Int, in workspace: Workspace, into images: Floats) {
    fc.forward(codes, in: workspace, into: workspace.scratch + features)
    for n in 0..<count { forward(n, in: workspace, into: images + n * Model.pixels) }
  }

  /// The layers after `fc`, for image `n` of the chunk.
  private func forward(_ n: Int, in workspace: Workspace, into image: Floats) {
    let s = workspace.scratch
    conv1.forward(s + features + n * fc.features, in: workspace, into: s + output1)
    norm1.forward(s + output1, in: workspace, statistics: s + statistics1, into: s + activation1)
    conv2.forward(s + activation1, in: workspace, into: s + output2)
    norm2.forward(s + output2, in: workspace, statistics: s + statistics2, into: s + activation2)
    conv3.forward(s + activation2, in: workspace, into: image)
  }

  /// Decodes up to eight codes, and adds the gradients of the weights under a loss of the images.
  ///
  /// Each image goes forward and backward while its activations are in the processor's cache, so
  /// that none are kept between the two.
  ///
  /// - Parameters:
  ///   - codes: as for `forward`.
  ///   - sums: `plan.sums` floats, added to.
  ///   - codeGradients: 8 x `codePitch`. Rows from `count` on have no meaning.
  ///   - loss: turns image n of the chunk (28 x 28) into the gradient of the loss, in place.
  package func forwardAndBackward(
    _ codes: Floats, count: Int, in workspace: Workspace, sums: Floats,
    into codeGradients: Floats, loss: (_ n: Int, _ image: Floats) -> Void
  ) {
    let s = workspace.scratch
    fc.forward(codes, in: workspace, into: s + features)
    for n in 0..<count {
      forward(n, in: workspace, into: s + image)
      loss(n, s + image)
      backward(n, in: workspace, sums: sums)
    }
    fc.backward(
      s + features, input: codes, count: count, in: workspace, sums: sums, into: codeGradients)
  }

  /// The layers after `fc`, for image `n` of the chunk, after its `forward`: replaces the image's
  /// features by their gradient.
  private func backward(_ n: Int, in workspace: Workspace, sums: Floats) {
    let s = workspace.scratch
    conv3.backward(
      s + image, input: s + activation2, in: workspace, sums: sums, into: s + gradient2)
    norm2.backward(
      s + gradient2, input: s + output2, in: workspace, statistics: s + statistics2, sums: sums)
    conv2.backward(s + gradient2, in: workspace, sums: sums, into: s + gradient1)
    norm1.backward(
      s + gradient1, input: s + output1, in: workspace, statistics: s + statistics1, sums: sums)
    conv1.backward(
      s + gradient1, in: workspace, sums: sums, into: s + features + n * fc.features)
  }
}
