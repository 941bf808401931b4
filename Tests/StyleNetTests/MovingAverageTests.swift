import TestSupport
import Testing

@testable import StyleNet

struct MovingAverageTests {
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
}
