import TestSupport
import Testing

@testable import StyleNet

struct DiscriminatorTests {
  @Test(arguments: LinearTests.styleSizes)
  func logitsEqualReference(styleSize: Int) {
    let network = TestedDiscriminator(styleSize: styleSize)
    for label in 0..<Model.classes {
      let style = network.style(label)
      let expected = referenceLogit(of: style, label: label, network.reference)
      let found = network.logit(style, label: label)
      #expect(abs(Double(found) - expected) <= 1e-6 * max(1, abs(expected)))
    }
  }

  @Test(arguments: LinearTests.styleSizes)
  func weightGradientsEqualDifferences(styleSize: Int) {
    let network = TestedDiscriminator(styleSize: styleSize)
    let labels = [0, 3, 9]
    let factors = [1.0, -0.5, 2]
    let sums = KernelBuffer(zeros: network.network.plan.sums.count)
    for (label, factor) in zip(labels, factors) {
      network.addWeightGradient(
        network.style(label), label: label, logitGradient: Float(factor), to: sums)
    }
    let gradient = KernelBuffer(unwritten: network.layout.count)
    network.network.plan.unpack(sums.floats, into: gradient.floats)
    expectGradient(
      gradient.values, at: network.parameters.map { Double($0) }, directions: 6, coordinates: 40
    ) {
      let reference = ReferenceParameters(network.layout, $0)
      return zip(labels, factors).reduce(0) {
        $0 + $1.1 * referenceLogit(of: network.style($1.0), label: $1.0, reference)
      }
    }
  }

  @Test(arguments: LinearTests.styleSizes)
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

  @Test(arguments: LinearTests.styleSizes)
  func unpackingUndoesPacking(styleSize: Int) {
    let tested = TestedDiscriminator(styleSize: styleSize)
    let network = tested.network
    let packed = KernelBuffer(tested.packed())
    let sums = KernelBuffer(unwritten: network.plan.sums.count)
    for fc in [network.fc1, network.fc2, network.fc3] {
      let biasCount = fc.direction == .featuresToCode ? fc.codeWidth : fc.features
      fc.wideSums(sums.floats).update(
        from: fc.wide(packed.floats), count: fc.codeWidth * fc.features + biasCount)
    }
    let unpacked = KernelBuffer(unwritten: tested.layout.count)
    network.plan.unpack(sums.floats, into: unpacked.floats)
    #expect(unpacked.values == tested.parameters)
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
  let network: Discriminator
  let layout: ParameterLayout
  let parameters: [Float]

  init(styleSize: Int) {
    network = Discriminator(styleSize: styleSize)
    layout = Discriminator.layout(styleSize: styleSize)
    parameters = FixtureNumbers.discriminator(styleSize: styleSize)
  }

  var reference: ReferenceParameters {
    ReferenceParameters(layout, parameters.map { Double($0) })
  }

  func style(_ seed: Int) -> [Double] {
    var random = FixtureNumbers(seed: UInt64(70 + seed))
    return random.values(network.styleSize, scale: 4)
  }

  func packed() -> [Float] { network.packed(parameters) }

  func logit(_ style: [Double], label: Int) -> Float {
    run(style, label: label) { logit, _ in logit }
  }

  func addWeightGradient(
    _ style: [Double], label: Int, logitGradient: Float, to sums: borrowing KernelBuffer
  ) {
    let source = KernelBuffer(style)
    let target = sums.floats
    run(style, label: label) { _, workspace in
      network.backward(
        logitGradient, style: source.floats, label: label, in: workspace, sums: target)
    }
  }

  func styleGradient(
    _ style: [Double], label: Int, logitGradient: Float, addedTo start: Float
  ) -> [Float] {
    let gradient = KernelBuffer([Float](repeating: start, count: style.count))
    run(style, label: label) { _, workspace in
      network.backward(logitGradient, in: workspace, toStyle: gradient.floats)
    }
    return gradient.values
  }

  /// Runs `body` after the forward pass, on its logit and in its workspace.
  private func run<Result>(
    _ style: [Double], label: Int, _ body: (Float, Workspace) -> Result
  ) -> Result {
    let style = KernelBuffer(style)
    let weights = KernelBuffer(packed())
    let cache = KernelBuffer(unwritten: network.plan.cache.count)
    let scratch = KernelBuffer(unwritten: network.plan.scratch.count)
    let workspace = Workspace(
      weights: weights.floats, cache: cache.floats, scratch: scratch.floats)
    let logit = network.forward(style.floats, label: label, in: workspace)
    return body(logit, workspace)
  }
}
