import Testing

@testable import Support

@Suite struct Xoshiro256Tests {
  /// The numbers of the authors' C program.
  @Test func givesThePublishedSequence() throws {
    var generator = try #require(Xoshiro256(state: (1, 2, 3, 4)))
    let expected: [UInt64] = [
      11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360,
      607_988_272_756_665_600, 16_172_922_978_634_559_625, 8_476_171_486_693_032_832,
      10_595_114_339_597_558_777, 2_904_607_092_377_533_576,
    ]
    #expect(expected.map { _ in generator.next() } == expected)
  }

  @Test func fillerGivesThePublishedSequence() {
    var generator = SplitMix64(state: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    #expect(expected.map { _ in generator.next() } == expected)
  }

  @Test func goesOnFromAStoredState() throws {
    var generator = Xoshiro256(seed: 7)
    for _ in 0..<100 { _ = generator.nextNormal() }
    var restored = try #require(Xoshiro256(state: generator.state))
    #expect(restored == generator)
    #expect(restored.permutation(of: 50) == generator.permutation(of: 50))
    #expect(restored.normals(count: 50) == generator.normals(count: 50))
    #expect(restored == generator)
  }

  @Test func refusesTheStateThatOnlyGivesZeros() {
    #expect(Xoshiro256(state: (0, 0, 0, 0)) == nil)
    #expect(Xoshiro256(seed: 0) != Xoshiro256(seed: 1))
  }
}
