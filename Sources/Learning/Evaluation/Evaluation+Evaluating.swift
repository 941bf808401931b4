import Glibc
package import StyleNet
package import Support

extension Evaluation {
  /// Evaluates a checkpoint on labelled images.
  ///
  /// The result does not depend on the number of threads.
  ///
  /// - Parameter prior: the distribution that every style component should follow; nil for the one
  ///   that the checkpoint was trained for.
  /// - Throws: `EvaluationError` if there are no images or an output of a network is not finite.
  package init(
    _ checkpoint: Checkpoint, on images: LabelledImages, prior: NormalDistribution? = nil,
    workers: Workers
  ) throws(EvaluationError) {
    try self.init(
      encoder: Encoder(styleSize: checkpoint.styleSize, parameters: checkpoint.encoder),
      decoder: Decoder(styleSize: checkpoint.styleSize, parameters: checkpoint.decoder),
      on: images, prior: prior ?? checkpoint.prior, workers: workers)
  }

  /// Evaluates an encoder and its decoder on labelled images.
  ///
  /// The result does not depend on the number of threads.
  ///
  /// - Parameter prior: the distribution that every style component should follow.
  /// - Throws: `EvaluationError` if there are no images or an output of a network is not finite.
  package init(
    encoder: Encoder, decoder: Decoder, on images: LabelledImages,
    prior: NormalDistribution = Checkpoint.usualPrior, workers: Workers
  ) throws(EvaluationError) {
    guard images.count > 0 else { throw EvaluationError("there are no images to evaluate") }
    let encodings = try Encodings(encoder: encoder, pixels: images.pixels, workers: workers)
    let errors = try decoder.reconstructionErrors(
      of: images.pixels, encodings: encodings, workers: workers)

    let labels = images.labels
    var confusion = [[Int]](
      repeating: [Int](repeating: 0, count: Model.classes), count: Model.classes)
    for (label, prediction) in zip(labels, encodings.predictions) {
      confusion[Int(label)][Int(prediction)] += 1
    }
    let accuracyPerDigit = confusion.enumerated().map { digit, row -> Proportion? in
      let count = row.reduce(0, +)
      return count == 0 ? nil : Proportion(successes: row[digit], trials: count)
    }
    let hits = confusion.indices.reduce(0) { $0 + confusion[$1][$1] }
    let count = Double(labels.count)
    let accuracy = Proportion(successes: hits, trials: labels.count)
    let ks = KSTable(
      styles: encodings.styles, styleSize: encodings.styleSize, labels: labels, prior: prior,
      workers: workers)
    self.init(
      encodings: encodings, labels: labels, accuracy: accuracy,
      accuracyPerDigit: accuracyPerDigit, confusion: confusion,
      measures: Measures(
        accuracy: accuracy.value,
        l1: errors.reduce(0, +) / count,
        crossEntropy: labels.indices.reduce(0.0) {
          $0 + encodings.crossEntropy(of: $1, label: Int(labels[$1]))
        } / count,
        distributionError: ks.distributionError),
      reconstructionErrors: errors.map(Float.init), ks: ks)
  }
}

extension Encodings {
  /// -ln of the probability of a digit, from the logits, so that it stays exact where the
  /// probability itself is too small for a Float.
  func crossEntropy(of image: Int, label: Int) -> Double {
    let logits = logits[image * Model.classes..<(image + 1) * Model.classes].map(Double.init)
    let largest = logits.max() ?? 0
    return largest - logits[label] + log(logits.reduce(0) { $0 + exp($1 - largest) })
  }
}
