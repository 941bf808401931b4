import TestSupport
import Testing

@testable import StyleNet

struct MaxPoolTests {
  private static let shape = [32, 14, 14]

  @Test func forwardEqualsReference() {
    let input = rectifiedInput()
    let found = pool(input)
    #expect(channelByChannel(found.output, channels: 32) == input.maxPooled().values.floats)
  }

  @Test func gradientEqualsDifferences() {
    // Before the ReLU: the input of the pool has many equal zeros, where it has no derivative.
    var random = FixtureNumbers(seed: 50)
    let raw = random.tensor(Self.shape, scale: 4)
    let outputGradient = random.tensor([32, 7, 7])
    let found = gradient(outputGradient, choice: pool(raw.rectified()).choice)
    expectGradient(found, at: raw.values, tolerance: 2e-7) {
      dot(Tensor(Self.shape, $0).rectified().maxPooled().values, outputGradient.values)
    }
  }

  @Test("a lone bright pixel is found from every place", arguments: 0..<14)
  func findsEveryPixel(y: Int) {
    for x in 0..<14 {
      var input = Tensor(zeros: Self.shape)
      // Another pixel in every channel.
      for c in 0..<32 { input.values[(c * 14 + (y + c) % 14) * 14 + (x + 3 * c) % 14] = 1 }
      let found = pool(input)
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

  @Test("where nothing is above zero, nothing flows back")
  func blocksTiesAtZero() {
    let found = pool(Tensor(zeros: Self.shape))
    #expect(found.output.allSatisfy { $0 == 0 })
    #expect(found.choice.allSatisfy { $0 == -1 })
    var random = FixtureNumbers(seed: 52)
    let back = gradient(random.tensor([32, 7, 7]), choice: found.choice)
    #expect(back.allSatisfy { $0 == 0 })
  }

  @Test("of equal largest values the first is chosen")
  func choosesTheFirstOfEquals() {
    let input = Tensor(Self.shape, [Double](repeating: 3, count: 32 * 196))
    let found = pool(input)
    // Beyond the upper and the left border lies nothing to be chosen.
    let first = channelByChannel(found.choice, channels: 32)
    for (index, choice) in first.enumerated() {
      let (y, x) = (index / 7 % 7, index % 7)
      #expect(choice == Float((y == 0 ? 3 : 0) + (x == 0 ? 1 : 0)))
    }
  }

  @Test("a channel that is not finite is not taken for zeros", arguments: [Double.nan, .infinity])
  func keepsNaN(value: Double) {
    var input = rectifiedInput()
    for c in [3, 20] {
      for i in c * 196..<(c + 1) * 196 { input.values[i] = value }
    }
    let found = channelByChannel(pool(input).output, channels: 32)
    for c in 0..<32 {
      let isBad = c == 3 || c == 20
      let isKept = { (found: Float) in value.isNaN ? found.isNaN : found == .infinity }
      #expect(found[c * 49..<(c + 1) * 49].allSatisfy { isBad ? isKept($0) : $0.isFinite })
    }
  }

  private func rectifiedInput() -> Tensor {
    var random = FixtureNumbers(seed: 50)
    return random.tensor(Self.shape, scale: 4).rectified()
  }

  private func pool(_ input: Tensor) -> (output: [Float], choice: [Float]) {
    let source = KernelBuffer(input.pixelByPixel())
    let output = KernelBuffer(unwritten: MaxPool.outputCount)
    let choice = KernelBuffer(unwritten: MaxPool.outputCount)
    MaxPool.forward(source.floats, choice: choice.floats, into: output.floats)
    return (output.values, choice.values)
  }

  /// C H W.
  private func gradient(_ outputGradient: Tensor, choice: [Float]) -> [Float] {
    let source = KernelBuffer(outputGradient.pixelByPixel())
    let choice = KernelBuffer(choice)
    let gradient = KernelBuffer(unwritten: 32 * 196)
    MaxPool.backward(source.floats, choice: choice.floats, into: gradient.floats)
    return channelByChannel(gradient.values, channels: 32)
  }
}
