import TestSupport
import Testing

@testable import StyleNet

struct NarrowUpsampledConvolutionTests {
  private typealias Layer = NarrowUpsampledConvolution

  private let weight: Tensor
  private let input: Tensor
  private let outputGradient: Tensor

  init() {
    var numbers = FixtureNumbers(seed: 20)
    weight = numbers.tensor([4, 32, 3, 3], scale: 0.25)
    input = numbers.tensor([32, 14, 14])
    outputGradient = numbers.tensor([4, 28, 28])
  }

  @Test func forwardEqualsReference() {
    let packed = KernelBuffer(unwritten: Layer.weightCount)
    let transposed = KernelBuffer(unwritten: Layer.weightCount)
    pack(into: packed, transposed: transposed)
    let planes = KernelBuffer(zeros: Layer.inputPlanesCount)
    let products = KernelBuffer(unwritten: Layer.outputPlanesCount)
    let output = KernelBuffer(unwritten: Layer.outputCount)
    // Twice in the same memory: nothing of the first image may show in the second.
    for image in [Tensor(input.shape, input.values.map { $0 * 1e30 }), input] {
      spread(image, into: planes)
      Layer.multiplyForward(planes.floats, by: packed.floats, into: products.floats)
      Layer.gather(products.floats, into: output.floats)
      expectClose(
        channelByChannel(output.values, channels: 4),
        image.enlarged().convolved(with: weight, padding: 1).values)
      #expect(products.values.allSatisfy { $0.isFinite })
    }
  }

  @Test func inputGradientEqualsDifferences() {
    let packed = KernelBuffer(unwritten: Layer.weightCount)
    let transposed = KernelBuffer(unwritten: Layer.weightCount)
    pack(into: packed, transposed: transposed)
    let products = KernelBuffer(zeros: Layer.outputPlanesCount)
    let planes = KernelBuffer(unwritten: Layer.inputPlanesCount)
    let gradient = KernelBuffer(unwritten: input.values.count)
    spreadGradient(into: products)
    Layer.multiplyBackward(products.floats, by: transposed.floats, into: planes.floats)
    Layer.gatherGradient(planes.floats, into: gradient.floats)
    expectGradient(channelByChannel(gradient.values, channels: 32), at: input.values) {
      let output = Tensor(input.shape, $0).enlarged().convolved(with: weight, padding: 1)
      return dot(output.values, outputGradient.values)
    }
  }

  @Test func weightGradientEqualsDifferences() {
    let planes = KernelBuffer(zeros: Layer.inputPlanesCount)
    let products = KernelBuffer(zeros: Layer.outputPlanesCount)
    let sums = KernelBuffer(zeros: Layer.weightCount)
    let gradient = KernelBuffer(unwritten: weight.values.count)
    spread(input, into: planes)
    spreadGradient(into: products)
    for times in [1.0, 2.0] {
      Layer.addWeightGradient(products.floats, planes.floats, to: sums.floats)
      Layer.unpack(sums.floats, into: gradient.floats)
      expectGradient(gradient.values, at: weight.values, "\(times) times") {
        let output = input.enlarged().convolved(with: Tensor(weight.shape, $0), padding: 1)
        return times * dot(output.values, outputGradient.values)
      }
    }
  }

  @Test func unpackingIsTheAdjointOfPacking() {
    var numbers = FixtureNumbers(seed: 21)
    let packed = KernelBuffer(unwritten: Layer.weightCount)
    let transposed = KernelBuffer(unwritten: Layer.weightCount)
    pack(into: packed, transposed: transposed)
    let sums = KernelBuffer(numbers.values(Layer.weightCount))
    let unpacked = KernelBuffer(unwritten: weight.values.count)
    Layer.unpack(sums.floats, into: unpacked.floats)
    expectAdjoint(
      weight.values.floats, mapped: transposed.values, sums.values, back: unpacked.values)

    let (rows, columns) = (packed.values, transposed.values)
    for (first, width) in [(0, 4), (4, 8), (12, 8), (20, 16)] {
      let agree = (0..<width * 32).allSatisfy {
        rows[first * 32 + $0] == columns[(first + $0 % width) * 32 + $0 / width]
      }
      #expect(agree, "columns from \(first) on differ from those of the forward pass")
    }
  }

  @Test func gatheringInputGradientsIsTheAdjointOfSpreading() {
    var numbers = FixtureNumbers(seed: 22)
    let planes = KernelBuffer(zeros: Layer.inputPlanesCount)
    spread(input, into: planes)
    let other = KernelBuffer(numbers.values(Layer.inputPlanesCount))
    let gathered = KernelBuffer(unwritten: input.values.count)
    Layer.gatherGradient(other.floats, into: gathered.floats)
    expectAdjoint(
      input.pixelByPixel(), mapped: planes.values, other.values, back: gathered.values)
  }

  @Test func spreadingOutputGradientsIsTheAdjointOfGathering() {
    var numbers = FixtureNumbers(seed: 23)
    let products = KernelBuffer(numbers.values(Layer.outputPlanesCount))
    let gathered = KernelBuffer(unwritten: Layer.outputCount)
    Layer.gather(products.floats, into: gathered.floats)
    let gradient = KernelBuffer(outputGradient.pixelByPixel())
    let spread = KernelBuffer(zeros: Layer.outputPlanesCount)
    Layer.spreadGradient(gradient.floats, into: spread.floats)
    expectAdjoint(products.values, mapped: gathered.values, gradient.values, back: spread.values)
  }

  @Test("products that no output uses are read and written by neither direction")
  func leavesUnusedProducts() {
    let spread = KernelBuffer(unwritten: Layer.outputPlanesCount)
    spreadGradient(into: spread)
    let unused = spread.values.map { $0.isNaN }
    // Of each of the 14 x 14 pixels four, eight, eight and sixteen products are used.
    #expect(unused.count { !$0 } == 14 * 14 * (4 + 8 + 8 + 16))

    var numbers = FixtureNumbers(seed: 24)
    let plain = numbers.values(Layer.outputPlanesCount).floats
    let products = KernelBuffer(plain)
    let spoiled = KernelBuffer(zip(plain, unused).map { $1 ? .nan : $0 })
    let expected = KernelBuffer(unwritten: Layer.outputCount)
    let found = KernelBuffer(unwritten: Layer.outputCount)
    Layer.gather(products.floats, into: expected.floats)
    Layer.gather(spoiled.floats, into: found.floats)
    #expect(found.values.bits == expected.values.bits)
  }

  private func pack(into packed: borrowing KernelBuffer, transposed: borrowing KernelBuffer) {
    let source = KernelBuffer(weight.values)
    Layer.pack(source.floats, into: packed.floats, transposed: transposed.floats)
  }

  private func spread(_ image: Tensor, into planes: borrowing KernelBuffer) {
    let padded = KernelBuffer(image.pixelByPixel(border: 1))
    Layer.spread(padded.floats, into: planes.floats)
  }

  private func spreadGradient(into products: borrowing KernelBuffer) {
    let gradient = KernelBuffer(outputGradient.pixelByPixel())
    Layer.spreadGradient(gradient.floats, into: products.floats)
  }
}
