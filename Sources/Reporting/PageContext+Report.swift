import Drawing
import Learning
import Support

extension PageContext {
  /// - Parameters:
  ///   - pictures, slugs: one for each checkpoint.
  /// - Throws: `CanvasError` if libpng fails.
  init(
    _ report: ReportData, _ images: LabelledImages, _ pictures: [DigitPictures],
    _ figures: DrawnFigures, slugs: [String], settings: ReportSettings, style: PageStyle,
    live: LiveContext?
  ) throws(CanvasError) {
    title = pageText(report.title)
    contentSecurityPolicy = style.contentSecurityPolicy
    styleSheet = style.sheet
    isComparison = report.checkpoints.count > 1
    subheading = isComparison ? "h4" : "h3"
    self.images = Quantity(report.data.images, at: "data.images")
    priorScale = Quantity(
      path: "checkpoints.0.ks.priorScale", text: trimmed(report.checkpoints[0].ks.priorScale))
    modelNames = list(report.checkpoints.map { pageText($0.name) })
    headline = Headline(report)
    accuracyFigure = figures.context(
      ReportFigures.accuracy, text: FigureText.accuracy(report.checkpoints))
    digitNames = (0..<10).map(String.init)
    shades = KSShade.all.map { Shade(style: $0.style, range: $0.range) }
    var models: [ModelContext] = []
    for (index, checkpoint) in report.checkpoints.enumerated() {
      models.append(
        try ModelContext(
          checkpoint, index: index, images, pictures[index], figures, slug: slugs[index]))
    }
    self.models = models
    hasTraining = models.contains { $0.training != nil }
    provenance = Provenance(
      version: report.version,
      commit: report.commit,
      seed: Quantity(path: "seed", text: String(report.seed)),
      scale: Quantity(
        path: "checkpoints.0.generated.scale",
        text: trimmed(report.checkpoints[0].generated.scale)),
      command: pageText(shellCommand(settings.command)),
      takesShippedModels: settings.takesShippedModels,
      data: report.data.files.enumerated().map { FileContext($1, at: "data.files.\($0)") })
    self.live = live
  }
}

extension FileContext {
  init(_ file: ReportData.File, at path: String) {
    name = pageText(file.name)
    sha256 = Quantity(path: "\(path).sha256", text: file.sha256)
  }
}

extension Headline {
  init(_ report: ReportData) {
    let models = report.checkpoints
    let columns = models.map { pageText($0.name) }
    let differenceColumns = report.differences.map { item in
      report.differences.count == 1
        ? "Difference" : "\(pageText(item.name)) less \(pageText(item.from))"
    }
    func row(
      _ number: KeyPath<ReportData.ModelReport, Double>,
      isBest: @escaping (Double, Double) -> Bool,
      value: (ReportData.ModelReport, String) -> Quantity,
      difference: (ReportData.Difference, String) -> Quantity
    ) -> Row {
      let numbers = models.map { $0[keyPath: number] }
      let best = numbers.contains { $0 != numbers[0] } ? numbers.min(by: isBest) : nil
      return Row(
        values: models.enumerated().map { index, model in
          let path = "checkpoints.\(index)"
          let hasInterval = number == \ReportData.ModelReport.accuracy
          func end(_ share: Double, _ name: String) -> Quantity? {
            hasInterval
              ? Quantity(percent: share, places: 2, at: "\(path).accuracyInterval.\(name)") : nil
          }
          return Value(
            name: columns[index],
            quantity: value(model, path),
            lower: end(model.accuracyInterval.lower, "lower"),
            upper: end(model.accuracyInterval.upper, "upper"),
            isBest: model[keyPath: number] == best)
        },
        differences: report.differences.enumerated().map { index, item in
          Difference(
            name: differenceColumns[index], quantity: difference(item, "differences.\(index)"))
        })
    }

    self.columns = columns
    self.differenceColumns = differenceColumns
    accuracy = row(
      \.accuracy, isBest: >,
      value: { Quantity(percent: $0.accuracy, places: 2, at: "\($1).accuracy") },
      difference: { Quantity(points: $0.accuracy, places: 2, at: "\($1).accuracy") })
    l1 = row(
      \.l1, isBest: <,
      value: { Quantity($0.l1, places: 4, at: "\($1).l1") },
      difference: { Quantity(difference: $0.l1, places: 4, at: "\($1).l1") })
    crossEntropy = row(
      \.crossEntropy, isBest: <,
      value: { Quantity($0.crossEntropy, places: 4, at: "\($1).crossEntropy") },
      difference: {
        Quantity(difference: $0.crossEntropy, places: 4, at: "\($1).crossEntropy")
      })
    distributionError = row(
      \.ks.distributionError, isBest: <,
      value: { Quantity($0.ks.distributionError, places: 2, at: "\($1).ks.distributionError") },
      difference: {
        Quantity(difference: $0.distributionError, places: 2, at: "\($1).distributionError")
      })
  }
}
