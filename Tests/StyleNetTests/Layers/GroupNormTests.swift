import TestSupport
import Testing

@testable import StyleNet

/// One of the network's three normalisations.
struct NormArrangement: CustomTestStringConvertible {
  let name: String
  let channels: Int
  let groups: Int
  let side: Int
  let lanes: Int

  var testDescription: String { name }
  var shape: [Int] { [channels, side, side] }
  var norm: GroupNorm { GroupNorm(channels: channels, groups: groups, lanes: lanes, rows: 14 * 14) }

  static let all = [
    NormArrangement(name: "a pixel of 16 channels", channels: 16, groups: 4, side: 14, lanes: 16),
    NormArrangement(name: "a pixel of 32 channels", channels: 32, groups: 8, side: 14, lanes: 32),
    NormArrangement(name: "four pixels of 4 channels", channels: 4, groups: 2, side: 28, lanes: 16),
  ]
}

/// An input that normalisation might do badly on, and how near the kernels are to come to it.
struct NormInput: CustomTestStringConvertible {
  let name: String
  /// Makes a value from a random number, a channel and a pixel.
  let value: @Sendable (Double, Int, Int) -> Double
  let tolerance: Double

  var testDescription: String { name }

  static let all = [
    NormInput(name: "plain", value: { random, _, _ in random }, tolerance: 2e-6),
    NormInput(
      name: "channels unlike one another",
      value: { random, channel, _ in random * Double(1 << (channel % 5)) + Double(channel % 7) },
      tolerance: 2e-6),
    // The mean is 4000 deviations from zero, and takes as many units of the last place with it.
    NormInput(name: "large mean", value: { random, _, _ in 1024 + random / 2 }, tolerance: 1e-3),
    NormInput(
      name: "first pixel far away", value: { random, _, pixel in pixel == 0 ? 4096 : random },
      tolerance: 2e-5),
    NormInput(name: "tiny", value: { random, _, _ in random * 0x1p-20 }, tolerance: 2e-6),
  ]
}

struct GroupNormTests {
  @Test(arguments: NormArrangement.all, NormInput.all)
  func forwardEqualsReference(arrangement: NormArrangement, kind: NormInput) {
    let (input, weight, bias) = numbers(arrangement, kind)
    let norm = arrangement.norm
    let raw = KernelBuffer(input.pixelByPixel())
    let expanded = KernelBuffer(unwritten: norm.weightCount)
    let statistics = KernelBuffer(unwritten: norm.statisticsCount)
    measure(norm, raw, weight + bias, expanded, statistics)
    let output = KernelBuffer(unwritten: raw.count)
    norm.apply(
      raw.floats, statistics.floats, into: output.floats, lines: 1, line: raw.count, pitch: 0)
    let expected = input.groupNormalized(groups: norm.groups, weight: weight, bias: bias)
    expectClose(
      channelByChannel(output.values, channels: norm.channels), expected.rectified().values,
      tolerance: kind.tolerance)
  }

  @Test(arguments: NormArrangement.all, NormInput.all)
  func gradientsEqualDifferences(arrangement: NormArrangement, kind: NormInput) {
    let (input, weight, bias) = numbers(arrangement, kind)
    var random = FixtureNumbers(seed: 41)
    let outputGradient = random.tensor(arrangement.shape)
    let norm = arrangement.norm
    let raw = KernelBuffer(input.pixelByPixel())
    let expanded = KernelBuffer(unwritten: norm.weightCount)
    let statistics = KernelBuffer(unwritten: norm.statisticsCount)
    measure(norm, raw, weight + bias, expanded, statistics)
    let gradient = KernelBuffer(outputGradient.pixelByPixel())
    let scratch = KernelBuffer(unwritten: 2 * norm.lanes)
    // The gradients of the weights are added to ones.
    let sums = KernelBuffer([Float](repeating: 1, count: norm.weightCount))
    norm.differentiate(
      gradient.floats, raw: raw.floats, statistics: statistics.floats, weight: expanded.floats,
      scratch: scratch.floats, weightGradient: sums.floats)
    let weights = KernelBuffer(unwritten: 2 * norm.channels)
    norm.collapse(sums.floats, into: weights.floats)

    let repeats = Float(norm.lanes / norm.channels)
    expectGradient(
      channelByChannel(gradient.values, channels: norm.channels), at: input.values,
      tolerance: 5 * kind.tolerance, step: 1e-5 * standardDeviation(input.values), "input"
    ) {
      let output = Tensor(input.shape, $0)
        .groupNormalized(groups: norm.groups, weight: weight, bias: bias).rectified()
      return dot(output.values, outputGradient.values)
    }
    expectGradient(
      weights.values.map { $0 - repeats }, at: weight + bias, tolerance: 5 * kind.tolerance,
      "weights"
    ) {
      let output = input.groupNormalized(
        groups: norm.groups, weight: Array($0.prefix(norm.channels)),
        bias: Array($0.dropFirst(norm.channels))
      ).rectified()
      return dot(output.values, outputGradient.values)
    }
  }

  @Test("a constant image becomes its bias", arguments: NormArrangement.all, [0, 1, -3000.25])
  func mapsConstantsToBias(arrangement: NormArrangement, constant: Double) {
    let kind = NormInput(name: "constant", value: { _, _, _ in constant }, tolerance: 0)
    let (input, weight, bias) = numbers(arrangement, kind)
    let norm = arrangement.norm
    let raw = KernelBuffer(input.pixelByPixel())
    let expanded = KernelBuffer(unwritten: norm.weightCount)
    let statistics = KernelBuffer(unwritten: norm.statisticsCount)
    measure(norm, raw, weight + bias, expanded, statistics)
    let output = KernelBuffer(unwritten: raw.count)
    norm.apply(
      raw.floats, statistics.floats, into: output.floats, lines: 1, line: raw.count, pitch: 0)
    // Divided by a deviation of sqrt(1e-5), the constant's rounding errors grow 316-fold.
    let expected = input.groupNormalized(groups: norm.groups, weight: weight, bias: bias)
    let found = channelByChannel(output.values, channels: norm.channels)
    let tolerance = 1e-6 + abs(constant) * 316 * 0x1p-23
    let isClose = zip(found, expected.rectified().values)
      .allSatisfy { abs(Double($0) - $1) <= tolerance }
    #expect(isClose)
  }

  @Test(arguments: NormArrangement.all)
  func collapsingIsTheAdjointOfExpanding(arrangement: NormArrangement) {
    var random = FixtureNumbers(seed: 42)
    let norm = arrangement.norm
    let source = KernelBuffer(random.values(2 * norm.channels))
    let expanded = KernelBuffer(unwritten: norm.weightCount)
    norm.expand(source.floats, into: expanded.floats)
    let sums = KernelBuffer(random.values(norm.weightCount))
    let collapsed = KernelBuffer(unwritten: source.count)
    norm.collapse(sums.floats, into: collapsed.floats)
    expectAdjoint(source.values, mapped: expanded.values, sums.values, back: collapsed.values)
  }

  @Test("lines are written at their pitch and nothing between them", arguments: NormArrangement.all)
  func appliesInsideABorder(arrangement: NormArrangement) {
    let (input, weight, bias) = numbers(arrangement, NormInput.all[0])
    let norm = arrangement.norm
    let (side, channels) = (arrangement.side, arrangement.channels)
    let raw = KernelBuffer(input.pixelByPixel())
    let expanded = KernelBuffer(unwritten: norm.weightCount)
    let statistics = KernelBuffer(unwritten: norm.statisticsCount)
    measure(norm, raw, weight + bias, expanded, statistics)
    let plain = KernelBuffer(unwritten: raw.count)
    norm.apply(
      raw.floats, statistics.floats, into: plain.floats, lines: 1, line: raw.count, pitch: 0)
    let padded = KernelBuffer(zeros: (side + 2) * (side + 2) * channels)
    norm.apply(
      raw.floats, statistics.floats, into: padded.floats + (side + 3) * channels, lines: side,
      line: side * channels, pitch: (side + 2) * channels)
    let values = channelByChannel(plain.values, channels: channels).map { Double($0) }
    #expect(padded.values == Tensor(arrangement.shape, values).pixelByPixel(border: 1))
  }

  @Test("one NaN or infinity makes its whole group NaN", arguments: NormArrangement.all)
  func spreadsNaNOverTheGroup(arrangement: NormArrangement) {
    let norm = arrangement.norm
    let pixels = arrangement.side * arrangement.side
    for bad in [Float.nan, .infinity, -.infinity] {
      for position in [0, pixels / 2, pixels - 1] {
        let (plain, weight, bias) = numbers(arrangement, NormInput.all[0])
        var input = plain
        input.values[pixels + position] = Double(bad)
        let raw = KernelBuffer(input.pixelByPixel())
        let expanded = KernelBuffer(unwritten: norm.weightCount)
        let statistics = KernelBuffer(unwritten: norm.statisticsCount)
        measure(norm, raw, weight + bias, expanded, statistics)
        let output = KernelBuffer(unwritten: raw.count)
        norm.apply(
          raw.floats, statistics.floats, into: output.floats, lines: 1, line: raw.count, pitch: 0)
        let found = channelByChannel(output.values, channels: norm.channels)
        let group = norm.channels / norm.groups * pixels
        #expect(found.prefix(group).allSatisfy { $0.isNaN })
        #expect(found.dropFirst(group).allSatisfy { $0.isFinite })
      }
    }
  }

  private func measure(
    _ norm: GroupNorm, _ raw: borrowing KernelBuffer, _ weights: [Double],
    _ expanded: borrowing KernelBuffer, _ statistics: borrowing KernelBuffer
  ) {
    let source = KernelBuffer(weights)
    norm.expand(source.floats, into: expanded.floats)
    norm.measure(
      raw.floats, weight: expanded.floats, bias: expanded.floats + norm.lanes,
      into: statistics.floats)
  }

  private func numbers(
    _ arrangement: NormArrangement, _ kind: NormInput
  ) -> (input: Tensor, weight: [Double], bias: [Double]) {
    var random = FixtureNumbers(seed: 40)
    var input = random.tensor(arrangement.shape)
    let pixels = arrangement.side * arrangement.side
    for i in input.values.indices {
      // As the kernels get it.
      input.values[i] = Double(Float(kind.value(input.values[i], i / pixels, i % pixels)))
    }
    let weight = random.values(arrangement.channels).map { 1 + $0 / 2 }
    return (input, weight, random.values(arrangement.channels, scale: 0.5))
  }
}

private func standardDeviation(_ values: [Double]) -> Double {
  let mean = values.reduce(0, +) / Double(values.count)
  let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
  return variance.squareRoot()
}
