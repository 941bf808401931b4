import Learning
import StyleNet
import Support

/// A grey image of 28 x 28 bytes; 0 is background, 255 ink.
typealias Digit = [UInt8]

/// The images that the report shows of one model.
struct DigitPictures: Sendable {
  /// One reconstruction for each of the report's examples, by the index of the test image.
  let reconstructions: [Int: Digit]
  /// For each generated style, then for the zero style, the ten digits.
  let generated: [[Digit]]
  /// For each swept feature, the ten digits at every step.
  let traversals: [[[Digit]]]

  /// - Throws: `FileError` naming the model if a drawing is not finite.
  init(
    _ report: ReportData.ModelReport, _ model: EvaluatedModel, workers: Workers
  ) throws(FileError) {
    let size = model.checkpoint.styleSize
    let encodings = model.evaluation.encodings
    let examples = Set(
      (report.samples + report.worst + report.misclassified.shown).map(\.index)
    ).sorted()
    let zero = [Float](repeating: 0, count: size)
    let sigma = Float(report.ks.priorScale)
    let steps = report.traversal.sigmas.map { Float($0) * sigma }
    let swept = (0..<report.traversal.features).flatMap { feature in
      steps.map { step in
        var style = zero
        style[feature] = step
        return style
      }
    }

    let styles = report.generated.styles + [zero] + swept
    let codes =
      examples.flatMap(encodings.code(of:))
      + styles.flatMap { style in
        (0..<Model.classes).flatMap { code(digit: $0, style: style) }
      }
    let decoder = Decoder(styleSize: size, parameters: model.checkpoint.decoder)
    let pixels: [UInt8]
    do throws(EvaluationError) {
      pixels = try decoder.greyImages(codes: codes, workers: workers)
    } catch {
      throw FileError(model.path, error.description)
    }
    var images = stride(from: 0, to: pixels.count, by: Model.pixels).map {
      Array(pixels[$0..<$0 + Model.pixels])
    }[...]

    reconstructions = Dictionary(uniqueKeysWithValues: zip(examples, images))
    images = images.dropFirst(examples.count)
    let rows = styles.indices.map { row in
      Array(images.dropFirst(row * Model.classes).prefix(Model.classes))
    }
    let generatedCount = report.generated.styles.count + 1
    generated = Array(rows.prefix(generatedCount))
    traversals = (0..<report.traversal.features).map { feature in
      Array(rows.dropFirst(generatedCount + feature * steps.count).prefix(steps.count))
    }
  }
}
