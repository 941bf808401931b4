import StyleNet
package import Support

/// A frozen encoder that looks at what models draw. Its logits and style features are the space in
/// which drawings are compared with images.
package struct Judge: Sendable {
  let encoder: Encoder
  package let file: SourceFile

  /// S of the judge that ships with the programs.
  static let styleSize = 54

  /// - Returns: nil if the directory has none.
  /// - Throws: `FileError` if the file is not an encoder of the judge's size.
  package static func load(from directory: String) throws(FileError) -> Judge? {
    let path = FileSystem.join(directory, Checkpoint.Network.encoder.fileName)
    guard FileSystem.exists(path) else { return nil }
    let (encoder, file) = try Checkpoint.loadEncoder(from: path)
    guard encoder.styleSize == styleSize else {
      throw FileError(
        path,
        "not the judge: an encoder of \(counted(encoder.styleSize, "style feature")), expected"
          + " \(styleSize)")
    }
    return Judge(encoder: encoder, file: file)
  }
}

/// Two halves of the images that models are measured on, in random order. What a model draws is
/// compared with the first half; the second half, compared in the same way, says what is reachable.
package struct Halves: Sendable {
  /// What chose the order.
  let seed: UInt64
  /// Images, as many in the one as in the other.
  let reference, others: [Int]
  /// nil if there is no judge.
  package let judged: JudgedImages?

  /// The most images of a half.
  static let limit = 5000
  /// The fewest for which there are nearest neighbours enough.
  package static let leastForNeighbours = Manifold.neighbours + 1
}

extension Halves {
  /// How many images a half has.
  package var count: Int { others.count }

  /// - Throws: `LearningError` if an output of the judge is not finite.
  package init(
    of images: LabelledImages, seed: UInt64, judge: Judge?, workers: Workers
  ) throws(LearningError) {
    var generator = Xoshiro256(seed: seed)
    let order = generator.permutation(of: images.count)
    let half = images.count / 2
    reference = Array(order[..<half].prefix(Self.limit))
    others = Array(order[half...].prefix(min(half, Self.limit)))
    self.seed = seed
    guard let judge else {
      judged = nil
      return
    }
    let readings = try Encodings(encoder: judge.encoder, pixels: images.pixels, workers: workers)
    judged = JudgedImages(
      judge, readings, labels: images.labels, reference: reference, others: others,
      workers: workers)
  }
}

/// What the judge says of the images that models are measured on.
package struct JudgedImages: Sendable {
  package let judge: Judge
  /// Of all images.
  package let readings: Encodings
  /// The second half, compared with the first.
  package let others: Measures
  /// nil if the half is empty.
  private let reference: Reference?

  fileprivate init(
    _ judge: Judge, _ readings: Encodings, labels: [UInt8], reference: [Int], others: [Int],
    workers: Workers
  ) {
    self.judge = judge
    self.readings = readings
    self.reference =
      reference.isEmpty ? nil : Reference(readings.features(of: reference), workers: workers)
    self.others =
      self.reference?.measures(
        of: readings.features(of: others), predictions: others.map { readings.predictions[$0] },
        digits: others.map { labels[$0] }, workers: workers) ?? Measures()
  }

  /// Compares drawings with the images of the first half.
  ///
  /// - Parameters:
  ///   - drawings: at least one: N x 28 x 28 grey bytes.
  ///   - digits: what they should show.
  /// - Throws: `LearningError` if an output of the judge is not finite.
  func measures(
    of drawings: [UInt8], digits: [UInt8], workers: Workers
  ) throws(LearningError) -> Measures {
    let readings = try Encodings(encoder: judge.encoder, pixels: Pixels(drawings), workers: workers)
    return reference?.measures(
      of: readings.features(of: digits.indices), predictions: readings.predictions,
      digits: digits, workers: workers) ?? Measures()
  }
}

/// What others are compared with, standardised by its own moments.
private struct Reference: Sendable {
  /// Of each feature.
  let moments: [Moments]
  /// nil if there are too few images.
  let gaussian: Gaussian?
  let manifold: Manifold?

  init(_ features: [Double], workers: Workers) {
    let dimension = Model.classes + Judge.styleSize
    moments = (0..<dimension).map { feature in
      Moments(stride(from: feature, to: features.count, by: dimension).map { features[$0] })
    }
    (gaussian, manifold) = Self.shapes(of: features, moments, workers: workers)
  }

  /// - Parameter features: as the judge gives them.
  private static func shapes(
    of features: [Double], _ moments: [Moments], workers: Workers
  ) -> (Gaussian?, Manifold?) {
    let standardised = features.enumerated().map { place, value in
      let moments = moments[place % moments.count]
      return (value - moments.mean) / (moments.deviation > 0 ? moments.deviation : 1)
    }
    let dimension = moments.count
    return (
      features.count / dimension < 2 ? nil : Gaussian(of: standardised, dimension: dimension),
      Manifold(standardised, dimension: dimension, workers: workers)
    )
  }

  func measures(
    of features: [Double], predictions: [UInt8], digits: [UInt8], workers: Workers
  ) -> Measures {
    var measures = Measures()
    let hits = zip(predictions, digits).count { $0 == $1 }
    measures[.recognised] = Double(hits) / Double(digits.count)
    let (gaussian, manifold) = Self.shapes(of: features, moments, workers: workers)
    if let own = self.gaussian, let gaussian {
      measures[.frechet] = own.frechetDistance(to: gaussian)
    }
    if let own = self.manifold, let manifold {
      let fidelity = Fidelity(of: manifold, among: own, workers: workers)
      measures[.precision] = fidelity.precision
      measures[.recall] = fidelity.recall
      measures[.density] = fidelity.density
      measures[.coverage] = fidelity.coverage
    }
    return measures
  }
}
