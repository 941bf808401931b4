import TestSupport
import Testing

@testable import StyleNet

struct StrokeConvolutionTests {
  private let weight: Tensor
  private let image: Tensor
  private let outputGradient: Tensor

  init() {
    var numbers = FixtureNumbers(seed: 1)
    weight = numbers.tensor([16, 1, 5, 5])
    image = numbers.tensor([1, 28, 28])
    outputGradient = numbers.tensor([16, 14, 14])
  }

  @Test func forwardEqualsReference() {
    let packed = KernelBuffer(unwritten: StrokeConvolution.weightCount)
    let source = KernelBuffer(weight.values)
    StrokeConvolution.pack(source.floats, into: packed.floats)
    let input = KernelBuffer(image.pixelByPixel(border: 2))
    #expect(input.count == StrokeConvolution.inputCount)
    let output = KernelBuffer(unwritten: StrokeConvolution.outputCount)
    StrokeConvolution.forward(input.floats, packed: packed.floats, into: output.floats)
    let expected = image.convolved(with: weight, stride: 2, padding: 2)
    expectClose(channelByChannel(output.values, channels: 16), expected.values)
  }

  @Test func weightGradientEqualsDifferences() {
    let input = KernelBuffer(image.pixelByPixel(border: 2))
    let gradientOfOutput = KernelBuffer(outputGradient.pixelByPixel())
    let sums = KernelBuffer(zeros: StrokeConvolution.weightCount)
    let gradient = KernelBuffer(unwritten: 16 * 25)
    // Twice, for gradients are added to what is there.
    for times in [1.0, 2.0] {
      StrokeConvolution.differentiate(
        input.floats, outputGradient: gradientOfOutput.floats, to: sums.floats)
      StrokeConvolution.unpack(sums.floats, into: gradient.floats)
      expectGradient(gradient.values, at: weight.values, "\(times) times") {
        let output = image.convolved(with: Tensor(weight.shape, $0), stride: 2, padding: 2)
        return times * dot(output.values, outputGradient.values)
      }
    }
  }

  @Test func unpackingIsTheAdjointOfPacking() {
    var numbers = FixtureNumbers(seed: 2)
    let source = KernelBuffer(weight.values)
    let packed = KernelBuffer(unwritten: StrokeConvolution.weightCount)
    StrokeConvolution.pack(source.floats, into: packed.floats)
    let sums = KernelBuffer(numbers.values(StrokeConvolution.weightCount))
    let unpacked = KernelBuffer(unwritten: 16 * 25)
    StrokeConvolution.unpack(sums.floats, into: unpacked.floats)
    expectAdjoint(source.values, mapped: packed.values, sums.values, back: unpacked.values)
  }

  @Test func loadsBytesInsideABorderOfZeros() {
    let padded = KernelBuffer(zeros: StrokeConvolution.inputCount)
    for shift in [0, 101] {
      let bytes = (0..<784).map { UInt8(truncatingIfNeeded: $0 * 7 + shift) }
      bytes.withUnsafeBufferPointer { bytes in
        if let base = bytes.baseAddress { StrokeConvolution.load(base, into: padded.floats) }
      }
      let expected = Tensor([1, 28, 28], bytes.map { Double(Float($0) / 127.5 - 1) })
      #expect(padded.values == expected.pixelByPixel(border: 2))
    }
  }
}
