import TestSupport
import Testing

@testable import StyleNet

struct InputConvolutionTests {
  private let plan: NetworkPlan
  private let layer: InputConvolution
  private let weight: Tensor
  private let bytes: [UInt8]
  private let outputGradient: Tensor

  init() {
    var plan = NetworkPlan()
    layer = InputConvolution("conv", in: &plan)
    self.plan = plan
    var numbers = FixtureNumbers(seed: 1)
    weight = numbers.tensor([16, 1, 5, 5])
    bytes = numbers.images(1)
    outputGradient = numbers.tensor([16, 14, 14])
  }

  @Test func forwardEqualsReference() {
    let padded = KernelBuffer(zeros: InputConvolution.inputCount)
    let output = KernelBuffer(unwritten: InputConvolution.outputCount)
    forward(bytes, padded, output)
    let expected = referenceImage(bytes).convolved(with: weight, stride: 2, padding: 2)
    expectClose(channelByChannel(output.values, channels: 16), expected.values)
  }

  @Test func weightGradientEqualsDifferences() {
    let padded = KernelBuffer(zeros: InputConvolution.inputCount)
    let output = KernelBuffer(unwritten: InputConvolution.outputCount)
    forward(bytes, padded, output)
    let gradientOfOutput = KernelBuffer(outputGradient.pixelByPixel())
    let sums = KernelBuffer(zeros: plan.sums.count)
    let gradient = KernelBuffer(unwritten: 16 * 25)
    let image = referenceImage(bytes)
    // Twice, for gradients are added to what is there.
    for times in [1.0, 2.0] {
      layer.backward(gradientOfOutput.floats, padded: padded.floats, sums: sums.floats)
      layer.unpack(sums.floats, into: gradient.floats)
      expectGradient(gradient.values, at: weight.values, "\(times) times") {
        let output = image.convolved(with: Tensor(weight.shape, $0), stride: 2, padding: 2)
        return times * dot(output.values, outputGradient.values)
      }
    }
  }

  @Test func unpackingIsTheAdjointOfPacking() {
    var numbers = FixtureNumbers(seed: 2)
    let source = KernelBuffer(weight.values)
    let packed = KernelBuffer(unwritten: plan.weights.count)
    layer.pack(source.floats, into: packed.floats)
    let sums = KernelBuffer(numbers.values(plan.sums.count))
    let unpacked = KernelBuffer(unwritten: 16 * 25)
    layer.unpack(sums.floats, into: unpacked.floats)
    expectAdjoint(source.values, mapped: packed.values, sums.values, back: unpacked.values)
  }

  @Test("bytes become floats inside a border of zeros")
  func padsTheImage() {
    let padded = KernelBuffer(zeros: InputConvolution.inputCount)
    let output = KernelBuffer(unwritten: InputConvolution.outputCount)
    for shift in [0, 101] {
      let bytes = (0..<784).map { UInt8(truncatingIfNeeded: $0 * 7 + shift) }
      forward(bytes, padded, output)
      let expected = Tensor([1, 28, 28], bytes.map { Double(Float($0) / 127.5 - 1) })
      #expect(padded.values == expected.pixelByPixel(border: 2))
    }
  }

  private func forward(
    _ bytes: [UInt8], _ padded: borrowing KernelBuffer, _ output: borrowing KernelBuffer
  ) {
    let source = KernelBuffer(weight.values)
    let packed = KernelBuffer(unwritten: plan.weights.count)
    layer.pack(source.floats, into: packed.floats)
    let workspace = Workspace(
      weights: packed.floats, cache: padded.floats, scratch: padded.floats)
    layer.forward(bytes, in: workspace, padded: padded.floats, into: output.floats)
  }
}
