import TestSupport
import Testing

@testable import StyleNet

struct DiscriminatorTests {
  @Test(arguments: LinearLayerTests.styleSizes)
  func logitsEqualReference(styleSize: Int) {
    let network = TestedDiscriminator(styleSize: styleSize)
    for label in 0..<Model.classes {
      let style = network.style(label)
      let expected = referenceLogit(of: style, label: label, network.reference)
      let found = network.logit(style, label: label)
      #expect(abs(Double(found) - expected) <= 1e-6 * max(1, abs(expected)))
    }
  }

  @Test(arguments: LinearLayerTests.styleSizes)
  func weightGradientsEqualDifferences(styleSize: Int) {
    let network = TestedDiscriminator(styleSize: styleSize)
    let labels = [0, 3, 9]
    let factors = [1.0, -0.5, 2]
    let sums = KernelBuffer(zeros: network.kernels.gradientCount)
    for (label, factor) in zip(labels, factors) {
      network.addWeightGradient(
        network.style(label), label: label, logitGradient: Float(factor), to: sums)
    }
    let gradient = KernelBuffer(unwritten: network.layout.count)
    network.kernels.unpack(sums.floats, into: gradient.floats)
    expectGradient(
      gradient.values, at: network.parameters.map { Double($0) }, directions: 6, coordinates: 40
    ) {
      let reference = ReferenceParameters(network.layout, $0)
      return zip(labels, factors).reduce(0) {
        $0 + $1.1 * referenceLogit(of: network.style($1.0), label: $1.0, reference)
      }
    }
  }

  @Test(arguments: LinearLayerTests.styleSizes)
  func styleGradientsEqualDifferences(styleSize: Int) {
    let network = TestedDiscriminator(styleSize: styleSize)
    for label in [0, 4, 9] {
      let style = network.style(label)
      // Added to what is there.
      let found = network.styleGradient(style, label: label, logitGradient: -2, addedTo: 0.5)
      expectGradient(found.map { $0 - 0.5 }, at: style, directions: 4, coordinates: 8) {
        -2 * referenceLogit(of: $0, label: label, network.reference)
      }
    }
  }

  @Test(arguments: LinearLayerTests.styleSizes)
  func unpackingUndoesPacking(styleSize: Int) {
    let network = TestedDiscriminator(styleSize: styleSize)
    let packed = network.packed()
    let unpacked = KernelBuffer(unwritten: network.layout.count)
    let sums = KernelBuffer(Array(packed.prefix(network.kernels.gradientCount)))
    network.kernels.unpack(sums.floats, into: unpacked.floats)
    #expect(unpacked.values == network.parameters)
  }

  @Test("a style that is not a number gives a logit that is not a number")
  func keepsNaN() {
    let network = TestedDiscriminator(styleSize: 4)
    #expect(network.logit([0, .nan, 0, 0], label: 1).isNaN)
    #expect(!network.logit([1e30, -1e30, 0, 0], label: 1).isNaN)
  }
}

/// A discriminator with random parameters, on styles that stay the same.
private struct TestedDiscriminator {
  let kernels: Discriminator
  let layout: ParameterLayout
  let parameters: [Float]

  init(styleSize: Int) {
    kernels = Discriminator(styleSize: styleSize)
    layout = Discriminator.layout(styleSize: styleSize)
    parameters = FixtureNumbers.discriminator(styleSize: styleSize)
  }

  var reference: ReferenceParameters {
    ReferenceParameters(layout, parameters.map { Double($0) })
  }

  func style(_ seed: Int) -> [Double] {
    var random = FixtureNumbers(seed: UInt64(70 + seed))
    return random.values(kernels.styleSize, scale: 4)
  }

  func packed() -> [Float] {
    let target = KernelBuffer(zeros: kernels.packedCount)
    parameters.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { kernels.pack(base, into: target.floats) }
    }
    return target.values
  }

  func logit(_ style: [Double], label: Int) -> Float {
    let style = KernelBuffer(style)
    let weights = KernelBuffer(packed())
    let scratch = KernelBuffer(unwritten: kernels.scratchCount)
    return kernels.forward(
      style.floats, label: label, weights: weights.floats, scratch: scratch.floats)
  }

  func addWeightGradient(
    _ style: [Double], label: Int, logitGradient: Float, to sums: borrowing KernelBuffer
  ) {
    let style = KernelBuffer(style)
    let weights = KernelBuffer(packed())
    let scratch = KernelBuffer(unwritten: kernels.scratchCount)
    _ = kernels.forward(
      style.floats, label: label, weights: weights.floats, scratch: scratch.floats)
    kernels.addWeightGradient(
      style.floats, label: label, logitGradient: logitGradient, weights: weights.floats,
      scratch: scratch.floats, sums: sums.floats)
  }

  func styleGradient(
    _ style: [Double], label: Int, logitGradient: Float, addedTo start: Float
  ) -> [Float] {
    let source = KernelBuffer(style)
    let weights = KernelBuffer(packed())
    let scratch = KernelBuffer(unwritten: kernels.scratchCount)
    let gradient = KernelBuffer([Float](repeating: start, count: style.count))
    _ = kernels.forward(
      source.floats, label: label, weights: weights.floats, scratch: scratch.floats)
    kernels.addStyleGradient(
      to: gradient.floats, logitGradient: logitGradient, weights: weights.floats,
      scratch: scratch.floats)
    return gradient.values
  }
}
