import Learning
import Support

/// A test image and what a model makes of it.
struct Example: Encodable, Sendable {
  /// Counted from 0.
  let index: Int
  /// The true one.
  let digit: Int
  let prediction: Int
  /// Of the predicted digit.
  let probability: Float
  /// The mean over the pixels of |output - input|.
  let l1: Float
  /// What the judge says of it; nil without a judge.
  @Nullable var judge: Reading?

  struct Reading: Encodable, Sendable {
    let prediction: Int
    /// Of the predicted digit.
    let probability: Float
  }

  /// - Parameter place: of an example.
  static func error(at place: Place) -> Quantity { place["l1"].fixed(3) }

  /// Orders examples by reconstruction error, the largest first; of equal ones the first image.
  static func isWorse(_ a: Example, than b: Example) -> Bool {
    (b.l1, a.index) < (a.l1, b.index)
  }
}

extension Evaluation {
  /// The N images that were evaluated, in their order.
  ///
  /// - Parameter readings: what the judge says of them.
  func examples(of images: LabelledImages, _ readings: Encodings?) -> [Example] {
    images.labels.enumerated().map { index, label in
      let prediction = Int(encodings.predictions[index])
      return Example(
        index: index, digit: Int(label), prediction: prediction,
        probability: encodings.probabilities(of: index)[prediction],
        l1: reconstructionErrors[index], judge: readings?.reading(of: index))
    }
  }
}

extension Encodings {
  /// What the encoder says an image shows.
  func reading(of image: Int) -> Example.Reading {
    let prediction = Int(predictions[image])
    return Example.Reading(
      prediction: prediction, probability: probabilities(of: image)[prediction])
  }
}
