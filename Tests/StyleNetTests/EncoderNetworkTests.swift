import TestSupport
import Testing

@testable import StyleNet

struct EncoderNetworkTests {
  @Test("gradients equal differences of the whole network", arguments: [1, 4, 9])
  func gradientsEqualDifferences(styleSize: Int) {
    let network = TestedEncoder(styleSize: styleSize)
    let count = 2
    let images = network.images(count, seed: 110)
    let outputGradients = network.outputGradients(count, seed: 111)
    let memory = EncoderMemory(network.network)
    network.run(images, outputGradients, in: memory)
    let gradient = network.gradient(in: memory)

    let inputs = (0..<count).map { referenceImage(images[$0 * 784..<($0 + 1) * 784]) }
    let parameters = network.parameters.map { Double($0) }
    for tensor in network.layout.tensors {
      let range = tensor.offset..<tensor.offset + tensor.count
      expectGradient(
        gradient[range], at: Array(parameters[range]), tolerance: 1e-5, directions: 2,
        coordinates: 2, step: 1e-7, "\(tensor.name)"
      ) {
        var moved = parameters
        moved.replaceSubrange(range, with: $0)
        let reference = ReferenceParameters(network.layout, moved)
        return zip(inputs, outputGradients).reduce(0) {
          $0 + dot(referenceEncoding(of: $1.0, reference), $1.1)
        }
      }
    }
  }

  @Test("a chunk's gradients are the sum of its images'", arguments: [3, 8])
  func gradientsAddUp(count: Int) {
    let network = TestedEncoder(styleSize: 4)
    let images = network.images(count, seed: 112)
    let outputGradients = network.outputGradients(count, seed: 113)
    let together = EncoderMemory(network.network)
    network.run(images, outputGradients, in: together)
    let oneByOne = EncoderMemory(network.network)
    for n in 0..<count {
      network.run(
        Array(images[n * 784..<(n + 1) * 784]), [outputGradients[n]], in: oneByOne)
    }
    expectClose(
      network.gradient(in: together), network.gradient(in: oneByOne).map { Double($0) })
  }

  @Test("what a buffer held before does not show", arguments: [1, 5, 8])
  func memoryIsReusable(count: Int) {
    let network = TestedEncoder(styleSize: 9)
    let images = network.images(count, seed: 114)
    let outputGradients = network.outputGradients(count, seed: 115)
    let fresh = EncoderMemory(network.network)
    network.run(images, outputGradients, in: fresh)

    let used = EncoderMemory(network.network)
    for seed in 116..<119 as Range<UInt64> {
      network.run(network.images(8, seed: seed), network.outputGradients(8, seed: seed), in: used)
    }
    used.sums.fill([Float](repeating: 0, count: used.sums.count))
    network.run(images, outputGradients, in: used)
    #expect(network.gradient(in: used).bits == network.gradient(in: fresh).bits)
    let outputs = count * network.network.codePitch
    #expect(
      Array(used.outputs.values.prefix(outputs)).bits
        == Array(fresh.outputs.values.prefix(outputs)).bits)
  }
}

/// The buffers of one thread that works on one chunk at a time.
private struct EncoderMemory: ~Copyable {
  let cache: KernelBuffer
  let scratch: KernelBuffer
  let outputs: KernelBuffer
  let sums: KernelBuffer

  init(_ network: EncoderNetwork) {
    cache = KernelBuffer(zeros: network.plan.cache.count)
    scratch = KernelBuffer(zeros: network.plan.scratch.count)
    outputs = KernelBuffer(unwritten: chunkSize * network.codePitch)
    sums = KernelBuffer(zeros: network.plan.sums.count)
  }
}

/// An encoder with random parameters.
private struct TestedEncoder {
  let network: EncoderNetwork
  let parameters: [Float]
  private let packed: [Float]

  var layout: ParameterLayout { Encoder.layout(styleSize: network.styleSize) }

  init(styleSize: Int) {
    network = EncoderNetwork(styleSize: styleSize)
    parameters = FixtureNumbers.encoder(styleSize: styleSize, seed: 7)
    packed = network.packed(parameters)
  }

  func images(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = FixtureNumbers(seed: seed)
    return random.images(count)
  }

  /// A row of K+S for each image.
  func outputGradients(_ count: Int, seed: UInt64) -> [[Double]] {
    var random = FixtureNumbers(seed: seed)
    return (0..<count).map { _ in random.values(network.fc.codeWidth) }
  }

  /// Forward and backward, which adds to the memory's sums.
  func run(
    _ images: [UInt8], _ outputGradients: [[Double]], in memory: borrowing EncoderMemory
  ) {
    let weights = KernelBuffer(packed)
    let count = outputGradients.count
    // Rows and columns that belong to no image are not to be read.
    let width = network.fc.codeWidth
    let gradients = KernelBuffer(
      spaced(outputGradients.flatMap { $0 }, width: width, pitch: network.codePitch, filler: .nan)
        + [Float](repeating: .nan, count: (chunkSize - count) * network.codePitch))
    let workspace = Workspace(
      weights: weights.floats, cache: memory.cache.floats, scratch: memory.scratch.floats)
    network.forward(images, count: count, in: workspace, into: memory.outputs.floats)
    network.backward(gradients.floats, count: count, in: workspace, sums: memory.sums.floats)
  }

  /// The sums, laid out as the parameters.
  func gradient(in memory: borrowing EncoderMemory) -> [Float] {
    let gradient = KernelBuffer(unwritten: parameters.count)
    network.plan.unpack(memory.sums.floats, into: gradient.floats)
    return gradient.values
  }
}
