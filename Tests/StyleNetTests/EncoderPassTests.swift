import TestSupport
import Testing

@testable import StyleNet

struct EncoderPassTests {
  @Test("gradients equal differences of the whole network", arguments: [1, 4, 9])
  func gradientsEqualDifferences(styleSize: Int) {
    let network = TestedEncoder(styleSize: styleSize)
    let count = 2
    let images = network.images(count, seed: 110)
    let outputGradients = network.outputGradients(count, seed: 111)
    let memory = EncoderMemory(network.pass)
    network.run(images, outputGradients, in: memory)
    let gradient = network.gradient(in: memory)

    let inputs = (0..<count).map { referenceImage(images[$0 * 784..<($0 + 1) * 784]) }
    let parameters = network.parameters.map { Double($0) }
    for tensor in network.pass.layout.tensors {
      let range = tensor.offset..<tensor.offset + tensor.count
      expectGradient(
        gradient[range], at: Array(parameters[range]), tolerance: 1e-5, directions: 2,
        coordinates: 2, step: 1e-7, "\(tensor.name)"
      ) {
        var moved = parameters
        moved.replaceSubrange(range, with: $0)
        let reference = ReferenceParameters(network.pass.layout, moved)
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
    let together = EncoderMemory(network.pass)
    network.run(images, outputGradients, in: together)
    let oneByOne = EncoderMemory(network.pass)
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
    let fresh = EncoderMemory(network.pass)
    network.run(images, outputGradients, in: fresh)

    let used = EncoderMemory(network.pass)
    for seed in 116..<119 as Range<UInt64> {
      network.run(network.images(8, seed: seed), network.outputGradients(8, seed: seed), in: used)
    }
    used.sums.fill([Float](repeating: 0, count: used.sums.count))
    network.run(images, outputGradients, in: used)
    #expect(network.gradient(in: used).bits == network.gradient(in: fresh).bits)
    let outputs = count * network.pass.outputPitch
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

  init(_ pass: EncoderPass) {
    cache = KernelBuffer(zeros: pass.cacheCount)
    scratch = KernelBuffer(zeros: pass.scratchCount)
    outputs = KernelBuffer(unwritten: chunkSize * pass.outputPitch)
    sums = KernelBuffer(zeros: pass.gradientCount)
  }
}

/// An encoder with random parameters.
private struct TestedEncoder {
  let pass: EncoderPass
  let parameters: [Float]
  private let packed: [Float]

  init(styleSize: Int) {
    pass = EncoderPass(styleSize: styleSize)
    parameters = FixtureNumbers.encoder(styleSize: styleSize, seed: 7)
    packed = packedWeights(parameters, count: pass.packedCount, pass.pack)
  }

  func images(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = FixtureNumbers(seed: seed)
    return random.images(count)
  }

  /// A row of K+S for each image.
  func outputGradients(_ count: Int, seed: UInt64) -> [[Double]] {
    var random = FixtureNumbers(seed: seed)
    return (0..<count).map { _ in random.values(pass.linear.width) }
  }

  /// Forward and backward, which adds to the memory's sums.
  func run(
    _ images: [UInt8], _ outputGradients: [[Double]], in memory: borrowing EncoderMemory
  ) {
    let weights = KernelBuffer(packed)
    let count = outputGradients.count
    // Rows and columns that belong to no image are not to be read.
    let width = pass.linear.width
    let gradients = KernelBuffer(
      spaced(outputGradients.flatMap { $0 }, width: width, pitch: pass.outputPitch, filler: .nan)
        + [Float](repeating: .nan, count: (chunkSize - count) * pass.outputPitch))
    images.withUnsafeBufferPointer { images in
      guard let base = images.baseAddress else { return }
      pass.forward(
        base, count: count, weights: weights.floats, cache: memory.cache.floats,
        scratch: memory.scratch.floats, outputs: memory.outputs.floats)
    }
    pass.backward(
      gradients.floats, count: count, weights: weights.floats, cache: memory.cache.floats,
      scratch: memory.scratch.floats, sums: memory.sums.floats)
  }

  /// The sums, laid out as the parameters.
  func gradient(in memory: borrowing EncoderMemory) -> [Float] {
    let gradient = KernelBuffer(unwritten: parameters.count)
    pass.unpack(memory.sums.floats, into: gradient.floats)
    return gradient.values
  }
}
