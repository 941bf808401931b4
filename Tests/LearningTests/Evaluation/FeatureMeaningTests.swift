import StyleNet
import Testing

@testable import Learning
@testable import Support

@Suite struct FeatureMeaningTests {
  @Test func theStrongestCorrelationNamesAFeature() {
    func measure(_ correlations: Double?...) -> InkMeasure? {
      FeatureMeaning(correlations: correlations).measure
    }
    #expect(measure(0.61, -0.9, 0.7, nil, nil, 0, 0) == .thickness)
    #expect(measure(0.6, 0.1, 0.1, 0, 0, 0, 0) == .ink)
    #expect(measure(0.59, -0.599, 0.1, nil, 0, 0, 0) == nil)
    #expect(measure(0, 0, 0, 0.8, -0.8, 0, 0) == .width)
    #expect(measure(nil, nil, nil, nil, nil, nil, nil) == nil)
  }

  @Test func aStyleThatIsAMeasureIsCorrelatedWithIt() throws {
    let images = try testSet(limit: 400)
    let ink = InkMeasures(images.pixels, workers: Workers(threads: 2))
    let slant = try #require(InkMeasure.allCases.firstIndex(of: .slant))
    // The slant less a constant of the digit's; the opposite; a constant.
    let styles = images.labels.indices.flatMap { image -> [Float] in
      let value = Float(ink.values[slant][image])
      return [value - 90 * Float(images.labels[image]), -value, 3]
    }
    let meanings = FeatureMeaning.all(
      of: Encodings(styleSize: 3, styles: styles), labels: images.labels, ink: ink,
      workers: Workers(threads: 2))
    #expect(meanings.map(\.measure) == [.slant, .slant, nil])
    #expect(abs((meanings[0].correlations[slant] ?? 0) - 1) < 1e-3)
    #expect(abs((meanings[1].correlations[slant] ?? 0) + 1) < 1e-3)
    #expect(meanings[2].correlations.allSatisfy { $0 == nil })
  }
}

extension Encodings {
  /// Of N images, whose digits nothing is said of.
  init(styleSize: Int, styles: [Float]) {
    let count = styles.count / styleSize
    self.init(
      styleSize: styleSize, logits: [Float](repeating: 0, count: 10 * count),
      probabilities: [Float](repeating: 0.1, count: 10 * count), styles: styles,
      predictions: [UInt8](repeating: 0, count: count))
  }
}
