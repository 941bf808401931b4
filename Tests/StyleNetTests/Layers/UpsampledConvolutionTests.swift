import TestSupport
import Testing

@testable import StyleNet

struct UpsampledConvolutionTests {
  private typealias Layer = UpsampledConvolution

  private let weight: Tensor
  private let input: Tensor
  private let outputGradient: Tensor

  init() {
    var numbers = FixtureNumbers(seed: 10)
    weight = numbers.tensor([32, 32, 3, 3], scale: 0.25)
    input = numbers.tensor([32, 7, 7])
    outputGradient = numbers.tensor([32, 14, 14])
  }

  @Test func forwardEqualsReference() {
    let packed = KernelBuffer(unwritten: Layer.weightCount)
    let transposed = KernelBuffer(unwritten: Layer.weightCount)
    pack(into: packed, transposed: transposed)
    let lines = KernelBuffer(zeros: 27 * 32)
    let inputPlanes = KernelBuffer(zeros: Layer.planesCount)
    let outputPlanes = KernelBuffer(unwritten: Layer.planesCount)
    let output = KernelBuffer(unwritten: Layer.outputCount)
    // Twice in the same memory: nothing of the first image may show in the second.
    for image in [Tensor(input.shape, input.values.map { $0 * 1e30 }), input] {
      let source = KernelBuffer(image.pixelByPixel())
      Layer.spread(source.floats, into: inputPlanes.floats, scratch: lines.floats)
      Layer.multiplyPlanes(inputPlanes.floats, by: packed.floats, into: outputPlanes.floats)
      Layer.gather(outputPlanes.floats, into: output.floats)
      expectClose(
        channelByChannel(output.values, channels: 32),
        image.enlarged().convolved(with: weight, padding: 1).values)
      #expect(outputPlanes.values.allSatisfy { $0.isFinite })
    }
  }

  @Test func inputGradientEqualsDifferences() {
    let packed = KernelBuffer(unwritten: Layer.weightCount)
    let transposed = KernelBuffer(unwritten: Layer.weightCount)
    pack(into: packed, transposed: transposed)
    let outputPlanes = KernelBuffer(zeros: Layer.planesCount)
    let inputPlanes = KernelBuffer(unwritten: Layer.planesCount)
    let scratch = KernelBuffer(unwritten: 3 * 49 * 32)
    let gradient = KernelBuffer(unwritten: Layer.inputCount)
    spreadGradient(into: outputPlanes)
    Layer.multiplyPlanes(outputPlanes.floats, by: transposed.floats, into: inputPlanes.floats)
    Layer.gatherGradient(inputPlanes.floats, into: gradient.floats, scratch: scratch.floats)
    expectGradient(channelByChannel(gradient.values, channels: 32), at: input.values) {
      let output = Tensor(input.shape, $0).enlarged().convolved(with: weight, padding: 1)
      return dot(output.values, outputGradient.values)
    }
  }

  @Test func weightGradientEqualsDifferences() {
    let inputPlanes = KernelBuffer(zeros: Layer.planesCount)
    let outputPlanes = KernelBuffer(zeros: Layer.planesCount)
    let lines = KernelBuffer(zeros: 27 * 32)
    let sums = KernelBuffer(zeros: Layer.weightCount)
    let gradient = KernelBuffer(unwritten: weight.values.count)
    let source = KernelBuffer(input.pixelByPixel())
    Layer.spread(source.floats, into: inputPlanes.floats, scratch: lines.floats)
    spreadGradient(into: outputPlanes)
    for times in [1.0, 2.0] {
      Layer.addWeightGradient(outputPlanes.floats, inputPlanes.floats, to: sums.floats)
      Layer.unpack(sums.floats, into: gradient.floats)
      expectGradient(gradient.values, at: weight.values, "\(times) times") {
        let output = input.enlarged().convolved(with: Tensor(weight.shape, $0), padding: 1)
        return times * dot(output.values, outputGradient.values)
      }
    }
  }

  @Test func unpackingIsTheAdjointOfPacking() {
    var numbers = FixtureNumbers(seed: 11)
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
      let (plane, i, o) = (index / 1024, index / 32 % 32, index % 32)
      return rows[index] == columns[(plane * 32 + o) * 32 + i]
    }
    #expect(agree, "the transposed weights are not those of the forward pass")
  }

  @Test func gatheringInputGradientsIsTheAdjointOfSpreading() {
    var numbers = FixtureNumbers(seed: 12)
    let source = KernelBuffer(input.pixelByPixel())
    let planes = KernelBuffer(zeros: Layer.planesCount)
    let lines = KernelBuffer(zeros: 27 * 32)
    Layer.spread(source.floats, into: planes.floats, scratch: lines.floats)
    let other = KernelBuffer(numbers.values(Layer.planesCount))
    let gathered = KernelBuffer(unwritten: Layer.inputCount)
    let scratch = KernelBuffer(unwritten: 3 * 49 * 32)
    Layer.gatherGradient(other.floats, into: gathered.floats, scratch: scratch.floats)
    expectAdjoint(source.values, mapped: planes.values, other.values, back: gathered.values)
  }

  @Test func spreadingOutputGradientsIsTheAdjointOfGathering() {
    var numbers = FixtureNumbers(seed: 13)
    let planes = KernelBuffer(numbers.values(Layer.planesCount))
    let gathered = KernelBuffer(unwritten: Layer.outputCount)
    Layer.gather(planes.floats, into: gathered.floats)
    let gradient = KernelBuffer(outputGradient.pixelByPixel())
    let spread = KernelBuffer(zeros: Layer.planesCount)
    Layer.spreadGradient(gradient.floats, into: spread.floats)
    expectAdjoint(planes.values, mapped: gathered.values, gradient.values, back: spread.values)
  }

  @Test func bordersOfTheScratchLinesStayZero() {
    let lines = KernelBuffer(zeros: 27 * 32)
    let planes = KernelBuffer(zeros: Layer.planesCount)
    for scale in [1.0, -3, .infinity] {
      let source = KernelBuffer(input.pixelByPixel().map { $0 * Float(scale) })
      Layer.spread(source.floats, into: planes.floats, scratch: lines.floats)
      let values = lines.values
      for line in 0..<3 {
        #expect(values[line * 9 * 32..<(line * 9 + 1) * 32].allSatisfy { $0 == 0 })
        #expect(values[(line * 9 + 8) * 32..<(line + 1) * 9 * 32].allSatisfy { $0 == 0 })
      }
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
}
