import Glibc
import StyleNet
package import Support

/// The numbers that say how good a model is on N labelled images.
package struct Evaluation: Sendable {
  package let encodings: Encodings
  /// N drawings of what the encoder said.
  let reconstructions: Pixels
  package let measures: Measures
  /// Images whose predicted digit is the true one.
  package let accuracy: Proportion
  /// The same over the images of each digit, 0 to 9; nil for a digit without images.
  package let accuracyPerDigit: [Proportion?]
  /// 10 x 10 counts: a row for each true digit, a column for each predicted one.
  package let confusion: [[Int]]
  /// N numbers, the mean over an image's pixels of |output - input|.
  package let reconstructionErrors: [Float]

  /// Evaluates a checkpoint on labelled images.
  ///
  /// The result does not depend on the number of threads.
  ///
  /// - Throws: `LearningError` if there are no images or an output of a network is not finite.
  package init(
    _ checkpoint: Checkpoint, on images: LabelledImages, workers: Workers
  ) throws(LearningError) {
    try self.init(
      encoder: Encoder(styleSize: checkpoint.styleSize, parameters: checkpoint.encoder),
      decoder: Decoder(styleSize: checkpoint.styleSize, parameters: checkpoint.decoder),
      on: images, prior: checkpoint.prior, workers: workers)
  }

  /// Evaluates an encoder and its decoder on labelled images.
  ///
  /// - Parameter prior: the distribution that every style component should follow.
  init(
    encoder: Encoder, decoder: Decoder, on images: LabelledImages, prior: NormalDistribution,
    workers: Workers
  ) throws(LearningError) {
    guard images.count > 0 else { throw LearningError("there are no images to evaluate") }
    let encodings = try Encodings(encoder: encoder, pixels: images.pixels, workers: workers)
    let (drawings, errors) = try decoder.reconstructions(
      of: images.pixels, encodings: encodings, workers: workers)

    let labels = images.labels
    var confusion = [[Int]](
      repeating: [Int](repeating: 0, count: Model.classes), count: Model.classes)
    for (label, prediction) in zip(labels, encodings.predictions) {
      confusion[Int(label)][Int(prediction)] += 1
    }
    let hits = confusion.indices.reduce(0) { $0 + confusion[$1][$1] }

    self.encodings = encodings
    reconstructions = drawings
    self.confusion = confusion
    accuracy = Proportion(successes: hits, trials: labels.count)
    accuracyPerDigit = confusion.enumerated().map { digit, row in
      let count = row.reduce(0, +)
      return count == 0 ? nil : Proportion(successes: row[digit], trials: count)
    }
    reconstructionErrors = errors.map(Float.init)
    let tests = workers.map(encodings.styleSize) {
      KSTest(encodings.values(of: $0), against: prior)
    }
    let count = Double(labels.count)
    measures = Measures([
      .accuracy: accuracy.value,
      .l1: errors.reduce(0, +) / count,
      .crossEntropy: labels.indices.reduce(0.0) {
        $0 + encodings.crossEntropy(of: $1, label: Int(labels[$1]))
      } / count,
      .distributionError: median(tests.map(\.negLog10P)),
    ])
  }
}

extension Encodings {
  /// -ln of the probability of a digit, from the logits, so that it stays exact where the
  /// probability itself is too small for a Float.
  fileprivate func crossEntropy(of image: Int, label: Int) -> Double {
    let logits = logits[image * Model.classes..<(image + 1) * Model.classes].map(Double.init)
    let largest = logits.max() ?? 0
    return largest - logits[label] + log(logits.reduce(0) { $0 + exp($1 - largest) })
  }
}

/// Why a model cannot be trained or evaluated: one line, without the name of the model.
package struct LearningError: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
