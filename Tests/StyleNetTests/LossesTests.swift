import Glibc
import TestSupport
import Testing

@testable import StyleNet

struct LossesTests {
  @Test("L1 and its gradient follow the formula", arguments: [1, 64])
  func l1FollowsFormula(batch: Int) {
    var random = FixtureNumbers(seed: 140)
    let output = random.values(784, scale: 2)
    let target = random.images(1)
    let image = KernelBuffer(output)
    let loss = l1Loss(image.floats, target: target, batch: batch)
    let differences = zip(output, target).map { $0 - (Double($1) / 127.5 - 1) }
    expectClose([loss], [differences.reduce(0) { $0 + abs($1) } / 784])
    expectClose(
      image.values, differences.map { ($0 > 0 ? 1 : $0 < 0 ? -1 : 0) / Double(784 * batch) })
  }

  @Test("an equal image has neither an L1 loss nor a gradient, and NaN is not lost")
  func l1OfSpecialImages() {
    let equal = KernelBuffer([Float](repeating: 1, count: 784))
    #expect(l1Loss(equal.floats, target: [UInt8](repeating: 255, count: 784), batch: 1) == 0)
    #expect(equal.values.allSatisfy { $0 == 0 })
    let broken = KernelBuffer([Float](repeating: 0, count: 783) + [.nan])
    #expect(l1Loss(broken.floats, target: [UInt8](repeating: 0, count: 784), batch: 1).isNaN)
  }

  @Test("softmax cross-entropy and its gradient follow the formula", arguments: [1.0, 40, 3000])
  func crossEntropyFollowsFormula(scale: Double) {
    var random = FixtureNumbers(seed: 141)
    let x = random.values(10, scale: scale)
    for targets in [oneHot(3), oneHot(9), (0..<10).map { ($0 == 4 ? 0.9 : 0) + 0.01 }] {
      let (logits, t) = (x.floats.map { Double($0) }, targets.floats.map { Double($0) })
      let largest = logits.max() ?? 0
      let total = logits.reduce(0) { $0 + exp($1 - largest) }
      let p = logits.map { exp($0 - largest) / total }
      let found = crossEntropy(x, targets, batch: 7)
      // Logits are rounded to 24 bits, and so is what is computed from their differences.
      let expected = zip(logits, t).reduce(0) { $0 - $1.1 * ($1.0 - largest - log(total)) }
      #expect(abs(Double(found.loss) - expected) <= 1e-6 * (scale + 1))
      for k in 0..<10 {
        #expect(abs(Double(found.probabilities[k]) - p[k]) <= 4e-7)
        #expect(abs(Double(found.gradient[k]) - (p[k] - t[k]) / 7) <= 4e-7 / 7)
      }
    }
  }

  @Test("a class that is not a target may have any logit")
  func ignoresLogitsOfOtherClasses() {
    var x = [Double](repeating: 0, count: 10)
    x[2] = -.infinity
    let found = crossEntropy(x, oneHot(5), batch: 1)
    #expect(abs(found.loss - Float(log(9.0))) < 1e-6 && found.probabilities[2] == 0)
    x[2] = .nan
    #expect(crossEntropy(x, oneHot(5), batch: 1).loss.isNaN)
  }

  @Test(
    "binary cross-entropy and its gradient follow the formula", arguments: [0, 0.3, 1] as [Float])
  func binaryCrossEntropyFollowsFormula(target: Float) {
    for logit in [-100, -20, -3, -0.5, 0, 1e-3, 0.7, 8, 17, 90] as [Float] {
      let (x, t) = (Double(logit), Double(target))
      let found = binaryCrossEntropy(logit, target: target)
      let expected = max(x, 0) - x * t + log1p(exp(-abs(x)))
      #expect(abs(Double(found.loss) - expected) <= 2e-6 * max(expected, 1e-30))
      #expect(abs(Double(found.gradient) - (1 / (1 + exp(-x)) - t)) <= 1e-7)
    }
    #expect(binaryCrossEntropy(.nan, target: target).loss.isNaN)
  }

  private func oneHot(_ label: Int) -> [Double] { (0..<10).map { $0 == label ? 1 : 0 } }

  private func crossEntropy(
    _ logits: [Double], _ targets: [Double], batch: Int
  ) -> (loss: Float, probabilities: [Float], gradient: [Float]) {
    let logits = KernelBuffer(logits)
    let targets = KernelBuffer(targets)
    let probabilities = KernelBuffer(unwritten: 10)
    let gradient = KernelBuffer(unwritten: 10)
    let loss = softmaxCrossEntropy(
      logits.floats, targets: targets.floats, probabilities: probabilities.floats,
      gradient: gradient.floats, batch: batch)
    return (loss, probabilities.values, gradient.values)
  }
}
