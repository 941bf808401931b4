import TestSupport
import Testing

@testable import StyleNet

struct DecoderNetworkTests {
  @Test("gradients equal differences of the whole network", arguments: [1, 4, 9])
  func gradientsEqualDifferences(styleSize: Int) {
    let network = TestedDecoder(styleSize: styleSize)
    let (count, batch) = (2, 5)
    let codes = network.codes(count, seed: 120)
    let targets = network.targets(count, seed: 121)
    let memory = DecoderMemory(network.network)
    network.learn(codes, targets, batch: batch, in: memory)
    let gradient = network.gradient(in: memory)

    /// The mean of |output - target| of one image.
    func loss(_ n: Int, _ code: [Double], _ reference: ReferenceParameters) -> Double {
      let output = referenceDecoding(of: code, reference).values
      let target = referenceImage(targets[n * 784..<(n + 1) * 784]).values
      return zip(output, target).reduce(0) { $0 + abs($1.0 - $1.1) } / 784
    }
    let parameters = network.parameters.map { Double($0) }
    let reference = ReferenceParameters(network.layout, parameters)
    expectClose(
      memory.losses.values.prefix(count), (0..<count).map { loss($0, codes[$0], reference) })
    for n in 0..<count {
      let row = memory.codeGradients.values[(n * network.network.codePitch)...]
      expectGradient(
        row.prefix(codes[n].count), at: codes[n], tolerance: 1e-5, directions: 2,
        coordinates: 2, step: 1e-7, "code \(n)"
      ) { loss(n, $0, reference) / Double(batch) }
    }
    for tensor in network.layout.tensors {
      let range = tensor.offset..<tensor.offset + tensor.count
      expectGradient(
        gradient[range], at: Array(parameters[range]), tolerance: 1e-5, directions: 2,
        coordinates: 2, step: 1e-7, "\(tensor.name)"
      ) {
        var moved = parameters
        moved.replaceSubrange(range, with: $0)
        let reference = ReferenceParameters(network.layout, moved)
        return (0..<count).reduce(0) { $0 + loss($1, codes[$1], reference) } / Double(batch)
      }
    }
  }

  @Test("a chunk's gradients are the sum of its images'", arguments: [3, 8])
  func gradientsAddUp(count: Int) {
    let network = TestedDecoder(styleSize: 4)
    let codes = network.codes(count, seed: 122)
    let targets = network.targets(count, seed: 123)
    let together = DecoderMemory(network.network)
    network.learn(codes, targets, batch: 8, in: together)
    let oneByOne = DecoderMemory(network.network)
    for n in 0..<count {
      network.learn([codes[n]], Array(targets[n * 784..<(n + 1) * 784]), batch: 8, in: oneByOne)
      let pitch = network.network.codePitch
      #expect(
        Array(oneByOne.codeGradients.values.prefix(pitch)).bits
          == Array(together.codeGradients.values[n * pitch..<(n + 1) * pitch]).bits)
    }
    expectClose(
      network.gradient(in: together), network.gradient(in: oneByOne).map { Double($0) })
  }

  @Test("what a buffer held before does not show", arguments: [1, 5, 8])
  func memoryIsReusable(count: Int) {
    let network = TestedDecoder(styleSize: 9)
    let codes = network.codes(count, seed: 124)
    let targets = network.targets(count, seed: 125)
    let fresh = DecoderMemory(network.network)
    network.learn(codes, targets, batch: 8, in: fresh)

    let used = DecoderMemory(network.network)
    for seed in 126..<129 as Range<UInt64> {
      network.learn(
        network.codes(8, seed: seed), network.targets(8, seed: seed), batch: 8, in: used)
    }
    used.sums.fill([Float](repeating: 0, count: used.sums.count))
    network.learn(codes, targets, batch: 8, in: used)
    #expect(network.gradient(in: used).bits == network.gradient(in: fresh).bits)
    #expect(used.codeGradients.values.bits == fresh.codeGradients.values.bits)
    #expect(
      Array(used.losses.values.prefix(count)).bits
        == Array(fresh.losses.values.prefix(count)).bits)
  }

  @Test("learning draws what the forward pass draws, and an equal target costs nothing")
  func learnsFromWhatItDraws() {
    let network = TestedDecoder(styleSize: 4)
    // A last convolution of zeros with a bias draws a plain image: bytes 255 mean 1.
    var parameters = network.parameters
    for tensor in network.layout.tensors.suffix(2) {
      for i in tensor.offset..<tensor.offset + tensor.count { parameters[i] = 0 }
    }
    parameters[parameters.count - 1] = 1
    let plain = TestedDecoder(styleSize: 4, parameters: parameters)
    let memory = DecoderMemory(plain.network)
    plain.learn(
      plain.codes(2, seed: 130), [UInt8](repeating: 255, count: 2 * 784), batch: 2, in: memory)
    #expect(memory.losses.values.prefix(2) == [0, 0])
    #expect(plain.gradient(in: memory).allSatisfy { $0 == 0 })
    plain.learn(
      plain.codes(2, seed: 130), [UInt8](repeating: 0, count: 2 * 784), batch: 2, in: memory)
    #expect(memory.losses.values.prefix(2) == [2, 2])
    expectClose(plain.gradient(in: memory).suffix(1), [1])
  }

  @Test("an output that is not a number gives a loss that is not a number")
  func lossKeepsNaN() {
    let network = TestedDecoder(styleSize: 4)
    var codes = network.codes(2, seed: 131)
    codes[1][11] = .nan
    let memory = DecoderMemory(network.network)
    network.learn(codes, network.targets(2, seed: 132), batch: 2, in: memory)
    #expect(memory.losses.values[0].isFinite)
    #expect(memory.losses.values[1].isNaN)
  }
}

/// The buffers of one thread that works on one chunk at a time.
private struct DecoderMemory: ~Copyable {
  let scratch: KernelBuffer
  let losses: KernelBuffer
  let codeGradients: KernelBuffer
  let sums: KernelBuffer

  init(_ network: DecoderNetwork) {
    scratch = KernelBuffer(zeros: network.plan.scratch.count)
    losses = KernelBuffer(unwritten: chunkSize)
    codeGradients = KernelBuffer(unwritten: chunkSize * network.codePitch)
    sums = KernelBuffer(zeros: network.plan.sums.count)
  }
}

/// A decoder with random parameters.
private struct TestedDecoder {
  let network: DecoderNetwork
  let parameters: [Float]
  private let packed: [Float]

  var layout: ParameterLayout { Decoder.layout(styleSize: network.styleSize) }

  init(styleSize: Int) {
    self.init(
      styleSize: styleSize, parameters: FixtureNumbers.decoder(styleSize: styleSize, seed: 7))
  }

  init(styleSize: Int, parameters: [Float]) {
    network = DecoderNetwork(styleSize: styleSize)
    self.parameters = parameters
    packed = network.packed(parameters)
  }

  func codes(_ count: Int, seed: UInt64) -> [[Double]] {
    var random = FixtureNumbers(seed: seed)
    return (0..<count).map { _ in random.values(network.fc.codeWidth, scale: 2) }
  }

  func targets(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = FixtureNumbers(seed: seed)
    return random.images(count)
  }

  /// Adds to the memory's sums.
  func learn(
    _ codes: [[Double]], _ targets: [UInt8], batch: Int, in memory: borrowing DecoderMemory
  ) {
    let weights = KernelBuffer(packed)
    // Rows and columns that belong to no code are not to be read.
    let rows = KernelBuffer(
      spaced(
        codes.flatMap { $0 }, width: network.fc.codeWidth, pitch: network.codePitch, filler: .nan)
        + [Float](repeating: .nan, count: (chunkSize - codes.count) * network.codePitch))
    let noCache = KernelBuffer(zeros: network.plan.cache.count)
    let workspace = Workspace(
      weights: weights.floats, cache: noCache.floats, scratch: memory.scratch.floats)
    targets.withUnsafeBufferPointer { targets in
      guard let base = targets.baseAddress else { return }
      let losses = memory.losses.floats
      network.forwardAndBackward(
        rows.floats, count: codes.count, in: workspace, sums: memory.sums.floats,
        into: memory.codeGradients.floats
      ) { n, image in
        losses[n] = l1Loss(image, target: base + n * 784, batch: batch)
      }
    }
  }

  /// The sums, laid out as the parameters.
  func gradient(in memory: borrowing DecoderMemory) -> [Float] {
    let gradient = KernelBuffer(unwritten: parameters.count)
    network.plan.unpack(memory.sums.floats, into: gradient.floats)
    return gradient.values
  }
}
