import Drawing
import Learning
import StyleNet
import Support

/// What a figure of a report shows: part of the names of files, and what `vis figure` is asked for.
enum FigureName: Hashable, Sendable {
  case pairGrid
  case cdf
  case accuracy
  case training
  case confusion
  case samples
  case worst
  case misclassified
  case generated
  /// Of a feature, counted from 0.
  case traversal(Int)

  /// All that a report can have.
  static let all: [FigureName] =
    [
      .pairGrid, .cdf, .accuracy, .training, .confusion, .samples, .worst, .misclassified,
      .generated,
    ] + (0..<ReportData.traversedFeatures).map { .traversal($0) }

  var text: String {
    switch self {
    case .pairGrid: "pair-grid"
    case .traversal(let feature): "traversal-\(feature + 1)"
    default: "\(self)"
    }
  }
}

/// A figure and what it is called.
struct ReportFigure: Sendable {
  let name: FigureName
  /// What the name of the model's files begins with; nil for a figure of all models.
  let slug: String?
  let figure: any Figure

  /// The names of its files, without theme and ending.
  var stem: String { Self.stem(name, slug: slug) }

  static func stem(_ name: FigureName, slug: String?) -> String {
    slug.map { "\($0)-\(name.text)" } ?? name.text
  }
}

extension ReportFigure {
  /// Lays out the figures of a report, the costly ones first; none is drawn yet.
  static func all(_ models: [ReportedModel], _ input: ReportInput) -> [ReportFigure] {
    var figures: [ReportFigure] = []
    func add(_ name: FigureName, of model: ReportedModel?, _ figure: (any Figure)?) {
      if let figure {
        figures.append(ReportFigure(name: name, slug: model?.slug, figure: figure))
      }
    }

    let limits = PairGrid.limits(
      of: input.models.map(\.evaluation.encodings.styles), prior: input.prior)
    let bins = bins(input)
    for model in models {
      let encodings = model.source.evaluation.encodings
      add(
        .pairGrid, of: model,
        PairGrid(
          styles: encodings.styles, styleSize: model.data.styleSize,
          labels: input.images.labels, bins: bins, limits: limits, prior: input.prior,
          width: input.isComparison ? 600 : 960))
    }
    for model in models {
      let encodings = model.source.evaluation.encodings
      add(
        .cdf, of: model,
        NormalCDF(
          styles: encodings.styles, styleSize: model.data.styleSize,
          columns: input.isComparison ? 2 : 4, limits: limits, prior: input.prior))
    }
    let series = models.map { model in
      let evaluation = model.source.evaluation
      return AccuracyPerDigit.Series(
        name: model.data.name, digits: evaluation.accuracyPerDigit, overall: evaluation.accuracy)
    }
    add(.accuracy, of: nil, AccuracyPerDigit(series: series))
    let trainings = models.compactMap(\.data.training)
    for model in models {
      add(
        .training, of: model,
        model.data.training.map {
          TrainingCurves($0, among: trainings, columns: input.isComparison ? 2 : nil)
        })
    }
    for model in models {
      add(.confusion, of: model, ConfusionMatrix(counts: model.data.confusion))
      add(.samples, of: model, DigitGrid(model.exhibits.samples))
      add(.worst, of: model, DigitGrid(model.exhibits.worst))
      add(.misclassified, of: model, DigitGrid(model.exhibits.misclassified))
      add(.generated, of: model, DigitGrid(generated: model.exhibits))
      for (feature, steps) in model.exhibits.traversals.enumerated() {
        add(
          .traversal(feature), of: model,
          DigitGrid(traversal: steps, at: model.place["traversal"]["sigmas"]))
      }
    }
    return figures
  }

  /// For each feature that any pair grid shows, one set of bins over the values of all models.
  private static func bins(_ input: ReportInput) -> [HistogramBins] {
    let most = input.models.map(\.checkpoint.styleSize).max() ?? 0
    return (0..<min(most, PairGrid.mostFeatures)).map { feature in
      let models = input.models.filter { feature < $0.checkpoint.styleSize }
      return HistogramBins.auto(
        pooling: models.map { $0.evaluation.encodings.values(of: feature) }
      )
    }
  }
}

extension DigitGrid {
  private static let digits = (0..<Model.classes).map(String.init)

  /// Test images above their reconstructions; nil if there are none.
  fileprivate init?(_ exhibits: [Exhibit]) {
    if exhibits.isEmpty { return nil }
    let cells = exhibits.map { exhibit in
      Cell(
        images: [exhibit.original.pixels, exhibit.reconstruction.pixels],
        caption: Caption(
          "\(exhibit.digit.text) \u{2192} \(exhibit.prediction.text)",
          detail: exhibit.probability.text, isWrong: exhibit.isWrong))
    }
    self.init(cells: cells, columns: min(10, cells.count))
  }

  /// The ten digits in every style.
  fileprivate init(generated exhibits: Exhibits) {
    self.init(
      cells: exhibits.generated.flatMap { row in row.digits.map { Cell(images: [$0.pixels]) } },
      columns: Model.classes, columnLabels: Self.digits,
      rowLabels: exhibits.generated.map { row in
        row.style.map { DigitGrid.label(style: $0) } ?? ["zero style"]
      })
  }

  /// The ten digits, a row each, at every step of one feature.
  ///
  /// - Parameter sigmas: the place of the steps in `report.json`.
  fileprivate init(traversal steps: [[[UInt8]]], at sigmas: Place) {
    self.init(
      cells: (0..<Model.classes).flatMap { digit in steps.map { Cell(images: [$0[digit]]) } },
      columns: steps.count, columnLabels: sigmas.items.map { "\($0.signed(0).text)σ" },
      rowLabels: Self.digits.map { [$0] }, zoom: 1)
  }
}
