import TestSupport
import Testing

@testable import StyleNet

struct AdamWTests {
  @Test("follows the formulas in Double", arguments: [1, 15, 16, 17, 31, 100])
  func equalsReference(count: Int) {
    var random = FixtureNumbers(seed: 80)
    let start = random.values(count)
    let values = KernelBuffer(start)
    let first = KernelBuffer(zeros: count)
    let second = KernelBuffer(zeros: count)
    var reference = start.map { ReferenceAdamW(value: $0) }
    for step in 1...300 {
      // A gradient with a drift, of a size of its own for each parameter; and zeros.
      let gradient = (0..<count).map { i in
        i % 7 == 6 ? 0 : (random.uniform() + 0.25) * Double(1 << (i % 11)) / 64
      }
      let rate = step % 3 == 0 ? 0x1p-10 : 0x1p-8
      let gradientBuffer = KernelBuffer(gradient)
      AdamW(step: step, learningRate: Float(rate)).update(
        values.floats, firstMoments: first.floats, secondMoments: second.floats,
        gradient: gradientBuffer.floats, count: count)
      for i in 0..<count {
        reference[i].move(gradient: gradientBuffer.values[i], step: step, rate: rate)
      }
    }
    expectClose(values.values, reference.map { $0.value }, tolerance: 1e-5)
    expectClose(first.values, reference.map { $0.first }, tolerance: 1e-5)
    expectClose(second.values, reference.map { $0.second }, tolerance: 1e-5)
  }

  @Test("a block's end is updated like its middle")
  func updatesTheEndLikeTheMiddle() {
    let results = [16, 17, 33].map { count -> [UInt32] in
      let values = KernelBuffer([Float](repeating: 0.7, count: count))
      let first = KernelBuffer([Float](repeating: 0.01, count: count))
      let second = KernelBuffer([Float](repeating: 0.002, count: count))
      let gradient = KernelBuffer([Float](repeating: -0.3, count: count))
      AdamW(step: 5, learningRate: 4e-4).update(
        values.floats, firstMoments: first.floats, secondMoments: second.floats,
        gradient: gradient.floats, count: count)
      let distinct = Set([values.values, first.values, second.values].flatMap { Set($0.bits) })
      return distinct.sorted()
    }
    #expect(results.allSatisfy { $0.count == 3 && $0 == results[0] })
  }

  @Test("steps may be counted to any number", arguments: [1_000_000, Int.max])
  func takesLateSteps(step: Int) {
    let values = KernelBuffer([Float](repeating: 1, count: 3))
    let first = KernelBuffer(zeros: 3)
    let second = KernelBuffer(zeros: 3)
    let gradient = KernelBuffer([2, -2, 0] as [Float])
    AdamW(step: step, learningRate: 0.001).update(
      values.floats, firstMoments: first.floats, secondMoments: second.floats,
      gradient: gradient.floats, count: 3)
    // No correction is left: m = 0.2 and v = 0.004, so that m / sqrt(v) = 3.162.
    expectClose(
      values.values, [0.99999 - 0.0031623, 0.99999 + 0.0031623, 0.99999], tolerance: 1e-6)
  }

  @Test("without a gradient only the decay moves a parameter")
  func decays() {
    let values = KernelBuffer([1, -4] as [Float])
    let first = KernelBuffer(zeros: 2)
    let second = KernelBuffer(zeros: 2)
    let gradient = KernelBuffer(zeros: 2)
    AdamW(step: 1, learningRate: 0.25, weightDecay: 0.5).update(
      values.floats, firstMoments: first.floats, secondMoments: second.floats,
      gradient: gradient.floats, count: 2)
    #expect(values.values == [0.875, -3.5])
  }

  @Test func averageMovesTowardsValues() {
    var random = FixtureNumbers(seed: 81)
    for count in [0, 1, 17, 100] {
      let (average, values) = (random.values(count), random.values(count))
      for decay in [0.0, 0.999, 1] {
        let buffer = KernelBuffer(average)
        let target = KernelBuffer(values)
        moveAverage(buffer.floats, towards: target.floats, count: count, decay: Float(decay))
        expectClose(
          buffer.values, zip(average, values).map { decay * $0 + (1 - decay) * $1 })
      }
    }
  }

  @Test func addsChunksInTheirOrder() {
    var random = FixtureNumbers(seed: 82)
    for (chunks, count) in [(1, 32), (2, 16), (8, 64)] {
      let sums = random.values(chunks * count).floats
      let buffer = KernelBuffer(sums)
      addChunks(buffer.floats, chunks: chunks, pitch: count, count: count)
      let expected = (0..<count).map { i in
        (1..<chunks).reduce(sums[i]) { $0 + sums[$1 * count + i] }
      }
      #expect(Array(buffer.values.prefix(count)).bits == expected.bits)
      #expect(Array(buffer.values.dropFirst(count)) == Array(sums.dropFirst(count)))
    }
  }
}

/// One parameter, as Loshchilov & Hutter write the algorithm down.
private struct ReferenceAdamW {
  var value: Double
  var first = 0.0
  var second = 0.0

  mutating func move(gradient: Float, step: Int, rate: Double) {
    let (beta1, beta2) = (Double(AdamW.beta1), Double(AdamW.beta2))
    let gradient = Double(gradient)
    value -= rate * 0.01 * value
    first = beta1 * first + (1 - beta1) * gradient
    second = beta2 * second + (1 - beta2) * gradient * gradient
    // β to the power of the step.
    let (power1, power2) = (1...step).reduce((1.0, 1.0)) { powers, _ in
      (powers.0 * beta1, powers.1 * beta2)
    }
    value -=
      rate * (first / (1 - power1))
      / ((second / (1 - power2)).squareRoot() + Double(AdamW.epsilon))
  }
}
