import TestSupport
import Testing

@testable import StyleNet

/// One of the 3x3 convolutions, with what its kernels are called with.
struct TestedConvolution: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let plan: NetworkPlan
  /// C H W.
  let inputShape: [Int]
  /// C H W.
  let outputShape: [Int]
  /// Zero pixels around the input that `forward` reads.
  var border = 1
  var isUpsampled = false
  let forward: @Sendable (_ input: Floats, _ buffers: ConvolutionBuffers) -> Void
  let backward: @Sendable (_ input: Floats, _ buffers: ConvolutionBuffers) -> Void

  /// O I H W.
  var weightShape: [Int] { plan.layout.tensors[0].shape }
  private var hasBias: Bool { plan.layout.tensors.count > 1 }

  static let all = [winograd, upsampled, narrow, output]

  static let winograd = {
    var plan = NetworkPlan()
    let layer = WinogradConvolution("conv", in: &plan)
    return TestedConvolution(
      testDescription: "Winograd", plan: plan, inputShape: [16, 14, 14], outputShape: [32, 14, 14],
      forward: { layer.forward($0, in: $1.workspace, into: $1.output) },
      backward: { input, b in
        layer.backward(
          b.outputGradient, input: input, in: b.workspace, sums: b.sums, into: b.inputGradient)
      })
  }()

  static let upsampled = {
    var plan = NetworkPlan()
    let layer = UpsampledConvolution("conv", in: &plan)
    return TestedConvolution(
      testDescription: "upsampled", plan: plan, inputShape: [32, 7, 7], outputShape: [32, 14, 14],
      border: 0, isUpsampled: true,
      forward: { layer.forward($0, in: $1.workspace, into: $1.output) },
      backward: { _, b in
        layer.backward(
          b.outputGradient, in: b.workspace, sums: b.sums, into: b.inputGradient)
      })
  }()

  static let narrow = {
    var plan = NetworkPlan()
    let layer = NarrowUpsampledConvolution("conv", in: &plan)
    return TestedConvolution(
      testDescription: "narrow upsampled", plan: plan, inputShape: [32, 14, 14],
      outputShape: [4, 28, 28],
      isUpsampled: true,
      forward: { layer.forward($0, in: $1.workspace, into: $1.output) },
      backward: { _, b in
        layer.backward(
          b.outputGradient, in: b.workspace, sums: b.sums, into: b.inputGradient)
      })
  }()

  static let output = {
    var plan = NetworkPlan()
    let layer = OutputConvolution("conv", in: &plan)
    return TestedConvolution(
      testDescription: "output", plan: plan, inputShape: [4, 28, 28], outputShape: [1, 28, 28],
      forward: { layer.forward($0, in: $1.workspace, into: $1.output) },
      backward: { input, b in
        layer.backward(
          b.outputGradient, input: input, in: b.workspace, sums: b.sums, into: b.inputGradient)
      })
  }()

  /// The weight, then the bias.
  func parameters(seed: UInt64) -> [Double] {
    var random = FixtureNumbers(seed: seed)
    return random.tensor(weightShape, scale: 0.25).values + (hasBias ? random.values(1) : [])
  }

  func reference(_ input: Tensor, _ parameters: [Double]) -> Tensor {
    let count = weightShape.reduce(1, *)
    return (isUpsampled ? input.enlarged() : input).convolved(
      with: Tensor(weightShape, Array(parameters.prefix(count))),
      bias: hasBias ? Array(parameters.dropFirst(count)) : nil, padding: 1)
  }
}

/// Where the buffers of a convolution are.
struct ConvolutionBuffers {
  let workspace: Workspace
  let output, outputGradient, sums, inputGradient: Floats
}

/// The buffers of a convolution that is run again and again.
private struct ConvolutionMemory: ~Copyable {
  let layer: TestedConvolution
  let packed: KernelBuffer
  let scratch: KernelBuffer
  let output: KernelBuffer
  let sums: KernelBuffer
  let inputGradient: KernelBuffer

  init(_ layer: TestedConvolution, _ parameters: [Double]) {
    self.layer = layer
    packed = KernelBuffer(zeros: layer.plan.weights.count)
    scratch = KernelBuffer(zeros: layer.plan.scratch.count)
    output = KernelBuffer(unwritten: layer.outputShape.reduce(1, *))
    sums = KernelBuffer(zeros: layer.plan.sums.count)
    inputGradient = KernelBuffer(unwritten: layer.inputShape.reduce(1, *))
    let source = KernelBuffer(parameters)
    layer.plan.pack(source.floats, into: packed.floats)
  }

  /// Forward and backward, which adds to the sums.
  func run(_ input: Tensor, _ outputGradient: Tensor) {
    let padded = KernelBuffer(input.pixelByPixel(border: layer.border))
    let gradient = KernelBuffer(outputGradient.pixelByPixel())
    let buffers = ConvolutionBuffers(
      workspace: Workspace(
        weights: packed.floats, cache: scratch.floats, scratch: scratch.floats),
      output: output.floats, outputGradient: gradient.floats, sums: sums.floats,
      inputGradient: inputGradient.floats)
    layer.forward(padded.floats, buffers)
    layer.backward(padded.floats, buffers)
  }

  /// The sums, laid out as the parameters.
  func parameterGradient(count: Int) -> [Float] {
    let gradient = KernelBuffer(unwritten: count)
    layer.plan.unpack(sums.floats, into: gradient.floats)
    return gradient.values
  }
}

struct ConvolutionTests {
  @Test(arguments: TestedConvolution.all)
  func forwardEqualsReference(layer: TestedConvolution) {
    let parameters = layer.parameters(seed: 3)
    let memory = ConvolutionMemory(layer, parameters)
    var random = FixtureNumbers(seed: 4)
    let (input, gradient) = (random.tensor(layer.inputShape), random.tensor(layer.outputShape))
    memory.run(input, gradient)
    expectClose(
      channelByChannel(memory.output.values, channels: layer.outputShape[0]),
      layer.reference(input, parameters).values)
  }

  @Test(arguments: TestedConvolution.all)
  func inputGradientEqualsDifferences(layer: TestedConvolution) {
    let parameters = layer.parameters(seed: 5)
    let memory = ConvolutionMemory(layer, parameters)
    var random = FixtureNumbers(seed: 6)
    let (input, gradient) = (random.tensor(layer.inputShape), random.tensor(layer.outputShape))
    memory.run(input, gradient)
    expectGradient(
      channelByChannel(memory.inputGradient.values, channels: layer.inputShape[0]),
      at: input.values
    ) {
      dot(layer.reference(Tensor(input.shape, $0), parameters).values, gradient.values)
    }
  }

  @Test(arguments: TestedConvolution.all)
  func parameterGradientEqualsDifferences(layer: TestedConvolution) {
    let parameters = layer.parameters(seed: 7)
    let memory = ConvolutionMemory(layer, parameters)
    var random = FixtureNumbers(seed: 8)
    let (input, gradient) = (random.tensor(layer.inputShape), random.tensor(layer.outputShape))
    // Twice, for gradients are added to what is there.
    for times in [1.0, 2.0] {
      memory.run(input, gradient)
      expectGradient(
        memory.parameterGradient(count: parameters.count), at: parameters, "\(times) times"
      ) {
        times * dot(layer.reference(input, $0).values, gradient.values)
      }
    }
  }

  @Test("unpacking is the adjoint of packing", arguments: TestedConvolution.all.dropLast())
  func unpackingIsTheAdjointOfPacking(layer: TestedConvolution) {
    let parameters = layer.parameters(seed: 9)
    let memory = ConvolutionMemory(layer, parameters)
    var random = FixtureNumbers(seed: 10)
    memory.sums.fill(random.values(layer.plan.sums.count).floats)
    // Sums are in the order in which the packed weights for backward are, which come last.
    expectAdjoint(
      parameters.floats, mapped: memory.packed.values.suffix(layer.plan.sums.count),
      memory.sums.values, back: memory.parameterGradient(count: parameters.count))
  }

  @Test("what scratch held before does not show", arguments: TestedConvolution.all)
  func scratchIsReusable(layer: TestedConvolution) {
    let parameters = layer.parameters(seed: 11)
    var random = FixtureNumbers(seed: 12)
    let (input, gradient) = (random.tensor(layer.inputShape), random.tensor(layer.outputShape))
    let fresh = ConvolutionMemory(layer, parameters)
    fresh.run(input, gradient)

    let used = ConvolutionMemory(layer, parameters)
    for scale in [1e30, -1] {
      used.run(
        Tensor(input.shape, input.values.map { $0 * scale }),
        Tensor(gradient.shape, gradient.values.map { 1 - $0 * scale }))
    }
    used.sums.fill([Float](repeating: 0, count: used.sums.count))
    used.run(input, gradient)
    #expect(used.output.values.bits == fresh.output.values.bits)
    #expect(used.inputGradient.values.bits == fresh.inputGradient.values.bits)
    #expect(used.sums.values.bits == fresh.sums.values.bits)
  }
}
