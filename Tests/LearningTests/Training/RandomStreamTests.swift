import Testing

@testable import Learning
@testable import Support

struct RandomStreamTests {
  @Test func everyPurposeEpochStepAndSeedHasAStreamOfItsOwn() {
    var firsts: [UInt64] = []
    for seed: UInt64 in [0, 1, .max] {
      var streams: [RandomStream] = [.weights, .directions]
      for epoch in 0..<4 {
        streams.append(.order(epoch: epoch))
        for step in 0..<4 {
          streams += [
            .prior(epoch: epoch, step: step), .styleNoise(epoch: epoch, step: step),
            .augmentation(epoch: epoch, step: step),
          ]
        }
      }
      firsts += streams.map {
        var generator = $0.generator(seed: seed)
        return generator.next()
      }
    }
    #expect(Set(firsts).count == firsts.count)
  }

  @Test func theSameStreamGivesTheSameNumbers() {
    let stream = RandomStream.prior(epoch: 3, step: 70)
    var (one, other) = (stream.generator(seed: 5), stream.generator(seed: 5))
    #expect((0..<100).allSatisfy { _ in one.next() == other.next() })
  }
}
