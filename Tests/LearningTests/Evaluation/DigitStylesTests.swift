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
    #expect(Moments([1, 1, 4]) == Moments([4, 1, 1]))
    #expect(Moments([-1, 3]).mean == 1 && Moments([-1, 3]).deviation == 2)
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
