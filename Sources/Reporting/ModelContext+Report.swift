import Drawing
import Learning
import StyleNet
import Support

extension ModelContext {
  init(
    _ model: ReportData.ModelReport, index: Int, _ images: LabelledImages,
    _ pictures: DigitPictures, _ figures: DrawnFigures, slug: String
  ) throws(CanvasError) {
    let path = "checkpoints.\(index)"
    id = "model-\(index + 1)"
    name = pageText(model.name)
    kind = model.kind.uppercased()
    kindName = model.kind == "aae" ? "adversarial auto-encoder" : "simple auto-encoder"
    styleSize = Quantity(model.styleSize, at: "\(path).styleSize")
    styleNoun = model.styleSize == 1 ? "feature" : "features"
    specimen =
      try pictures.generated.last.map { digits throws(CanvasError) in
        try digits.enumerated().map { digit, image throws(CanvasError) in
          try Picture(digit: image, text: "\(digit)")
        }
      } ?? []

    pairGrid = figures.context("\(slug)-pair-grid", text: FigureText.pairGrid(model))
    pairGridLimit =
      model.styleSize > PairGrid.mostFeatures ? String(PairGrid.mostFeatures) : nil
    normalCDF = figures.context("\(slug)-cdf", text: FigureText.normalCDF(model))
    samples = try Tile.list(model.samples, at: "\(path).samples", images, pictures)
    worst = try Tile.list(model.worst, at: "\(path).worst", images, pictures)
    misclassifiedCount = Quantity(
      model.misclassified.count, at: "\(path).misclassified.count")
    misclassifiedLimit =
      model.misclassified.count > model.misclassified.shown.count
      ? String(model.misclassified.shown.count) : nil
    misclassified = try Tile.list(
      model.misclassified.shown, at: "\(path).misclassified.shown", images, pictures,
      showsError: false)

    digits = (0..<Model.classes).map { DigitRow($0, model, at: path) }
    confusionFigure = figures.context("\(slug)-confusion", text: FigureText.confusion(model))
    confusion = model.confusion.enumerated().map { digit, counts in
      ConfusionRow(
        name: String(digit),
        cells: counts.enumerated().map { prediction, count in
          ConfusionRow.Cell(
            quantity: Quantity(
              path: "\(path).confusion.\(digit).\(prediction)", text: String(count)),
            style: digit == prediction ? "hit" : count > 0 ? "miss" : "none")
        })
    }

    featureNames = (1...model.styleSize).map { "style \($0)" }
    ks = model.ks.rows.enumerated().map { KSRow($1, at: "\(path).ks.rows.\($0)") }

    var rows: [GeneratedRow] = []
    for (row, digits) in pictures.generated.enumerated() {
      let isZero = row == model.generated.styles.count
      let style = isZero ? [] : model.generated.styles[row]
      rows.append(
        GeneratedRow(
          isZero: isZero,
          components: style.enumerated().map { component, value in
            Quantity(
              difference: Double(value), places: 2,
              at: "\(path).generated.styles.\(row).\(component)")
          },
          pictures: try digits.enumerated().map { digit, image throws(CanvasError) in
            try Picture(
              digit: image, text: isZero ? "\(digit), zero style" : "\(digit), style \(row + 1)")
          }))
    }
    generated = rows

    let sigmas = model.traversal.sigmas.enumerated().map { step, sigma in
      Quantity(difference: sigma, places: 0, at: "\(path).traversal.sigmas.\(step)")
    }
    traversals = try pictures.traversals.enumerated().map { feature, steps throws(CanvasError) in
      let sheet = (0..<Model.classes).flatMap { digit in steps.flatMap { $0[digit] } }
      return Traversal(
        feature: "style \(feature + 1)",
        picture: Picture(
          png: try digitSheet(sheet, columns: steps.count),
          text: FigureText.traversal(feature: feature, model), width: Model.side * steps.count,
          height: Model.side * Model.classes),
        sigmas: sigmas)
    }
    traversalLimit =
      model.traversal.features < model.styleSize ? String(model.traversal.features) : nil
    training = model.training.map {
      TrainingContext(
        $0, figure: figures.context("\(slug)-training", text: FigureText.training($0)), at: path)
    }
    files = model.files.enumerated().map { FileContext($1, at: "\(path).files.\($0)") }
  }
}

extension Picture {
  /// A single digit of 28 x 28 pixels.
  init(digit: Digit, text: String) throws(CanvasError) {
    self.init(
      png: try PNG.encodeGrey(digit, width: Model.side, height: Model.side), text: text,
      width: Model.side, height: Model.side)
  }
}

extension Tile {
  static func list(
    _ examples: [ReportData.Example], at path: String, _ images: LabelledImages,
    _ pictures: DigitPictures, showsError: Bool = true
  ) throws(CanvasError) -> [Tile] {
    try examples.enumerated().map { place, example throws(CanvasError) in
      let path = "\(path).\(place)"
      let reconstruction = pictures.reconstructions[example.index] ?? []
      return Tile(
        original: try Picture(
          digit: images.pixels(of: example.index),
          text: "Test image \(example.index), a \(example.digit)"),
        reconstruction: try Picture(digit: reconstruction, text: "Its reconstruction"),
        index: Quantity(path: "\(path).index", text: String(example.index)),
        digit: Quantity(example.digit, at: "\(path).digit"),
        prediction: Quantity(example.prediction, at: "\(path).prediction"),
        probability: Quantity(
          percent: Double(example.probability), places: 1, at: "\(path).probability"),
        l1: showsError ? Quantity(Double(example.l1), places: 3, at: "\(path).l1") : nil,
        isWrong: example.prediction != example.digit)
    }
  }
}

extension DigitRow {
  init(_ digit: Int, _ model: ReportData.ModelReport, at path: String) {
    let interval = model.accuracyIntervalPerDigit[digit]
    name = String(digit)
    images = Quantity(model.ks.rows[digit + 1].images, at: "\(path).ks.rows.\(digit + 1).images")
    accuracy = model.accuracyPerDigit[digit].map {
      Quantity(percent: $0, places: 2, at: "\(path).accuracyPerDigit.\(digit)")
    }
    lower = interval.map {
      Quantity(
        percent: $0.lower, places: 2, at: "\(path).accuracyIntervalPerDigit.\(digit).lower")
    }
    upper = interval.map {
      Quantity(
        percent: $0.upper, places: 2, at: "\(path).accuracyIntervalPerDigit.\(digit).upper")
    }
  }
}

extension KSRow {
  init(_ row: ReportData.KS.Row, at path: String) {
    func cell(_ test: ReportData.KS.Test, at path: String) -> Cell {
      Cell(
        d: Quantity(test.d, places: 4, at: "\(path).d"),
        negLog10P: Quantity(test.negLog10P, places: 1, at: "\(path).negLog10P"),
        shade: KSShade.of(test.d).style)
    }
    name = row.digit.map(String.init) ?? "all"
    images = Quantity(row.images, at: "\(path).images")
    cells =
      (row.pooled.map { [cell($0, at: "\(path).pooled")] } ?? [])
      + row.features.enumerated().map { cell($1, at: "\(path).features.\($0)") }
    criticalPooled = row.pooled.map {
      Quantity($0.criticalD, places: 4, at: "\(path).pooled.criticalD")
    }
    criticalFeature = row.features.first.map {
      Quantity($0.criticalD, places: 4, at: "\(path).features.0.criticalD")
    }
  }
}

/// The shades of the table of Kolmogorov-Smirnov tests.
package struct KSShade {
  /// The class that the style sheet colours.
  package let style: String
  /// The largest D of the shade.
  let upperBound: Double
  let range: String

  package static let all: [KSShade] = {
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

  package static func of(_ d: Double) -> KSShade {
    all.first { d <= $0.upperBound } ?? all[all.count - 1]
  }
}
