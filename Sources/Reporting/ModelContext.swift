import Drawing
import Learning
import StyleNet
import Support

/// One model's share of the page.
struct ModelContext: Sendable {
  /// Unique in the page.
  let id: String
  let name: String
  let kind: String
  let kindName: String
  let styleSize: Quantity
  /// "feature" or "features".
  let styleNoun: String
  let specimen: [DigitImage]
  let pairGrid: FigureContext
  /// How many features the pair grid shows, if not all.
  let pairGridLimit: String?
  let normalCDF: FigureContext
  let samples: [Exhibit]
  let worst: [Exhibit]
  let misclassifiedCount: Quantity
  /// How many of the misclassified images are shown, if not all.
  let misclassifiedLimit: String?
  let misclassified: [Exhibit]
  let digits: [DigitRow]
  let confusionFigure: FigureContext
  let confusion: [ConfusionRow]
  let featureNames: [String]
  let ks: [KSRow]
  let generated: [StyleRow]
  let traversals: [Traversal]
  /// How many features are traversed, if not all.
  let traversalLimit: String?
  /// nil if that is not known.
  let training: TrainingContext?
  let files: [FileContext]
}

extension ModelContext {
  init(_ model: ReportedModel, id: String, _ figures: DrawnFigures) throws {
    let (data, place, exhibits) = (model.data, model.place, model.exhibits)
    func figure(_ name: FigureName, _ text: String) -> FigureContext {
      figures.context(name, of: model.slug, text: text)
    }
    func limit(_ shown: Int, of count: Int) -> String? { shown < count ? String(shown) : nil }

    self.id = id
    name = pageText(data.name)
    kind = data.kind.uppercased()
    kindName = data.kind == "aae" ? "adversarial auto-encoder" : "simple auto-encoder"
    styleSize = place["styleSize"].count
    styleNoun = data.styleSize == 1 ? "feature" : "features"
    specimen = exhibits.zero.digits
    pairGrid = figure(
      .pairGrid, FigureText.pairGrid(data, prior: model.source.checkpoint.prior))
    pairGridLimit = limit(PairGrid.mostFeatures, of: data.styleSize)
    normalCDF = figure(.cdf, FigureText.normalCDF(data))
    samples = exhibits.samples
    worst = exhibits.worst
    misclassifiedCount = place["misclassified"]["count"].count
    misclassifiedLimit = limit(exhibits.misclassified.count, of: data.misclassified.count)
    misclassified = exhibits.misclassified
    digits = (0..<Model.classes).map { DigitRow($0, at: place) }
    confusionFigure = figure(.confusion, FigureText.confusion(data))
    confusion = place["confusion"].items.enumerated().map { ConfusionRow($0, data, at: $1) }
    featureNames = (1...data.styleSize).map { "style \($0)" }
    ks = zip(data.ks.rows, place["ks"]["rows"].items).map { KSRow($0, at: $1) }
    generated = exhibits.generated
    let sigmas = place["traversal"]["sigmas"].items.map { $0.signed(0) }
    traversals = try exhibits.traversals.enumerated().map { feature, steps in
      Traversal(
        feature: "style \(feature + 1)",
        picture: Picture(
          png: try DigitSheet(
            (0..<Model.classes).flatMap { digit in steps.flatMap { $0[digit] } },
            columns: steps.count
          ).png(),
          text: FigureText.traversal(feature: feature, data), width: Model.side * steps.count,
          height: Model.side * Model.classes),
        sigmas: sigmas)
    }
    traversalLimit = limit(data.traversal.features, of: data.styleSize)
    training = data.training.map { training in
      TrainingContext(
        training, at: place["training"], figure: figure(.training, FigureText.training(training)))
    }
    files = place["files"].items.map(FileContext.init)
  }
}

/// A figure in both themes.
struct FigureContext: Sendable {
  let light: Picture
  let dark: Picture
}

/// How well one digit is recognised.
struct DigitRow: Sendable {
  let name: String
  let images: Quantity
  let accuracy: Quantity?
  let lower: Quantity?
  let upper: Quantity?

  /// - Parameter place: of the model.
  fileprivate init(_ digit: Int, at place: Place) {
    let interval = place["accuracyIntervalPerDigit"][digit].present
    name = String(digit)
    // The first row is of all images.
    images = place["ks"]["rows"][digit + 1]["images"].count
    accuracy = place["accuracyPerDigit"][digit].present?.percent(2)
    lower = interval?["lower"].percent(2)
    upper = interval?["upper"].percent(2)
  }
}

/// How often one digit was taken for each.
struct ConfusionRow: Sendable {
  struct Cell: Sendable {
    let quantity: Quantity
    /// `hit` on the diagonal, `miss` off it unless zero, `none`.
    let style: String
  }

  let name: String
  let cells: [Cell]

  /// - Parameter place: of the digit's counts.
  fileprivate init(_ digit: Int, _ model: ReportData.ModelReport, at place: Place) {
    name = String(digit)
    cells = model.confusion[digit].enumerated().map { prediction, count in
      Cell(
        quantity: place[prediction].plain,
        style: digit == prediction ? "hit" : count > 0 ? "miss" : "none")
    }
  }
}

/// The Kolmogorov-Smirnov tests of one set of images.
struct KSRow: Sendable {
  struct Cell: Sendable {
    let d: Quantity
    let negLog10P: Quantity
    /// The name of a shade.
    let shade: String
  }

  let name: String
  let images: Quantity
  let cells: [Cell]
  let criticalPooled: Quantity?
  let criticalFeature: Quantity?

  /// - Parameter place: of the row.
  fileprivate init(_ row: ReportData.KS.Row, at place: Place) {
    let pooled = place["pooled"].present
    let features = place["features"].items
    let tests = zip(
      [row.pooled].compactMap { $0 } + row.features, (pooled.map { [$0] } ?? []) + features)
    name = row.digit.map(String.init) ?? "all"
    images = place["images"].count
    cells = tests.map { test, place in
      Cell(
        d: place["d"].fixed(4), negLog10P: place["negLog10P"].fixed(1),
        shade: KSShade.of(test.d).style)
    }
    criticalPooled = pooled?["criticalD"].fixed(4)
    criticalFeature = features.first?["criticalD"].fixed(4)
  }
}

/// A shade of the table of Kolmogorov-Smirnov tests, and what it stands for.
struct KSShade: Sendable {
  /// The class that the style sheet colours.
  let style: String
  /// The largest D of the shade.
  let upperBound: Double
  let range: String

  static let all: [KSShade] = {
    let bounds = [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5]
    return (bounds + [1]).enumerated().map { index, bound in
      let range =
        index == 0
        ? "up to \(trimmed(bound))"
        : index == bounds.count
          ? "above \(trimmed(bounds[index - 1]))"
          : "to \(trimmed(bound))"
      return KSShade(style: "shade-\(index)", upperBound: bound, range: range)
    }
  }()

  static func of(_ d: Double) -> KSShade {
    all.first { d <= $0.upperBound } ?? all[all.count - 1]
  }
}

/// All digits while one feature is traversed.
struct Traversal: Sendable {
  let feature: String
  let picture: Picture
  let sigmas: [Quantity]
}
