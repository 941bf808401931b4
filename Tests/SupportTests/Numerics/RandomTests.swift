import Glibc
import Testing

@testable import Support

@Suite struct RandomTests {
  /// The numbers of the authors' C program.
  @Test func givesThePublishedSequence() {
    var generator = Xoshiro256(state: (1, 2, 3, 4))
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

  @Test func seedsGiveDifferentSequences() {
    var (zero, one) = (Xoshiro256(seed: 0), Xoshiro256(seed: 1))
    #expect(zero.state != (0, 0, 0, 0))
    #expect(zero.next() != one.next())
  }
}

@Suite struct DeviatesTests {
  /// The numbers of a Python program of the same algorithms, written apart.
  @Test func sameSeedGivesTheseBytes() {
    var generator = Xoshiro256(seed: 42)
    #expect(
      generator.normals(count: 4, scale: 2).map(\.bitPattern) == [
        3_216_632_191, 1_055_060_240, 1_064_151_206, 1_077_736_894,
      ])
    #expect(generator.permutation(of: 10) == [0, 1, 3, 7, 5, 4, 8, 9, 2, 6])
    #expect(generator.nextUniform() == 0.707829281282213)
    #expect(generator.nextInteger(below: 1000) == 92)
  }

  @Test func normalsFollowTheNormalDistribution() {
    var generator = Xoshiro256(seed: 1)
    let count = 100_000
    let values = generator.normals(count: count, scale: 2).sorted()
    var distance = 0.0
    for (index, value) in values.enumerated() {
      let below = erfc(-Double(value) / 2 * 0.5.squareRoot()) / 2
      distance = max(distance, abs(below - (Double(index) + 0.5) / Double(count)))
    }
    // The critical value at 1 % is 1.63 / √n.
    #expect(distance < 1.63 / Double(count).squareRoot())
    // One in 31,574 is beyond 4 standard deviations.
    #expect((1...12).contains(values.count { abs($0) > 8 }))
  }

  @Test func integersAreUniform() {
    var generator = Xoshiro256(seed: 2)
    for bound in [1, 2, 3, 10, 1000] {
      var counts = [Int](repeating: 0, count: bound)
      let draws = 100 * bound
      for _ in 0..<draws { counts[generator.nextInteger(below: bound)] += 1 }
      let square = counts.reduce(0.0) { $0 + (Double($1) - 100) * (Double($1) - 100) / 100 }
      let freedom = Double(bound - 1)
      #expect(square <= freedom + 4 * (2 * freedom).squareRoot())
    }
    // 2^64 is 8/3 of this bound: taken as they come, products would give remainders of 3 in the
    // ratio 2 : 3 : 3.
    var remainders = [0, 0, 0]
    for _ in 0..<3000 { remainders[generator.nextInteger(below: 3 << 61) % 3] += 1 }
    #expect(remainders.allSatisfy { (900...1100).contains($0) })
  }

  @Test func permutationsHoldEveryIndexAndEveryOrderIsAsLikely() {
    var generator = Xoshiro256(seed: 3)
    #expect(generator.permutation(of: 1000).sorted() == Array(0..<1000))
    #expect(generator.permutation(of: 0).isEmpty)
    #expect(generator.permutation(of: 1) == [0])
    var seen = [[Int]: Int]()
    for _ in 0..<6000 { seen[generator.permutation(of: 3), default: 0] += 1 }
    #expect(seen.count == 6)
    #expect(seen.values.allSatisfy { (880...1120).contains($0) })
  }

  @Test func uniformNumbersAreBelowOne() {
    struct Ones: RandomNumberGenerator { func next() -> UInt64 { .max } }
    var ones = Ones()
    #expect(ones.nextUniform() == 1 - 0x1p-53)
  }
}
