import Drawing
import Learning
import StyleNet
import Support

/// The figures of a report, the costly ones first, and what each is called.
struct ReportFigures {
  static let accuracy = "accuracy"

  let figures: [NamedFigure]

  /// - Parameter slugs: for each model, what the names of its files begin with.
  init(_ input: ReportInput, _ report: ReportData, _ pictures: [DigitPictures], slugs: [String]) {
    let limits = PairGrid.limits(
      of: input.models.map(\.evaluation.encodings.styles), priorScale: input.prior.scale)
    let edges = Self.binEdges(input)
    var figures: [NamedFigure] = []
    for (slug, model) in zip(slugs, input.models) {
      let encodings = model.evaluation.encodings
      figures.append(
        NamedFigure(
          name: "\(slug)-pair-grid",
          figure: PairGrid(
            styles: encodings.styles, styleSize: encodings.styleSize,
            labels: model.evaluation.labels,
            binEdges: Array(edges.prefix(min(encodings.styleSize, PairGrid.mostFeatures))),
            limits: limits, priorScale: input.prior.scale,
            width: input.models.count > 1 ? 600 : 960)))
    }
    for (slug, model) in zip(slugs, input.models) {
      let encodings = model.evaluation.encodings
      let size = encodings.styleSize
      figures.append(
        NamedFigure(
          name: "\(slug)-cdf",
          figure: NormalCDF(
            features: (0..<size).map { feature in
              NormalCDF.Feature(
                name: "style \(feature + 1)",
                values: stride(from: feature, to: encodings.styles.count, by: size)
                  .map { encodings.styles[$0] },
                statistic: model.evaluation.ks.rows[0].features[feature].d)
            },
            columns: input.models.count > 1 ? 2 : 4, limits: limits,
            priorScale: input.prior.scale)))
    }
    figures.append(
      NamedFigure(
        name: Self.accuracy,
        figure: AccuracyPerDigit(
          series: report.checkpoints.map { checkpoint in
            AccuracyPerDigit.Series(
              name: checkpoint.name,
              digits: zip(checkpoint.accuracyPerDigit, checkpoint.accuracyIntervalPerDigit).map {
                value, interval in
                guard let value, let interval else { return nil }
                return AccuracyPerDigit.Interval(
                  value: value, lower: interval.lower, upper: interval.upper)
              },
              overall: checkpoint.accuracy)
          })))
    let trainings = report.checkpoints.compactMap(\.training)
    for (slug, checkpoint) in zip(slugs, report.checkpoints) {
      guard let training = checkpoint.training else { continue }
      figures.append(
        NamedFigure(
          name: "\(slug)-training",
          figure: TrainingCurves(
            training, among: trainings, columns: input.models.count > 1 ? 2 : nil)))
    }
    for ((slug, checkpoint), pictures) in zip(zip(slugs, report.checkpoints), pictures) {
      figures.append(
        NamedFigure(
          name: "\(slug)-confusion", figure: ConfusionMatrix(counts: checkpoint.confusion)))
      figures += Self.digitGrids(slug, checkpoint, pictures, input.images)
    }
    self.figures = figures
  }

  /// For each feature that any pair grid shows, one set of bins over the values of all models.
  private static func binEdges(_ input: ReportInput) -> [[Double]] {
    let most = input.models.map(\.checkpoint.styleSize).max() ?? 0
    return (0..<min(most, PairGrid.mostFeatures)).map { feature in
      let columns = input.models.filter { feature < $0.checkpoint.styleSize }.map { model in
        let (size, styles) = (model.checkpoint.styleSize, model.evaluation.encodings.styles)
        return stride(from: feature, to: styles.count, by: size).map { styles[$0] }
      }
      return HistogramBins.auto(pooling: columns).edges
    }
  }

  /// What the page shows as rows of small pictures, as one picture each.
  private static func digitGrids(
    _ slug: String, _ checkpoint: ReportData.ModelReport, _ pictures: DigitPictures,
    _ images: LabelledImages
  ) -> [NamedFigure] {
    func examples(_ examples: [ReportData.Example], _ name: String) -> NamedFigure? {
      if examples.isEmpty { return nil }
      let cells = examples.map { example in
        DigitGrid.Cell(
          images: [
            images.pixels(of: example.index), pictures.reconstructions[example.index] ?? [],
          ],
          caption: DigitGrid.Caption(
            "\(example.digit) \u{2192} \(example.prediction)",
            detail: percent(Double(example.probability), places: 1),
            isWrong: example.prediction != example.digit))
      }
      return NamedFigure(
        name: "\(slug)-\(name)", figure: DigitGrid(cells: cells, columns: min(10, cells.count)))
    }

    let digits = (0..<Model.classes).map(String.init)
    let generated = DigitGrid(
      cells: pictures.generated.flatMap { row in row.map { DigitGrid.Cell($0) } },
      columns: Model.classes, columnLabels: digits,
      rowLabels: checkpoint.generated.styles.map { DigitGrid.label(style: $0) } + [["zero style"]])
    let traversals = pictures.traversals.enumerated().map { feature, steps in
      NamedFigure(
        name: "\(slug)-traversal-\(feature + 1)",
        figure: DigitGrid(
          cells: (0..<Model.classes).flatMap { digit in steps.map { DigitGrid.Cell($0[digit]) } },
          columns: steps.count,
          columnLabels: checkpoint.traversal.sigmas.map { "\(signed($0, places: 0))σ" },
          rowLabels: digits.map { [$0] }, zoom: 1))
    }
    return [
      examples(checkpoint.samples, "samples"),
      examples(checkpoint.worst, "worst"),
      examples(checkpoint.misclassified.shown, "misclassified"),
      NamedFigure(name: "\(slug)-generated", figure: generated),
    ].compactMap { $0 } + traversals
  }
}

extension LabelledImages {
  /// The 784 bytes of one image.
  func pixels(of index: Int) -> [UInt8] {
    Array(pixels[index * Model.pixels..<(index + 1) * Model.pixels])
  }
}

/// For each name, something alike that may begin the name of a file in any system: letters and
/// digits of ASCII, dots, hyphens and underscores. No two are equal.
package func fileSlugs(_ names: [String]) -> [String] {
  let slugs = names.map { name in
    let kept = name.unicodeScalars.map { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        || scalar == "_" ? Character(scalar) : "-"
    }
    let trimmed = kept.drop { $0 == "-" }.prefix(60)
    return trimmed.isEmpty ? "model" : String(trimmed)
  }
  return distinct(slugs) { "\($0)-\($1)" }
}
