import Drawing
import FoundationEssentials
import Learning
import StyleNet
import Support

/// A digit as figures draw it, and as the page holds it.
struct DigitImage: Sendable {
  /// 28 x 28 grey bytes; 0 is background, 255 ink.
  let pixels: [UInt8]
  let picture: Picture

  /// - Throws: `CanvasError` if libpng fails.
  fileprivate init(
    _ pixels: [UInt8], text: String, _ assets: PageAssets
  ) throws(CanvasError) {
    self.pixels = pixels
    picture = Picture(
      Report.File(asset: try DigitSheet(pixels, columns: 1).png(), ending: "png"), text: text,
      width: Model.side, height: Model.side, assets)
  }
}

/// A picture of the page.
struct Picture: Sendable {
  let file: Report.File
  /// Where the page has it: the path of the file, or a `data:` address.
  let source: String
  let text: String
  let width: Int
  let height: Int

  /// - Parameter file: a PNG file.
  init(_ file: Report.File, text: String, width: Int, height: Int, _ assets: PageAssets) {
    self.file = file
    source =
      switch assets {
      case .inline: "data:image/png;base64," + Data(file.bytes).base64EncodedString()
      case .files: file.path
      }
    self.text = text
    self.width = width
    self.height = height
  }
}

/// A test image, what a model draws of it, and what it says of it.
struct Exhibit: Sendable {
  let original: DigitImage
  let reconstruction: DigitImage
  /// The place of the `Example`.
  let example: Place
  /// What its two digits are called.
  let trueName, predictedName: String
  /// What the judge reads, where that is to the point.
  let judgeName: String?
  /// Whether the reconstruction's error is to the point.
  let showsError: Bool
  let isWrong: Bool
}

/// The ten digits in one style.
struct StyleRow: Sendable {
  /// The numbers of the style; none for the zero style.
  let style: [Place]
  let digits: [DigitImage]
}

/// The images of digits that page and figures show of one model.
struct Exhibits: Sendable {
  let samples: [Exhibit]
  let worst: [Exhibit]
  let misclassified: [Exhibit]
  /// One for each random style, at least one.
  let generated: [StyleRow]
  let zero: StyleRow
  /// For each traversed feature, at every step, the pixels of the ten digits.
  let traversals: [[[[UInt8]]]]

  /// Every picture of a digit that the page shows.
  var pictures: [Picture] {
    let images = (samples + worst + misclassified).flatMap { [$0.original, $0.reconstruction] }
    return (images + (generated + [zero]).flatMap(\.digits)).map(\.picture)
  }

  /// - Parameter place: of the model in `report.json`.
  /// - Throws: `FileError` naming the model if a drawing is not finite, `CanvasError` if libpng
  ///   fails.
  init(
    _ report: ReportData.ModelReport, at place: Place, _ model: EvaluatedModel,
    _ input: ReportInput, _ words: ClassWords, workers: Workers
  ) throws {
    let (images, assets) = (input.images, input.settings.assets)
    let size = model.checkpoint.styleSize
    let decoder = Decoder(styleSize: size, parameters: model.checkpoint.decoder)
    func drawn(_ codes: [Float]) throws(FileError) -> [[UInt8]] {
      do throws(LearningError) {
        let pixels = try decoder.greyImages(codes: codes, workers: workers)
        return stride(from: 0, to: pixels.count, by: Model.pixels).map {
          Array(pixels[$0..<$0 + Model.pixels])
        }
      } catch {
        throw FileError(model.path, error.description)
      }
    }
    func digits(in style: [Float]) throws(FileError) -> [[UInt8]] {
      try drawn((0..<Model.classes).flatMap { code(digit: $0, style: style) })
    }
    func row(_ style: [Float], at places: [Place], _ name: String) throws -> StyleRow {
      StyleRow(
        style: places,
        digits: try digits(in: style).enumerated().map {
          try DigitImage($1, text: "\(words.names[$0]), \(name)", assets)
        })
    }
    func exhibits(
      _ examples: [Example], at place: Place, showsError: Bool = true
    ) throws -> [Exhibit] {
      let reconstructions = try drawn(
        examples.flatMap { model.evaluation.encodings.code(of: $0.index) })
      return try zip(zip(examples, reconstructions), place.items).map { pair, place in
        let (example, reconstruction) = pair
        return Exhibit(
          original: try DigitImage(
            images.pixels(of: example.index),
            text: "Test image \(example.index), \(words.phrases[example.digit])", assets),
          reconstruction: try DigitImage(reconstruction, text: "Its reconstruction", assets),
          example: place, trueName: words.names[example.digit],
          predictedName: words.names[example.prediction],
          judgeName: showsError ? nil : example.judge.map { words.names[$0.prediction] },
          showsError: showsError,
          isWrong: example.prediction != example.digit)
      }
    }

    samples = try exhibits(report.samples, at: place["samples"])
    worst = try exhibits(report.worst, at: place["worst"])
    misclassified = try exhibits(
      report.misclassified.shown, at: place["misclassified"]["shown"], showsError: false)
    zero = try row([Float](repeating: 0, count: size), at: [], "zero style")
    let styles = zip(report.generated.styles, place["generated"]["styles"].items)
    generated = try styles.enumerated().map {
      try row($1.0, at: $1.1.items, "style \($0 + 1)")
    }
    let sigma = Float(model.checkpoint.prior.scale)
    traversals = try (0..<report.traversal.features).map { feature in
      try report.traversal.sigmas.map { step in
        var style = [Float](repeating: 0, count: size)
        style[feature] = Float(step) * sigma
        return try digits(in: style)
      }
    }
  }
}
