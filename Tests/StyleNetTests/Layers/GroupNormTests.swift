import TestSupport
import Testing

@testable import StyleNet

/// One of the network's three normalisations.
struct NormArrangement: CustomTestStringConvertible {
  let name: String
  let channels: Int
  let groups: Int
  let side: Int
  let border: Int

  var testDescription: String { name }
  var shape: [Int] { [channels, side, side] }
  var normAndPlan: (GroupNorm, NetworkPlan) {
    var plan = NetworkPlan()
    let norm = GroupNorm(
      "norm", channels: channels, groups: groups, side: side, border: border, in: &plan)
    return (norm, plan)
  }
  /// How often the layer holds each weight.
  var repeats: Int { normAndPlan.1.weights.count / (2 * channels) }

  static let all = [
    NormArrangement(name: "a pixel of 16 channels", channels: 16, groups: 4, side: 14, border: 1),
    NormArrangement(name: "a pixel of 32 channels", channels: 32, groups: 8, side: 14, border: 0),
    NormArrangement(name: "four pixels of 4 channels", channels: 4, groups: 2, side: 28, border: 1),
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

/// The buffers of a normalisation that has been run forward.
private struct NormMemory: ~Copyable {
  let arrangement: NormArrangement
  let input: KernelBuffer
  let weights: KernelBuffer
  let scratch: KernelBuffer
  let statistics: KernelBuffer
  let output: KernelBuffer

  init(_ arrangement: NormArrangement, _ input: Tensor, _ parameters: [Double]) {
    let (norm, plan) = arrangement.normAndPlan
    self.arrangement = arrangement
    self.input = KernelBuffer(input.pixelByPixel())
    weights = KernelBuffer(unwritten: plan.weights.count)
    scratch = KernelBuffer(unwritten: plan.scratch.count)
    statistics = KernelBuffer(unwritten: norm.statisticsCount)
    output = KernelBuffer(zeros: norm.outputCount)
    let source = KernelBuffer(parameters)
    norm.pack(source.floats, into: weights.floats)
    norm.forward(
      self.input.floats, in: workspace, statistics: statistics.floats, into: output.floats)
  }

  var workspace: Workspace {
    Workspace(weights: weights.floats, cache: scratch.floats, scratch: scratch.floats)
  }

  /// The output, C H W; and whether nothing was written to the border.
  var outputInside: (values: [Float], isBorderZero: Bool) {
    let (side, border) = (arrangement.side, arrangement.border)
    let line = side + 2 * border
    let all = channelByChannel(output.values, channels: arrangement.channels)
    var inside: [Float] = []
    var isBorderZero = true
    for (i, value) in all.enumerated() {
      let (y, x) = (i / line % line - border, i % line - border)
      if (0..<side).contains(y) && (0..<side).contains(x) {
        inside.append(value)
      } else {
        isBorderZero = isBorderZero && value == 0
      }
    }
    return (inside, isBorderZero)
  }
}

struct GroupNormTests {
  @Test(arguments: NormArrangement.all, NormInput.all)
  func forwardEqualsReference(arrangement: NormArrangement, kind: NormInput) {
    let (input, weight, bias) = numbers(arrangement, kind)
    let found = NormMemory(arrangement, input, weight + bias).outputInside
    let expected = input.groupNormalized(groups: arrangement.groups, weight: weight, bias: bias)
    expectClose(found.values, expected.rectified().values, tolerance: kind.tolerance)
    #expect(found.isBorderZero)
  }

  @Test(arguments: NormArrangement.all, NormInput.all)
  func gradientsEqualDifferences(arrangement: NormArrangement, kind: NormInput) {
    let (input, weight, bias) = numbers(arrangement, kind)
    var random = FixtureNumbers(seed: 41)
    let outputGradient = random.tensor(arrangement.shape)
    let (norm, plan) = arrangement.normAndPlan
    let memory = NormMemory(arrangement, input, weight + bias)
    let gradient = KernelBuffer(outputGradient.pixelByPixel())
    // The gradients of the weights are added to ones.
    let sums = KernelBuffer([Float](repeating: 1, count: plan.sums.count))
    norm.backward(
      gradient.floats, input: memory.input.floats, in: memory.workspace,
      statistics: memory.statistics.floats, sums: sums.floats)
    let weights = KernelBuffer(unwritten: 2 * norm.channels)
    norm.unpack(sums.floats, into: weights.floats)

    expectGradient(
      channelByChannel(gradient.values, channels: norm.channels), at: input.values,
      tolerance: 5 * kind.tolerance, step: 1e-5 * standardDeviation(input.values), "input"
    ) {
      let output = Tensor(input.shape, $0)
        .groupNormalized(groups: norm.groups, weight: weight, bias: bias).rectified()
      return dot(output.values, outputGradient.values)
    }
    expectGradient(
      weights.values.map { $0 - Float(arrangement.repeats) }, at: weight + bias,
      tolerance: 5 * kind.tolerance, "weights"
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
    let found = NormMemory(arrangement, input, weight + bias).outputInside.values
    // Divided by a deviation of sqrt(1e-5), the constant's rounding errors grow 316-fold.
    let expected = input.groupNormalized(groups: arrangement.groups, weight: weight, bias: bias)
    let tolerance = 1e-6 + abs(constant) * 316 * 0x1p-23
    let isClose = zip(found, expected.rectified().values)
      .allSatisfy { abs(Double($0) - $1) <= tolerance }
    #expect(isClose)
  }

  @Test(arguments: NormArrangement.all)
  func unpackingIsTheAdjointOfPacking(arrangement: NormArrangement) {
    var random = FixtureNumbers(seed: 42)
    let (norm, plan) = arrangement.normAndPlan
    let source = KernelBuffer(random.values(2 * norm.channels))
    let packed = KernelBuffer(unwritten: plan.weights.count)
    norm.pack(source.floats, into: packed.floats)
    let sums = KernelBuffer(random.values(plan.sums.count))
    let unpacked = KernelBuffer(unwritten: source.count)
    norm.unpack(sums.floats, into: unpacked.floats)
    expectAdjoint(source.values, mapped: packed.values, sums.values, back: unpacked.values)
  }

  @Test("one NaN or infinity makes its whole group NaN", arguments: NormArrangement.all)
  func spreadsNaNOverTheGroup(arrangement: NormArrangement) {
    let pixels = arrangement.side * arrangement.side
    for bad in [Float.nan, .infinity, -.infinity] {
      for position in [0, pixels / 2, pixels - 1] {
        let (plain, weight, bias) = numbers(arrangement, NormInput.all[0])
        var input = plain
        input.values[pixels + position] = Double(bad)
        let found = NormMemory(arrangement, input, weight + bias).outputInside.values
        let group = arrangement.channels / arrangement.groups * pixels
        #expect(found.prefix(group).allSatisfy { $0.isNaN })
        #expect(found.dropFirst(group).allSatisfy { $0.isFinite })
      }
    }
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
