import TestSupport
import Testing

@testable import StyleNet

struct OutputConvolutionTests {
  private typealias Layer = OutputConvolution

  private let weight: Tensor
  private let bias: Double
  private let input: Tensor
  private let outputGradient: Tensor

  init() {
    var numbers = FixtureNumbers(seed: 30)
    weight = numbers.tensor([1, 4, 3, 3])
    bias = numbers.uniform()
    input = numbers.tensor([4, 28, 28])
    outputGradient = numbers.tensor([1, 28, 28])
  }

  @Test func forwardEqualsReference() {
    let packed = KernelBuffer(unwritten: Layer.packedCount)
    pack(into: packed)
    let padded = KernelBuffer(input.pixelByPixel(border: 1))
    #expect(padded.count == Layer.inputCount)
    let output = KernelBuffer(unwritten: 28 * 28)
    Layer.forward(padded.floats, packed: packed.floats, into: output.floats)
    expectClose(output.values, input.convolved(with: weight, bias: [bias], padding: 1).values)
  }

  @Test func inputGradientEqualsDifferences() {
    let packed = KernelBuffer(unwritten: Layer.packedCount)
    pack(into: packed)
    let repeated = KernelBuffer(zeros: Layer.inputCount)
    load(outputGradient, into: repeated)
    let gradient = KernelBuffer(unwritten: input.values.count)
    Layer.differentiateInput(repeated.floats, packed: packed.floats, into: gradient.floats)
    expectGradient(channelByChannel(gradient.values, channels: 4), at: input.values) {
      let output = Tensor(input.shape, $0).convolved(with: weight, bias: [bias], padding: 1)
      return dot(output.values, outputGradient.values)
    }
  }

  @Test func weightGradientEqualsDifferences() {
    let padded = KernelBuffer(input.pixelByPixel(border: 1))
    let repeated = KernelBuffer(zeros: Layer.inputCount)
    load(outputGradient, into: repeated)
    let sums = KernelBuffer(zeros: Layer.gradientCount)
    let gradient = KernelBuffer(unwritten: 37)
    for times in [1.0, 2.0] {
      Layer.addWeightGradient(repeated.floats, padded.floats, to: sums.floats)
      Layer.unpack(sums.floats, into: gradient.floats, bias: gradient.floats + 36)
      expectGradient(gradient.values, at: weight.values + [bias], "\(times) times") {
        let weight = Tensor(weight.shape, Array($0.dropLast()))
        let output = input.convolved(with: weight, bias: [$0[36]], padding: 1)
        return times * dot(output.values, outputGradient.values)
      }
    }
  }

  @Test func loadsGradientsInsideABorderOfZeros() {
    let repeated = KernelBuffer(zeros: Layer.inputCount)
    for scale in [1.0, -8] {
      let gradient = Tensor(outputGradient.shape, outputGradient.values.map { $0 * scale })
      load(gradient, into: repeated)
      let four = Tensor([4, 28, 28], (0..<4).flatMap { _ in gradient.values })
      #expect(repeated.values == four.pixelByPixel(border: 1))
    }
  }

  private func pack(into packed: borrowing KernelBuffer) {
    let source = KernelBuffer(weight.values + [bias])
    Layer.pack(source.floats, bias: source.floats + 36, into: packed.floats)
  }

  private func load(_ gradient: Tensor, into repeated: borrowing KernelBuffer) {
    let source = KernelBuffer(gradient.values)
    Layer.load(source.floats, into: repeated.floats)
  }
}
