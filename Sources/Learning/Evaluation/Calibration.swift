/// Whether a model's probabilities are what they say: of the images that it is sure of to 90 %, nine
/// in ten should be right.
package struct Calibration: Sendable {
  /// The images whose largest probability is in one of fifteen equal parts of 0 to 1, its upper end
  /// included.
  package struct Bin: Encodable, Sendable, Equatable {
    package let images: Int
    /// The mean largest probability and the share of right predictions; 0 if there are no images.
    package let confidence, accuracy: Double
  }

  package let bins: [Bin]
  static let binCount = 15

  /// The expected calibration error: the mean over the images of their bin's
  /// |accuracy - confidence|.
  ///
  /// C. Guo et al., On calibration of modern neural networks, 2017, equation 3.
  package var error: Double {
    let images = bins.reduce(0) { $0 + $1.images }
    return bins.reduce(0) { $0 + Double($1.images) * abs($1.accuracy - $1.confidence) }
      / Double(images)
  }

  /// - Parameters: the largest probability of each image, and whether the prediction is right; at
  ///   least one.
  init(confidences: [Double], areRight: [Bool]) {
    precondition(!confidences.isEmpty && confidences.count == areRight.count)
    var sums = [(images: Int, confidence: Double, right: Int)](
      repeating: (0, 0, 0), count: Self.binCount)
    for (confidence, isRight) in zip(confidences, areRight) {
      let bin = Int((confidence * Double(Self.binCount)).rounded(.up)) - 1
      let place = min(max(bin, 0), Self.binCount - 1)
      sums[place].images += 1
      sums[place].confidence += confidence
      sums[place].right += isRight ? 1 : 0
    }
    bins = sums.map { images, confidence, right in
      let count = Double(max(images, 1))
      return Bin(images: images, confidence: confidence / count, accuracy: Double(right) / count)
    }
  }

  package init(_ encodings: Encodings, labels: [UInt8]) {
    self.init(
      confidences: encodings.predictions.enumerated().map { image, prediction in
        Double(encodings.probabilities(of: image)[Int(prediction)])
      },
      areRight: zip(encodings.predictions, labels).map { $0 == $1 })
  }
}
