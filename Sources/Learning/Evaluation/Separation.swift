import StyleNet
package import Support

/// Whether a model's style is apart from the digit.
package struct Separation: Sendable {
  package private(set) var measures = Measures()
  /// The share of the most frequent digit: what is right without a look at the style. nil if the leak
  /// is not measured.
  package private(set) var leakChance: Double?
  /// R² of each style feature through a transfer; nil for one that does not vary.
  package private(set) var styleKept: [Double?] = []

  /// - Parameter encodings: of all images.
  /// - Throws: `LearningError` if an output of a network is not finite.
  package init(
    _ checkpoint: Checkpoint, _ encodings: Encodings, images: LabelledImages, in halves: Halves,
    workers: Workers
  ) throws(LearningError) {
    guard halves.count > 0 else { return }
    addLeak(encodings, labels: images.labels, in: halves)
    try addTransfer(checkpoint, encodings, labels: images.labels, in: halves, workers: workers)
  }

  /// The share of images whose digit is told from the style alone: linear discriminants fitted on
  /// one half are asked about the other, both ways round.
  private mutating func addLeak(_ encodings: Encodings, labels: [UInt8], in halves: Halves) {
    let halves = [halves.reference, halves.others].map { images in
      (
        styles: images.flatMap { encodings.style(of: $0).lazy.map(Double.init) },
        labels: images.map { labels[$0] }
      )
    }
    // With one digit only there is nothing to tell; with fewer images the covariance within the digits
    // does not have full rank.
    let isEnough = halves.allSatisfy { half in
      let digits = Set(half.labels).count
      return digits > 1 && half.labels.count >= digits + encodings.styleSize
    }
    guard isEnough else { return }
    let hits = zip(halves, halves.reversed()).reduce(0) { hits, pair in
      let (fitted, asked) = pair
      let discriminant = LinearDiscriminant(
        fitting: fitted.styles, labels: fitted.labels, dimension: encodings.styleSize)
      let found = discriminant.labels(of: asked.styles, dimension: encodings.styleSize)
      return hits + zip(found, asked.labels).count { $0 == $1 }
    }
    let all = halves.flatMap(\.labels)
    let most = (0..<UInt8(Model.classes)).map { digit in all.count { $0 == digit } }.max() ?? 0
    measures[.leak] = Double(hits) / Double(all.count)
    leakChance = Double(most) / Double(all.count)
  }

  /// Draws another digit in the style of each image of the second half, and encodes that again.
  private mutating func addTransfer(
    _ checkpoint: Checkpoint, _ encodings: Encodings, labels: [UInt8], in halves: Halves,
    workers: Workers
  ) throws(LearningError) {
    let decoder = Decoder(styleSize: checkpoint.styleSize, parameters: checkpoint.decoder)
    let encoder = Encoder(styleSize: checkpoint.styleSize, parameters: checkpoint.encoder)
    let digits = halves.others.enumerated().map { place, image in
      UInt8((Int(labels[image]) + 1 + place % 9) % Model.classes)
    }
    let drawings = Pixels(
      try decoder.greyImages(
        codes: zip(digits, halves.others).flatMap { digit, image in
          code(digit: Int(digit), style: encodings.style(of: image))
        }, workers: workers))
    func kept(_ readings: Encodings) -> Double {
      Double(zip(readings.predictions, digits).count { $0 == $1 }) / Double(digits.count)
    }
    let readings = try Encodings(encoder: encoder, pixels: drawings, workers: workers)
    measures[.digitKept] = kept(readings)
    if let judge = halves.judged?.judge {
      measures[.digitKeptByJudge] = kept(
        try Encodings(encoder: judge.encoder, pixels: drawings, workers: workers))
    }
    styleKept = (0..<encodings.styleSize).map { feature in
      let values = encodings.values(of: feature)
      return determination(
        of: halves.others.map { Double(values[$0]) },
        by: readings.values(of: feature).map(Double.init))
    }
    let known = styleKept.compactMap { $0 }
    if let least = known.min() {
      measures[.styleKept] = median(known)
      measures[.styleKeptLeast] = least
    }
  }
}

/// The coefficient of determination R² = 1 - Σ (y - x)² / Σ (y - ȳ)²: 1 if x is y, 0 if x is no
/// better a guess than the mean of y.
///
/// - Parameters: y and x, as many numbers.
/// - Returns: nil if y does not vary.
func determination(of values: [Double], by guesses: [Double]) -> Double? {
  let mean = values.reduce(0, +) / Double(values.count)
  let variation = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  let error = zip(values, guesses).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  return variation > 0 ? 1 - error / variation : nil
}
