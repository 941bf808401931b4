import TestSupport
import Testing

@testable import StyleNet

struct MaxPoolTests {
  private static let shape = [32, 14, 14]

  @Test func forwardEqualsReference() {
    let (input, scale, shift) = numbers()
    let expected = input.mapped(scale: scale, shift: shift).rectified().maxPooled()
    let found = pool(input, scale: scale, shift: shift)
    expectClose(channelByChannel(found.output, channels: 32), expected.values, tolerance: 2e-7)
  }

  @Test func gradientEqualsDifferences() {
    let (input, scale, shift) = numbers()
    var random = FixtureNumbers(seed: 51)
    let outputGradient = random.tensor([32, 7, 7])
    let found = gradient(outputGradient, choice: pool(input, scale: scale, shift: shift).choice)
    // The kernel's gradient is that of the normalised values, before the affine map.
    let normalized = input.mapped(scale: scale, shift: shift)
    expectGradient(found, at: normalized.values, tolerance: 2e-7) {
      dot(Tensor(Self.shape, $0).rectified().maxPooled().values, outputGradient.values)
    }
  }

  @Test("a lone bright pixel is found from every place", arguments: 0..<14)
  func findsEveryPixel(y: Int) {
    for x in 0..<14 {
      var input = Tensor(zeros: Self.shape)
      // Another pixel in every channel.
      for c in 0..<32 { input.values[(c * 14 + (y + c) % 14) * 14 + (x + 3 * c) % 14] = 1 }
      let ones = [Double](repeating: 1, count: 32)
      let found = pool(input, scale: ones, shift: [Double](repeating: 0, count: 32))
      let expected = input.maxPooled().values.floats
      #expect(channelByChannel(found.output, channels: 32) == expected)
      // The gradient of a window comes to its bright pixel, and those of empty windows are lost.
      let back = gradient(
        Tensor([32, 7, 7], [Double](repeating: 1, count: 32 * 49)), choice: found.choice)
      for c in 0..<32 {
        let windows = expected[c * 49..<(c + 1) * 49].reduce(0, +)
        let pixels = back[c * 196..<(c + 1) * 196]
        #expect(pixels[c * 196 + (y + c) % 14 * 14 + (x + 3 * c) % 14] == windows)
        #expect(pixels.reduce(0, +) == windows)
      }
    }
  }

  @Test("where the ReLU lets nothing through, nothing flows back", arguments: [0.0, -1])
  func blocksTiesAtZero(value: Double) {
    let input = Tensor(Self.shape, [Double](repeating: value, count: 32 * 196))
    let found = pool(
      input, scale: [Double](repeating: 1, count: 32), shift: [Double](repeating: 0, count: 32))
    #expect(found.output.allSatisfy { $0 == 0 })
    #expect(found.choice.allSatisfy { $0 == -1 })
    var random = FixtureNumbers(seed: 52)
    let back = gradient(random.tensor([32, 7, 7]), choice: found.choice)
    #expect(back.allSatisfy { $0 == 0 })
  }

  @Test("of equal largest values the first is chosen")
  func choosesTheFirstOfEquals() {
    let input = Tensor(Self.shape, [Double](repeating: 3, count: 32 * 196))
    let found = pool(
      input, scale: [Double](repeating: 1, count: 32), shift: [Double](repeating: 0, count: 32))
    // Beyond the upper and the left border lies nothing to be chosen.
    let first = channelByChannel(found.choice, channels: 32)
    for (index, choice) in first.enumerated() {
      let (y, x) = (index / 7 % 7, index % 7)
      #expect(choice == Float((y == 0 ? 3 : 0) + (x == 0 ? 1 : 0)))
    }
  }

  @Test("NaN in a channel's scale or shift is not taken for a small number")
  func keepsNaN() {
    let (input, scale, shift) = numbers()
    var (badScale, badShift) = (scale, shift)
    badScale[3] = .nan
    badShift[20] = .nan
    let output = pool(input, scale: badScale, shift: badShift).output
    let found = channelByChannel(output, channels: 32)
    for c in 0..<32 {
      let isBad = c == 3 || c == 20
      #expect(found[c * 49..<(c + 1) * 49].allSatisfy { $0.isNaN == isBad })
    }
  }

  private func numbers() -> (input: Tensor, scale: [Double], shift: [Double]) {
    var random = FixtureNumbers(seed: 50)
    let input = random.tensor(Self.shape, scale: 4)
    return (input, random.values(32), random.values(32))
  }

  private func pool(
    _ input: Tensor, scale: [Double], shift: [Double]
  ) -> (output: [Float], choice: [Float]) {
    let raw = KernelBuffer(input.pixelByPixel())
    let statistics = KernelBuffer(scale + shift)
    let output = KernelBuffer(unwritten: MaxPool.outputCount)
    let choice = KernelBuffer(unwritten: MaxPool.outputCount)
    MaxPool.forward(
      raw.floats, scale: statistics.floats, shift: statistics.floats + 32, into: output.floats,
      choice: choice.floats)
    return (output.values, choice.values)
  }

  /// C H W.
  private func gradient(_ outputGradient: Tensor, choice: [Float]) -> [Float] {
    let source = KernelBuffer(outputGradient.pixelByPixel())
    let choice = KernelBuffer(choice)
    let gradient = KernelBuffer(unwritten: 32 * 196)
    MaxPool.differentiate(source.floats, choice: choice.floats, into: gradient.floats)
    return channelByChannel(gradient.values, channels: 32)
  }
}
