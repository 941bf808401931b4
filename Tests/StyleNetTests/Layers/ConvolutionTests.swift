import TestSupport
import Testing

@testable import StyleNet

/// One of the 3x3 convolutions, with what its kernels are called with.
struct TestedConvolution: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// C H W.
  let inputShape: [Int]
  /// O I H W.
  let weightShape: [Int]
  /// C H W.
  let outputShape: [Int]
  /// Zero pixels around the input that `forward` reads.
  var border = 1
  var isUpsampled = false
  var hasBias = false
  let packedCount: Int
  let gradientCount: Int
  let scratchCount: Int
  let pack: @Sendable (_ parameters: Floats, _ packed: Floats) -> Void
  let unpack: @Sendable (_ sums: Floats, _ parameters: Floats) -> Void
  let forward: @Sendable (_ input: Floats, _ buffers: ConvolutionBuffers) -> Void
  let backward: @Sendable (_ input: Floats, _ buffers: ConvolutionBuffers) -> Void

  static let all = [winograd, upsampled, narrow, output]

  static let winograd = {
    typealias Layer = WinogradConvolution
    let weight = ParameterTensor([32, 16, 3, 3])
    return TestedConvolution(
      testDescription: "Winograd", inputShape: [16, 14, 14], weightShape: weight.shape,
      outputShape: [32, 14, 14], packedCount: Layer.packedCount,
      gradientCount: Layer.gradientCount, scratchCount: Layer.scratchCount,
      pack: { Layer.pack($0, weight, into: $1) }, unpack: { Layer.unpack($0, into: $1, weight) },
      forward: { input, b in
        Layer.forward(input, weights: b.packed, scratch: b.scratch, into: b.output)
      },
      backward: { input, b in
        Layer.backward(
          b.outputGradient, input: input, weights: b.packed, scratch: b.scratch, sums: b.sums,
          into: b.inputGradient)
      })
  }()

  static let upsampled = {
    typealias Layer = UpsampledConvolution
    let weight = ParameterTensor([32, 32, 3, 3])
    return TestedConvolution(
      testDescription: "upsampled", inputShape: [32, 7, 7], weightShape: weight.shape,
      outputShape: [32, 14, 14], border: 0, isUpsampled: true, packedCount: Layer.packedCount,
      gradientCount: Layer.gradientCount, scratchCount: Layer.scratchCount,
      pack: { Layer.pack($0, weight, into: $1) }, unpack: { Layer.unpack($0, into: $1, weight) },
      forward: { input, b in
        Layer.forward(input, weights: b.packed, scratch: b.scratch, into: b.output)
      },
      backward: { _, b in
        Layer.backward(
          b.outputGradient, weights: b.packed, scratch: b.scratch, sums: b.sums,
          into: b.inputGradient)
      })
  }()

  static let narrow = {
    typealias Layer = NarrowUpsampledConvolution
    let weight = ParameterTensor([4, 32, 3, 3])
    return TestedConvolution(
      testDescription: "narrow upsampled", inputShape: [32, 14, 14], weightShape: weight.shape,
      outputShape: [4, 28, 28], isUpsampled: true, packedCount: Layer.packedCount,
      gradientCount: Layer.gradientCount, scratchCount: Layer.scratchCount,
      pack: { Layer.pack($0, weight, into: $1) }, unpack: { Layer.unpack($0, into: $1, weight) },
      forward: { input, b in
        Layer.forward(input, weights: b.packed, scratch: b.scratch, into: b.output)
      },
      backward: { _, b in
        Layer.backward(
          b.outputGradient, weights: b.packed, scratch: b.scratch, sums: b.sums,
          into: b.inputGradient)
      })
  }()

  static let output = {
    typealias Layer = OutputConvolution
    let tensors = WeightAndBias(
      weight: ParameterTensor([1, 4, 3, 3]), bias: ParameterTensor([1], offset: 36))
    return TestedConvolution(
      testDescription: "output", inputShape: [4, 28, 28], weightShape: tensors.weight.shape,
      outputShape: [1, 28, 28], hasBias: true, packedCount: Layer.packedCount,
      gradientCount: Layer.gradientCount, scratchCount: Layer.scratchCount,
      pack: { Layer.pack($0, tensors, into: $1) }, unpack: { Layer.unpack($0, into: $1, tensors) },
      forward: { input, b in Layer.forward(input, weights: b.packed, into: b.output) },
      backward: { input, b in
        Layer.backward(
          b.outputGradient, input: input, weights: b.packed, scratch: b.scratch, sums: b.sums,
          into: b.inputGradient)
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
  let packed, scratch, output, outputGradient, sums, inputGradient: Floats
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
    packed = KernelBuffer(zeros: layer.packedCount)
    scratch = KernelBuffer(zeros: layer.scratchCount)
    output = KernelBuffer(unwritten: layer.outputShape.reduce(1, *))
    sums = KernelBuffer(zeros: layer.gradientCount)
    inputGradient = KernelBuffer(unwritten: layer.inputShape.reduce(1, *))
    let source = KernelBuffer(parameters)
    layer.pack(source.floats, packed.floats)
  }

  /// Forward and backward, which adds to the sums.
  func run(_ input: Tensor, _ outputGradient: Tensor) {
    let padded = KernelBuffer(input.pixelByPixel(border: layer.border))
    let gradient = KernelBuffer(outputGradient.pixelByPixel())
    let buffers = ConvolutionBuffers(
      packed: packed.floats, scratch: scratch.floats, output: output.floats,
      outputGradient: gradient.floats, sums: sums.floats, inputGradient: inputGradient.floats)
    layer.forward(padded.floats, buffers)
    layer.backward(padded.floats, buffers)
  }

  /// The sums, laid out as the parameters.
  func parameterGradient(count: Int) -> [Float] {
    let gradient = KernelBuffer(unwritten: count)
    layer.unpack(sums.floats, gradient.floats)
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
    memory.sums.fill(random.values(layer.gradientCount).floats)
    // Sums are in the order in which the packed weights for backward are, which come last.
    expectAdjoint(
      parameters.floats, mapped: memory.packed.values.suffix(layer.gradientCount),
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
