import Foundation
import Testing

@testable import Learning
@testable import StyleNet
@testable import Support

@Suite struct EvaluationTests {
  let workers = Workers(threads: 2)

  @Test func doesNotDependOnTheNumberOfThreads() throws {
    let checkpoint = try defaultCheckpoint("pt-aae")
    let images = try testSet(limit: 603)
    let one = try Evaluation(checkpoint, on: images, workers: Workers(threads: 1))
    for threads in [2, 3, 8] {
      let several = try Evaluation(checkpoint, on: images, workers: Workers(threads: threads))
      #expect(several.encodings.logits == one.encodings.logits)
      #expect(several.encodings.styles == one.encodings.styles)
      #expect(several.measures == one.measures)
      #expect(several.reconstructionErrors == one.reconstructionErrors)
    }
  }

  @Test func countsWhatWasPredictedForEachDigit() throws {
    let images = try testSet(limit: 1000)
    let evaluation = try Evaluation(defaultCheckpoint("pt-sae"), on: images, workers: workers)
    for digit in 0..<10 {
      let count = images.labels.count { $0 == digit }
      #expect(evaluation.confusion[digit].reduce(0, +) == count)
      #expect(evaluation.accuracyPerDigit[digit]?.trials == count)
      #expect(evaluation.accuracyPerDigit[digit]?.successes == evaluation.confusion[digit][digit])
      for prediction in 0..<10 {
        let pairs = zip(images.labels, evaluation.encodings.predictions)
        #expect(
          evaluation.confusion[digit][prediction] == pairs.count { $0 == digit && $1 == prediction }
        )
      }
    }
    #expect(evaluation.accuracy.trials == 1000)
    #expect(evaluation.measures[.accuracy] == evaluation.accuracy.value)
    let errors = (0..<evaluation.encodings.styleSize).map { feature in
      KSTest(evaluation.encodings.values(of: feature), against: Checkpoint.usualPrior).negLog10P
    }
    #expect(evaluation.measures[.distributionError] == median(errors))
    #expect(
      evaluation.accuracy.successes == (0..<10).reduce(0) { $0 + evaluation.confusion[$1][$1] })
    let mean = evaluation.reconstructionErrors.reduce(0.0) { $0 + Double($1) } / 1000
    #expect(try abs(mean - #require(evaluation.measures[.l1])) < 1e-7)
  }

  /// With networks whose output is constant, every number can be worked out by hand.
  @Test func numbersOfConstantNetworksAreKnown() throws {
    let outputs: [Float] = [0, 3, 0, 3, 0, 0, 0, 0, 0, 0, 0.5, -1]
    let pixels = [UInt8](repeating: 0, count: 784) + [UInt8](repeating: 255, count: 784)
    let evaluation = try Evaluation(
      encoder: constantEncoder(styleSize: 2, output: outputs),
      decoder: constantDecoder(styleSize: 2, output: 0.25),
      on: LabelledImages(pixels: Pixels(pixels), labels: [3, 0]), prior: Checkpoint.usualPrior,
      workers: workers)

    let sum = 2 * exp(3.0) + 8
    #expect(evaluation.encodings.count == 2)
    #expect(evaluation.encodings.predictions == [1, 1], "the first of equals")
    #expect(
      evaluation.encodings.code(of: 1).map { ($0 * 1e5).rounded() } == [
        2076, 41696, 2076, 41696, 2076, 2076, 2076, 2076, 2076, 2076, 50000, -100_000,
      ])
    #expect(Array(evaluation.encodings.style(of: 1)) == [0.5, -1])
    #expect(evaluation.reconstructionErrors == [1.25, 0.75])
    #expect(evaluation.measures[.l1] == 1)
    #expect(try abs(#require(evaluation.measures[.crossEntropy]) - (log(sum) - 1.5)) < 1e-12)
    #expect(evaluation.accuracy == Proportion(successes: 0, trials: 2))
  }

  @Test func crossEntropyStaysFiniteWhereAProbabilityUnderflows() throws {
    let logits: [Float] = [3e38, -3e38, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    let evaluation = try Evaluation(
      encoder: constantEncoder(styleSize: 1, output: logits),
      decoder: constantDecoder(styleSize: 1, output: 0),
      on: LabelledImages(pixels: Pixels([UInt8](repeating: 9, count: 784)), labels: [1]),
      prior: Checkpoint.usualPrior, workers: workers)
    #expect(try abs(#require(evaluation.measures[.crossEntropy]) / 6e38 - 1) < 1e-6)
    #expect(Array(evaluation.encodings.probabilities(of: 0).prefix(2)) == [1, 0])
  }

  @Test func digitsWithoutImagesHaveNoNumbers() throws {
    let all = try testSet(limit: 40)
    let kept = all.labels.indices.filter { all.labels[$0] != 7 }
    let images = LabelledImages(
      pixels: Pixels(all.pixels[kept]),
      labels: kept.map { all.labels[$0] })
    let evaluation = try Evaluation(defaultCheckpoint("pt-aae"), on: images, workers: workers)
    #expect(evaluation.accuracyPerDigit[7] == nil)
    #expect(evaluation.accuracyPerDigit[1] != nil)
  }

  @Test func refusesWhatIsNotFinite() throws {
    let images = try testSet(limit: 130)
    let style: [Float] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    // Finite weights, large enough for sums of products not to be.
    let encoder = Encoder(
      styleSize: 1,
      parameters: parameters(
        Encoder.layout(styleSize: 1), ["_seq.1.1.bias": 1, "_seq.4.weight": 3e38]))
    #expect(throws: LearningError("the encoder's output for image 0 is inf, not finite")) {
      try Evaluation(
        encoder: encoder, decoder: constantDecoder(styleSize: 1, output: 0), on: images,
        prior: Checkpoint.usualPrior, workers: workers)
    }
    let decoder = Decoder(
      styleSize: 1,
      parameters: parameters(
        Decoder.layout(styleSize: 1), ["conv2.1.bias": 1, "conv3.weight": 3e38]))
    #expect(throws: LearningError("the decoder's output for image 0 is not finite")) {
      try Evaluation(
        encoder: constantEncoder(styleSize: 1, output: style), decoder: decoder, on: images,
        prior: Checkpoint.usualPrior, workers: workers)
    }
    #expect(throws: LearningError("the decoder's output is not finite")) {
      try decoder.greyImages(codes: style, workers: workers)
    }
    #expect(throws: LearningError("there are no images to evaluate")) {
      try Evaluation(
        encoder: constantEncoder(styleSize: 1, output: style),
        decoder: constantDecoder(styleSize: 1, output: 0),
        on: LabelledImages(pixels: Pixels([]), labels: []), prior: Checkpoint.usualPrior,
        workers: workers)
    }
  }

  @Test func namesTheFirstImageWhoseOutputIsNotFinite() {
    let layout = Encoder.layout(styleSize: 1)
    var weights = parameters(
      layout,
      [
        "_seq.0.1.weight": 1, "_seq.1.0.weight": 1, "_seq.1.1.weight": 1, "_seq.4.weight": 3e38,
      ])
    // The first convolution passes the image on, and what is constant is normalised to 0: only an
    // image with ink reaches the large weights.
    for channel in 0..<16 { weights[layout.tensors[0].offset + channel * 25 + 12] = 1 }
    var pixels = [UInt8](repeating: 0, count: 130 * 784)
    pixels[127 * 784 + 406] = 255
    pixels[128 * 784 + 406] = 255
    #expect(throws: LearningError("the encoder's output for image 127 is inf, not finite")) {
      try Encodings(
        encoder: Encoder(styleSize: 1, parameters: weights), pixels: Pixels(pixels),
        workers: workers)
    }
  }
}
