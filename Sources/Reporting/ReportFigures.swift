import Drawing
import Learning
import StyleNet
import Support

/// What a figure of a report shows: part of the names of files, and what `vis figure` is asked for.
enum FigureName: Hashable, Sendable {
  case pairGrid
  case cdf
  case accuracy
  case reliability
  case meaning
  case writers
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
      .pairGrid, .cdf, .accuracy, .reliability, .meaning, .writers, .training, .confusion, .samples,
      .worst, .misclassified, .generated,
    ] + (0..<ReportData.shownFeatures).map { .traversal($0) }

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
  static func all(
    _ models: [ReportedModel], of data: ReportData, _ input: ReportInput, _ words: ClassWords
  ) -> [ReportFigure] {
    var figures: [ReportFigure] = []
    func add(_ name: FigureName, of model: ReportedModel?, _ figure: (any Figure)?) {
      if let figure {
        figures.append(ReportFigure(name: name, slug: model?.slug, figure: figure))
      }
    }

    let classes = (input.classNames.names, input.classNames.noun, input.classNames.plural)
    let features = models.map(\.source.features)
    let limits = PairGrid.limits(of: features.flatMap { $0 }, prior: input.prior)
    let bins = bins(of: features)
    for (model, features) in zip(models, features) {
      add(
        .pairGrid, of: model,
        PairGrid(
          features: features, names: model.data.featureNames, labels: input.images.labels,
          classes: classes, bins: bins,
          limits: limits, prior: input.prior, width: input.isComparison ? 600 : 960))
    }
    for (model, features) in zip(models, features) {
      add(
        .cdf, of: model,
        NormalCDF(
          features: Array(features.prefix(ReportData.shownFeatures)),
          names: model.data.featureNames,
          columns: input.isComparison ? 2 : 4, limits: limits, prior: input.prior))
    }
    let series = models.map { model in
      let evaluation = model.source.evaluation
      return (model.data.name, evaluation.accuracyPerDigit, evaluation.accuracy)
    }
    add(.accuracy, of: nil, AccuracyPerDigit(series: series, classes: classes))
    add(
      .reliability, of: nil,
      ReliabilityDiagram(
        series: models.map { model in
          let bins = model.data.calibration.map { ($0.images, $0.confidence, $0.accuracy) }
          return (model.data.name, bins, model.source.calibration.error)
        }))
    for model in models { add(.meaning, of: model, CorrelationMatrix(model.source.meanings)) }
    add(.writers, of: nil, DigitGrid(data.writers, input.images))
    let trainings = models.compactMap(\.data.training)
    for model in models {
      add(
        .training, of: model,
        model.data.training.map {
          TrainingCurves($0, among: trainings, columns: input.isComparison ? 2 : nil)
        })
    }
    for model in models {
      add(
        .confusion, of: model,
        ConfusionMatrix(counts: model.data.confusion, classes: classes))
      add(.samples, of: model, DigitGrid(model.exhibits.samples, words))
      add(.worst, of: model, DigitGrid(model.exhibits.worst, words))
      add(.misclassified, of: model, DigitGrid(model.exhibits.misclassified, words))
      add(.generated, of: model, DigitGrid(generated: model, words))
      for (feature, steps) in model.exhibits.traversals.enumerated() {
        add(
          .traversal(feature), of: model,
          DigitGrid(traversal: steps, at: model.place["traversal"]["sigmas"], words))
      }
    }
    return figures
  }

  /// For each feature that any pair grid shows, one set of bins over the values of all models.
  private static func bins(of models: [[[Float]]]) -> [HistogramBins] {
    let most = models.map(\.count).max() ?? 0
    return (0..<min(most, PairGrid.mostFeatures)).map { feature in
      .auto(pooling: models.compactMap { feature < $0.count ? $0[feature] : nil })
    }
  }
}

extension EvaluatedModel {
  /// Each style feature of all images.
  var features: [[Float]] {
    (0..<checkpoint.styleSize).map(evaluation.encodings.values(of:))
  }
}

extension CorrelationMatrix {
  fileprivate init(_ meanings: [FeatureMeaning]) {
    self.init(
      measures: InkMeasure.allCases.map(\.word),
      features: meanings.prefix(PairGrid.mostFeatures).enumerated().map { feature, meaning in
        Feature(
          name: "style \(feature + 1)", correlations: meaning.correlations,
          naming: meaning.measure.flatMap(InkMeasure.allCases.firstIndex))
      })
  }
}

extension DigitGrid {
  /// Ten digits of one writer above ten of another; nil if that is not known.
  fileprivate init?(_ writers: ReportData.Writers?, _ images: LabelledImages) {
    guard let digits = writers?.pixels(in: images) else { return nil }
    self.init(
      cells: digits.map { [$0] }, columns: Model.classes, rowLabels: [["one hand"], ["another"]])
  }

  /// Test images above their reconstructions; nil if there are none.
  fileprivate init?(_ exhibits: [Exhibit], _ words: ClassWords) {
    if exhibits.isEmpty { return nil }
    // Names take a line each.
    let arrow = words.areDigits ? " \u{2192} " : "\n\u{2192} "
    self.init(
      cells: exhibits.map { [$0.original.pixels, $0.reconstruction.pixels] },
      captions: exhibits.map { exhibit in
        (
          exhibit.trueName + arrow + exhibit.predictedName,
          exhibit.example["probability"].percent(1).text, exhibit.isWrong
        )
      },
      columns: min(10, exhibits.count))
  }

  /// The ten digits in every random style, and last in the zero style.
  fileprivate init(generated model: ReportedModel, _ words: ClassWords) {
    self.init(
      cells: (model.exhibits.generated + [model.exhibits.zero]).flatMap { row in
        row.digits.map { [$0.pixels] }
      },
      columns: Model.classes, columnLabels: words.names,
      rowLabels: model.data.generated.styles.map(DigitGrid.label) + [["zero style"]])
  }

  /// The ten digits, a row each, at every step of one feature.
  ///
  /// - Parameter sigmas: the place of the steps in `report.json`.
  fileprivate init(traversal steps: [[[UInt8]]], at sigmas: Place, _ words: ClassWords) {
    self.init(
      cells: (0..<Model.classes).flatMap { digit in steps.map { [$0[digit]] } },
      columns: steps.count, columnLabels: sigmas.items.map { "\($0.signed(0).text)σ" },
      rowLabels: words.names.map { [$0] }, zoom: 1)
  }
}
