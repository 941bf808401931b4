import StyleNet
package import Support

/// How what a model draws compares with images, to the judge.
package struct Generation: Sendable {
  /// Of new digits in random styles: the digits of the second half, each in a style from the prior.
  package private(set) var generated = Measures()
  /// Of the reconstructions of the second half's images.
  package private(set) var reconstructed = Measures()
  /// Of the new digits, those that the judge takes for the digit asked for; nil without a judge.
  package private(set) var recognised: Proportion?

  /// - Parameter evaluation: of the checkpoint on the images with these labels.
  /// - Throws: `LearningError` if an output of a network is not finite.
  package init(
    _ checkpoint: Checkpoint, _ evaluation: Evaluation, labels: [UInt8], in halves: Halves,
    workers: Workers
  ) throws(LearningError) {
    guard let judged = halves.judged, halves.count > 0 else { return }
    let decoder = Decoder(styleSize: checkpoint.styleSize, parameters: checkpoint.decoder)
    let digits = halves.others.map { labels[$0] }
    var generator = Xoshiro256(seed: halves.seed, words: [2])
    let codes = digits.flatMap { digit in
      code(
        digit: Int(digit),
        style: generator.normals(count: checkpoint.styleSize, scale: checkpoint.prior.scale))
    }
    generated = try judged.measures(
      of: decoder.greyImages(codes: codes, workers: workers), digits: digits, workers: workers)
    reconstructed = try judged.measures(
      of: evaluation.reconstructions[halves.others], digits: digits, workers: workers)
    recognised = generated[.recognised].map {
      Proportion(
        successes: Int(($0 * Double(digits.count)).rounded()), trials: digits.count)
    }
  }
}
