import Drawing
import Learning
import StyleNet
import Support

/// One model's share of the page.
struct ModelContext: Sendable {
  /// Counted from 0.
  let index: Int
  /// Where `report.json` tells of it.
  let checkpoint: Place
  let isAdversarial: Bool
  let hasOneFeature: Bool
  /// Whether the live part shows its styles until the reader chooses another model's.
  let isFirstChoice: Bool
  let exhibits: Exhibits
  let pairGrid, normalCDF, confusionFigure, meaningFigure: FigureContext
  /// How many features the pair grid shows, how many the other figures show, and how many of the
  /// misclassified images are shown; nil for all.
  let pairGridLimit, featureLimit, misclassifiedLimit: Int?
  /// The misclassified images that are seen at once, as many as of the worst reconstructed, and those
  /// that are folded.
  let misclassified, moreMisclassified: [Exhibit]
  let accuracies: [DigitAccuracy]
  /// A row for each true digit. The style is `hit` on the diagonal, `miss` off it unless zero, `none`.
  let confusion: [(name: String, cells: [(count: Place, style: String)])]
  /// All images, then those of each digit; of the features as many as figures show.
  let ksRows: [(name: String, row: Place, shownFeatures: [Place])]
  /// The ten digits while one feature is traversed, and what that is called.
  let traversals: [(name: String, picture: Picture)]
  /// nil if that is not known.
  let training: TrainingContext?
}

extension ModelContext {
  init(
    _ model: ReportedModel, _ words: ClassWords, index: Int, isFirstChoice: Bool,
    _ figures: DrawnFigures
  ) throws {
    let (data, place) = (model.data, model.place)
    func figure(_ name: FigureName, _ text: String) -> FigureContext {
      figures.context(name, of: model.slug, text: text)
    }
    func limit(_ shown: Int, of count: Int) -> Int? { shown < count ? shown : nil }

    self.index = index
    checkpoint = place
    isAdversarial = data.kind == "aae"
    hasOneFeature = data.styleSize == 1
    self.isFirstChoice = isFirstChoice
    exhibits = model.exhibits
    pairGrid = figure(
      .pairGrid, FigureText.pairGrid(data, prior: model.source.checkpoint.prior))
    normalCDF = figure(.cdf, FigureText.normalCDF(data))
    confusionFigure = figure(.confusion, FigureText.confusion(data, words))
    meaningFigure = figure(.meaning, FigureText.meaning(data))
    pairGridLimit = limit(PairGrid.mostFeatures, of: data.styleSize)
    featureLimit = limit(data.traversal.features, of: data.styleSize)
    misclassifiedLimit = limit(exhibits.misclassified.count, of: data.misclassified.count)
    misclassified = Array(exhibits.misclassified.prefix(ReportData.worstShown))
    moreMisclassified = Array(exhibits.misclassified.dropFirst(ReportData.worstShown))
    accuracies = words.names.enumerated().map { DigitAccuracy($0, name: $1, at: place) }
    confusion = data.confusion.enumerated().map { digit, counts in
      let cells = counts.enumerated().map { prediction, count in
        (
          count: place["confusion"][digit][prediction],
          style: digit == prediction ? "hit" : count > 0 ? "miss" : "none"
        )
      }
      return (words.names[digit], cells)
    }
    ksRows = zip(["all"] + words.names, place["ks"]["rows"].items).map { name, row in
      (name, row, Array(row["features"].items.prefix(ReportData.shownFeatures)))
    }
    traversals = try exhibits.traversals.enumerated().map { feature, steps in
      let picture = Picture(
        Report.File(
          asset: try DigitSheet(
            (0..<Model.classes).flatMap { digit in steps.flatMap { $0[digit] } },
            columns: steps.count
          ).png(), ending: "png"),
        text: FigureText.traversal(feature: feature, data, words), width: Model.side * steps.count,
        height: Model.side * Model.classes, figures.assets)
      return (data.featureNames[feature], picture)
    }
    training = data.training.map { training in
      TrainingContext(
        training, at: place["training"], figure: figure(.training, FigureText.training(training)))
    }
  }
}

/// A figure in both themes.
struct FigureContext: Sendable {
  let light: Picture
  let dark: Picture
}

/// How well one digit is recognised.
struct DigitAccuracy: Sendable {
  let name: String
  let images, accuracy, interval: Place

  /// - Parameter place: of the model.
  fileprivate init(_ digit: Int, name: String, at place: Place) {
    self.name = name
    // The first row is of all images.
    images = place["ks"]["rows"][digit + 1]["images"]
    accuracy = place["accuracyPerDigit"][digit]
    interval = place["accuracyIntervalPerDigit"][digit]
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
