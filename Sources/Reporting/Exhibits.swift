import Learning
import StyleNet
import Support

/// A grey image of 28 x 28 bytes; 0 is background, 255 ink.
typealias DigitImage = [UInt8]

/// A test image, what a model draws of it, and the numbers that are written below.
struct Exhibit: Sendable {
  let original: DigitImage
  let reconstruction: DigitImage
  let index: Quantity
  let digit: Quantity
  let prediction: Quantity
  /// Of the predicted digit.
  let probability: Quantity
  /// The reconstruction's mean error.
  let error: Quantity
  let isWrong: Bool
}

/// The ten digits in one style.
struct StyleRow: Sendable {
  enum Style {
    case zero
    /// A random one, by its place in the report's list.
    case random(Int)
  }

  let style: Style
  let digits: [DigitImage]
}

/// The images of digits that page and figures show of one model.
struct Exhibits: Sendable {
  let samples: [Exhibit]
  let worst: [Exhibit]
  let misclassified: [Exhibit]
  /// One for each random style; at least one.
  let random: [StyleRow]
  let zero: StyleRow
  /// For each traversed feature, the ten digits at every step.
  let traversals: [[[DigitImage]]]

  /// All rows of generated digits in the order in which they are shown.
  var generated: [StyleRow] { random + [zero] }

  /// - Parameter place: of the model in `report.json`.
  /// - Throws: `FileError` naming the model if a drawing is not finite.
  init(
    _ report: ReportData.ModelReport, at place: Place, _ model: EvaluatedModel,
    _ images: LabelledImages, workers: Workers
  ) throws(FileError) {
    let size = model.checkpoint.styleSize
    let decoder = Decoder(styleSize: size, parameters: model.checkpoint.decoder)
    func drawn(_ codes: [Float]) throws(FileError) -> [DigitImage] {
      do throws(EvaluationError) {
        let pixels = try decoder.greyImages(codes: codes, workers: workers)
        return stride(from: 0, to: pixels.count, by: Model.pixels).map {
          Array(pixels[$0..<$0 + Model.pixels])
        }
      } catch {
        throw FileError(model.path, error.description)
      }
    }
    func written(in styles: [[Float]]) throws(FileError) -> [[DigitImage]] {
      let codes = styles.flatMap { style in
        (0..<Model.classes).flatMap { code(digit: $0, style: style) }
      }
      let images = try drawn(codes)
      return styles.indices.map { Array(images[$0 * Model.classes..<($0 + 1) * Model.classes]) }
    }
    func exhibits(_ examples: [ReportData.Example], at places: Place) throws(FileError) -> [Exhibit]
    {
      let reconstructions = try drawn(
        examples.flatMap { model.evaluation.encodings.code(of: $0.index) })
      return zip(zip(examples, reconstructions), places.items).map { pair, place in
        Exhibit(pair.0, at: place, images.pixels(of: pair.0.index), reconstruction: pair.1)
      }
    }

    samples = try exhibits(report.samples, at: place["samples"])
    worst = try exhibits(report.worst, at: place["worst"])
    misclassified = try exhibits(
      report.misclassified.shown, at: place["misclassified"]["shown"])
    random = try written(in: report.generated.styles).enumerated().map {
      StyleRow(style: .random($0), digits: $1)
    }
    let zeros = [Float](repeating: 0, count: size)
    zero = StyleRow(style: .zero, digits: try written(in: [zeros])[0])
    let steps = report.traversal.sigmas.map { Float($0) * Float(model.checkpoint.prior.scale) }
    var traversals: [[[DigitImage]]] = []
    for feature in 0..<report.traversal.features {
      let styles = steps.map { step in
        var style = zeros
        style[feature] = step
        return style
      }
      traversals.append(try written(in: styles))
    }
    self.traversals = traversals
  }
}

extension Exhibit {
  fileprivate init(
    _ example: ReportData.Example, at place: Place, _ original: DigitImage,
    reconstruction: DigitImage
  ) {
    self.original = original
    self.reconstruction = reconstruction
    index = place["index"].plain
    digit = place["digit"].count
    prediction = place["prediction"].count
    probability = place["probability"].percent(1)
    error = place["l1"].fixed(3)
    isWrong = example.prediction != example.digit
  }
}

extension LabelledImages {
  /// The 784 bytes of one image.
  func pixels(of index: Int) -> DigitImage {
    Array(pixels[index * Model.pixels..<(index + 1) * Model.pixels])
  }
}
