package import Support

/// What a style feature does to the ink: its rank correlation with each measure of it, ranks taken
/// within each digit, so that it does not matter that some digits have more ink than others.
package struct FeatureMeaning: Sendable {
  /// How strong a correlation gives a feature its name.
  package static let leastNaming = 0.6

  /// In the order of the measures' cases; nil if the feature or the measure never varies.
  package let correlations: [Double?]

  /// What the feature does most: the measure of the strongest correlation; nil if that is weaker
  /// than `leastNaming`.
  package var measure: InkMeasure? {
    var strongest: (measure: InkMeasure?, strength: Double) = (nil, 0)
    for (measure, correlation) in zip(InkMeasure.allCases, correlations) {
      // The first of equals stays.
      if let correlation, abs(correlation) > strongest.strength {
        strongest = (measure, abs(correlation))
      }
    }
    return strongest.strength < Self.leastNaming ? nil : strongest.measure
  }
}

extension FeatureMeaning {
  /// The meaning of each of a model's S style features.
  ///
  /// - Parameters:
  ///   - labels: the digits of the N images that were encoded.
  ///   - ink: of some of them.
  package static func all(
    of encodings: Encodings, labels: [UInt8], ink: InkMeasures, workers: Workers
  ) -> [FeatureMeaning] {
    let labels = ink.images.map { labels[$0] }
    let measures = ink.values.map { RankDeviations($0, within: labels) }
    return workers.map(encodings.styleSize) { feature in
      let all = encodings.values(of: feature)
      let ranks = RankDeviations(ink.images.map { all[$0] }, within: labels)
      return FeatureMeaning(correlations: measures.map(ranks.correlation))
    }
  }
}
