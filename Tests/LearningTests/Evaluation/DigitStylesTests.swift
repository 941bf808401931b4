import Testing

@testable import Learning
@testable import StyleNet
@testable import Support

@Suite struct DigitStylesTests {
  /// What the adversarial model says of the first test images.
  private static let encoded = Result {
    let (images, checkpoint) = (try testSet(limit: 500), try defaultCheckpoint("pt-aae"))
    return (
      labels: images.labels,
      encodings: try Encodings(
        encoder: Encoder(styleSize: 4, parameters: checkpoint.encoder), pixels: images.pixels,
        workers: Workers(threads: 2))
    )
  }

  @Test func momentsAreThoseOfTheDigitsImages() throws {
    #expect(Moments([1, 1, 4] as [Float]) == Moments([4, 1, 1] as [Float]))
    let pair = Moments([-1, 3] as [Float])
    #expect(pair.mean == 1 && pair.deviation == 2)
    let (labels, encodings) = try Self.encoded.get()
    let styles = DigitStyles(encodings, labels: labels)
    let sevens = labels.indices.filter { labels[$0] == 7 }.map { encodings.styles[$0 * 4 + 2] }
    #expect(styles.moments[7][2] == Moments(sevens))
    #expect(styles.moments[6][2] != Moments(sevens))
  }

  @Test func standardisedStylesOfEachDigitHaveMean0AndDeviation1() throws {
    let (labels, encodings) = try Self.encoded.get()
    let styles = DigitStyles(encodings, labels: labels)
    for digit in [0, 1, 9] {
      let standardised = labels.indices.filter { labels[$0] == digit }.map {
        styles.standardised(encodings.style(of: $0), of: digit)
      }
      for feature in 0..<4 {
        let moments = Moments(standardised.map { Float($0[feature]) })
        #expect(abs(moments.mean) < 1e-6 && abs(moments.deviation - 1) < 1e-6)
      }
    }
  }

  @Test func aStyleComesBackWithinItsDigit() throws {
    let (labels, encodings) = try Self.encoded.get()
    let styles = DigitStyles(encodings, labels: labels)
    for image in 0..<50 {
      let (digit, style) = (Int(labels[image]), Array(encodings.style(of: image)))
      #expect(styles.style(styles.standardised(style, of: digit), of: digit) == style)
    }
  }

  @Test func aDigitOfFewImagesIsSpreadAsAllAre() throws {
    let (labels, encodings) = try Self.encoded.get()
    var one = labels.map { $0 == 3 ? 5 : $0 }
    one[0] = 3
    let styles = DigitStyles(encodings, labels: one)
    #expect(styles.moments[3] == (0..<4).map { Moments(encodings.values(of: $0)) })
    #expect(styles.moments[5] != styles.moments[3])
  }

  @Test func aComponentThatNeverVariesIs0() throws {
    let output: [Float] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5]
    let encodings = try Encodings(
      encoder: constantEncoder(styleSize: 1, output: output),
      pixels: Pixels([UInt8](repeating: 9, count: 3 * 784)), workers: Workers(threads: 1))
    let styles = DigitStyles(encodings, labels: [1, 1, 2])
    #expect(styles.standardised([7], of: 1) == [0])
    #expect(styles.style([3], of: 2) == [0.5])
  }
}

@Suite struct HandTests {
  private let digitStyles = DigitStyles(moments: [
    [Moments(mean: 1, deviation: 2), Moments(mean: 0, deviation: 1)],
    [Moments(mean: 10, deviation: 5), Moments(mean: -1, deviation: 1)],
  ])

  @Test func averagesStylesEachStandardisedWithinItsDigit() {
    let hand = Hand(samples: [(0, [3, 2]), (1, [25, -1])], digitStyles)
    #expect(hand.style == [2, 1])
    #expect(hand.style(of: 0) == [5, 1])
    #expect(hand.style(of: 1) == [20, 0])
    #expect(hand.count == 2)
    // Both samples are √2 from the mean.
    #expect(hand.spread == 2)
    #expect(hand == Hand(samples: [(1, [25, -1]), (0, [3, 2])], digitStyles))
  }

  @Test func aSingleSampleKeepsItsOwnStyle() {
    let hand = Hand(samples: [(1, [12.34567, -0.1])], digitStyles)
    #expect(hand.style(of: 1) == [12.34567, -0.1])
    #expect(hand.spread == nil)
    #expect(Hand(style: hand.style, digitStyles) == hand)
  }

  /// The styles of all test images, each a sample, have nothing else in common.
  @Test func unrelatedSamplesLieAsFarApartAsIsSaid() throws {
    let (images, checkpoint) = (try testSet(limit: 2000), try defaultCheckpoint("pt-sae"))
    let encodings = try Encodings(
      encoder: Encoder(styleSize: 4, parameters: checkpoint.encoder), pixels: images.pixels,
      workers: Workers(threads: 2))
    let hand = Hand(
      samples: images.labels.enumerated().map { (Int($1), Array(encodings.style(of: $0))) },
      DigitStyles(encodings, labels: images.labels))
    #expect(hand.spreadOfUnrelated == 2)
    #expect(try abs(#require(hand.spread) / hand.spreadOfUnrelated - 1) < 1e-3)
    #expect(hand.style.allSatisfy { abs($0) < 1e-3 })
  }
}
