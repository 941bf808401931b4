import TestSupport
import Testing

@testable import StyleNet

struct WinogradConvolutionTests {
  private typealias Layer = WinogradConvolution

  private let weight: Tensor
  private let input: Tensor
  private let outputGradient: Tensor

  init() {
    var numbers = FixtureNumbers(seed: 3)
    weight = numbers.tensor([32, 16, 3, 3], scale: 0.25)
    input = numbers.tensor([16, 14, 14])
    outputGradient = numbers.tensor([32, 14, 14])
  }

  @Test func forwardEqualsReference() {
    let packed = KernelBuffer(unwritten: Layer.weightCount)
    let transposed = KernelBuffer(unwritten: Layer.weightCount)
    pack(into: packed, transposed: transposed)
    let inputPlanes = KernelBuffer(zeros: Layer.inputPlanesCount)
    let outputPlanes = KernelBuffer(unwritten: Layer.outputPlanesCount)
    let output = KernelBuffer(unwritten: Layer.outputCount)
    // Twice in the same memory: nothing of the first image may show in the second.
    for image in [Tensor(input.shape, input.values.map { $0 * 1e30 }), input] {
      spread(image, into: inputPlanes)
      Layer.multiplyPlanes(
        inputPlanes.floats, by: packed.floats, into: outputPlanes.floats, inner: Layer.inputs,
        columns: Layer.outputs)
      Layer.gather(outputPlanes.floats, into: output.floats)
      expectClose(
        channelByChannel(output.values, channels: 32),
        image.convolved(with: weight, padding: 1).values)
      #expect(outputPlanes.values.allSatisfy { $0.isFinite })
    }
  }

  @Test func inputGradientEqualsDifferences() {
    let packed = KernelBuffer(unwritten: Layer.weightCount)
    let transposed = KernelBuffer(unwritten: Layer.weightCount)
    pack(into: packed, transposed: transposed)
    let outputPlanes = KernelBuffer(zeros: Layer.outputPlanesCount)
    let inputPlanes = KernelBuffer(unwritten: Layer.inputPlanesCount)
    let scratch = KernelBuffer(unwritten: 18 * 16 * 16)
    let gradient = KernelBuffer(unwritten: 14 * 14 * 16)
    spreadGradient(into: outputPlanes)
    Layer.multiplyPlanes(
      outputPlanes.floats, by: transposed.floats, into: inputPlanes.floats, inner: Layer.outputs,
      columns: Layer.inputs)
    Layer.gatherGradient(inputPlanes.floats, into: gradient.floats, scratch: scratch.floats)
    expectGradient(channelByChannel(gradient.values, channels: 16), at: input.values) {
      let output = Tensor(input.shape, $0).convolved(with: weight, padding: 1)
      return dot(output.values, outputGradient.values)
    }
  }

  @Test func weightGradientEqualsDifferences() {
    let inputPlanes = KernelBuffer(zeros: Layer.inputPlanesCount)
    let outputPlanes = KernelBuffer(zeros: Layer.outputPlanesCount)
    let sums = KernelBuffer(zeros: Layer.weightCount)
    let gradient = KernelBuffer(unwritten: weight.values.count)
    spread(input, into: inputPlanes)
    spreadGradient(into: outputPlanes)
    for times in [1.0, 2.0] {
      Layer.addWeightGradient(outputPlanes.floats, inputPlanes.floats, to: sums.floats)
      Layer.unpack(sums.floats, into: gradient.floats)
      expectGradient(gradient.values, at: weight.values, "\(times) times") {
        let output = input.convolved(with: Tensor(weight.shape, $0), padding: 1)
        return times * dot(output.values, outputGradient.values)
      }
    }
  }

  @Test func unpackingIsTheAdjointOfPacking() {
    var numbers = FixtureNumbers(seed: 4)
    let packed = KernelBuffer(unwritten: Layer.weightCount)
    let transposed = KernelBuffer(unwritten: Layer.weightCount)
    pack(into: packed, transposed: transposed)
    let sums = KernelBuffer(numbers.values(Layer.weightCount))
    let unpacked = KernelBuffer(unwritten: weight.values.count)
    Layer.unpack(sums.floats, into: unpacked.floats)
    expectAdjoint(
      weight.values.floats, mapped: transposed.values, sums.values, back: unpacked.values)

    let (rows, columns) = (packed.values, transposed.values)
    let agree = (0..<rows.count).allSatisfy { index in
      let (plane, i, o) = (index / 512, index / 32 % 16, index % 32)
      return rows[index] == columns[(plane * 32 + o) * 16 + i]
    }
    #expect(agree, "the transposed weights are not those of the forward pass")
  }

  @Test func gatheringInputGradientsIsTheAdjointOfSpreading() {
    var numbers = FixtureNumbers(seed: 5)
    let planes = KernelBuffer(zeros: Layer.inputPlanesCount)
    spread(input, into: planes)
    let other = KernelBuffer(numbers.values(Layer.inputPlanesCount))
    let gathered = KernelBuffer(unwritten: 14 * 14 * 16)
    let scratch = KernelBuffer(unwritten: 18 * 16 * 16)
    Layer.gatherGradient(other.floats, into: gathered.floats, scratch: scratch.floats)
    expectAdjoint(
      input.pixelByPixel(), mapped: planes.values, other.values, back: gathered.values)
  }

  @Test func spreadingOutputGradientsIsTheAdjointOfGathering() {
    var numbers = FixtureNumbers(seed: 6)
    let planes = KernelBuffer(numbers.values(Layer.outputPlanesCount))
    let gathered = KernelBuffer(unwritten: Layer.outputCount)
    Layer.gather(planes.floats, into: gathered.floats)
    let gradient = KernelBuffer(outputGradient.pixelByPixel())
    let spread = KernelBuffer(zeros: Layer.outputPlanesCount)
    Layer.spreadGradient(gradient.floats, into: spread.floats)
    expectAdjoint(planes.values, mapped: gathered.values, gradient.values, back: spread.values)
  }

  @Test func spreadingLeavesThePaddingRows() {
    let inputPlanes = KernelBuffer(unwritten: Layer.inputPlanesCount)
    let outputPlanes = KernelBuffer(unwritten: Layer.outputPlanesCount)
    spread(input, into: inputPlanes)
    spreadGradient(into: outputPlanes)
    for (values, width) in [(inputPlanes.values, 16), (outputPlanes.values, 32)] {
      let isLeft = values.indices.allSatisfy {
        values[$0].isNaN == ($0 / width % Layer.rows == Layer.rows - 1)
      }
      #expect(isLeft)
    }
  }

  private func pack(into packed: borrowing KernelBuffer, transposed: borrowing KernelBuffer) {
    let source = KernelBuffer(weight.values)
    Layer.pack(source.floats, into: packed.floats, transposed: transposed.floats)
  }

  private func spreadGradient(into planes: borrowing KernelBuffer) {
    let gradient = KernelBuffer(outputGradient.pixelByPixel())
    Layer.spreadGradient(gradient.floats, into: planes.floats)
  }

  private func spread(_ input: Tensor, into planes: borrowing KernelBuffer) {
    let padded = KernelBuffer(input.pixelByPixel(border: 1))
    let scratch = KernelBuffer(unwritten: 4 * 16 * 16)
    Layer.spread(padded.floats, into: planes.floats, scratch: scratch.floats)
  }
}
