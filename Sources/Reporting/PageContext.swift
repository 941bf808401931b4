import Learning
import StyleNet
import Support

// What the templates may name. Every number is a `Quantity`, so that the page says where in
// `report.json` it comes from; every text from outside has gone through `pageText`. The template
// engine finds the values by their property names.

/// The page.
struct PageContext: Sendable {
  let title: String
  let contentSecurityPolicy: String
  let styleSheet: String
  let isComparison: Bool
  /// The element of headings below those that name the model, which only a comparison has.
  let subheading: String
  let images: Quantity
  /// The standard deviation of the prior of all models.
  let priorScale: Quantity
  let headline: Headline
  let accuracyFigure: FigureContext
  let digitNames: [String]
  let shades: [KSShade]
  let models: [ModelContext]
  /// Whether it is known of any model how it was trained.
  let hasTraining: Bool
  let provenance: Provenance
  /// nil if the page has no live part.
  let live: LiveContext?
}

extension PageContext {
  /// - Throws: `CanvasError` if libpng fails.
  init(
    _ report: Report, _ figures: DrawnFigures, style: PageStyle, live: LiveContext?
  ) throws {
    let data = report.data
    title = pageText(data.title)
    contentSecurityPolicy = style.contentSecurityPolicy
    styleSheet = style.sheet
    isComparison = report.input.isComparison
    subheading = isComparison ? "h4" : "h3"
    images = report.place["data"]["images"].count
    priorScale = report.models[0].place["ks"]["priorScale"].trimmed
    headline = Headline(report, prior: priorScale)
    accuracyFigure = figures.context(
      .accuracy, of: nil, text: FigureText.accuracy(data.checkpoints))
    digitNames = (0..<Model.classes).map(String.init)
    shades = KSShade.all
    models = try report.models.enumerated().map { index, model in
      try ModelContext(model, id: "model-\(index + 1)", figures)
    }
    hasTraining = models.contains { $0.training != nil }
    provenance = Provenance(
      version: data.version,
      commit: data.commit,
      seed: report.place["seed"].plain,
      scale: report.models[0].place["generated"]["scale"].trimmed,
      command: pageText(shellCommand(data.command)),
      takesShippedModels: !data.command.contains("--ckpt"),
      data: report.place["data"]["files"].items.map(FileContext.init))
    self.live = live
  }
}

/// The measures of all models: rows of a table.
struct Headline: Sendable {
  /// One measure of every model, and how every model but the first differs from the first.
  struct Row: Sendable {
    let title: String
    let explanation: Explanation
    let values: [Cell]
    let differences: [Cell]
  }

  /// A text around the prior's standard deviation, or without it.
  struct Explanation: Sendable {
    let before: String
    let prior: Quantity?
    let after: String
  }

  struct Cell: Sendable {
    /// Of the column.
    let name: String
    let quantity: Quantity
    /// Of confidence, if there is one.
    var interval: Interval?
    /// Whether no other model does better, where there are others and they differ.
    var isBest = false
  }

  struct Interval: Sendable {
    let lower: Quantity
    let upper: Quantity

    /// - Parameter place: of the interval of a share.
    init(at place: Place) {
      lower = place["lower"].percent(2)
      upper = place["upper"].percent(2)
    }
  }

  let columns: [String]
  let differenceColumns: [String]
  let rows: [Row]
}

extension Headline {
  /// - Parameter prior: its standard deviation.
  fileprivate init(_ report: Report, prior: Quantity) {
    let names = report.data.names.map(pageText)
    let differences = report.data.differences
    let differenceNames = differences.map { item in
      differences.count == 1
        ? "Difference" : "\(pageText(item.name)) less \(pageText(item.from))"
    }
    columns = names
    differenceColumns = differenceNames
    rows = Measure.ofPage.map { measure in
      let numbers = report.models.compactMap { $0.data.measures[measure] }
      let best = Set(numbers).count > 1 ? measure.isShare ? numbers.max() : numbers.min() : nil
      let parts = measure.explanation.split(separator: "σ", omittingEmptySubsequences: false)
      return Row(
        title: measure.title,
        explanation: Explanation(
          before: String(parts[0]), prior: parts.count > 1 ? prior : nil,
          after: parts.dropFirst().joined()),
        values: zip(zip(names, numbers), report.models).map { column, model in
          Cell(
            name: column.0, quantity: measure.quantity(at: model.place),
            interval: measure.interval.map { Interval(at: model.place[$0]) },
            isBest: column.1 == best)
        },
        differences: zip(differenceNames, report.place["differences"].items).map {
          Cell(name: $0, quantity: measure.difference(at: $1))
        })
    }
  }
}

/// What the report was made from, and how.
struct Provenance: Sendable {
  let version: String
  let commit: String?
  let seed: Quantity
  let scale: Quantity
  let command: String
  /// Whether the command takes the models that come with the program, for want of others.
  let takesShippedModels: Bool
  let data: [FileContext]
}

/// A file and its check sum.
struct FileContext: Sendable {
  let name: String
  let sha256: Quantity

  /// - Parameter place: of the file in `report.json`.
  init(_ place: Place) {
    name = pageText(place["name"].plain.text)
    sha256 = place["sha256"].plain
  }
}

/// What the template of the live part may name. Numbers are filled in by its script.
struct LiveContext: Sendable {
  struct Model: Sendable {
    /// From 0 on.
    let index: Int
    let name: String
    /// Whether sliders and map show its styles until the reader chooses another.
    let isFirstChoice: Bool
  }

  struct Feature: Sendable {
    /// From 0 on.
    let index: Int
    /// From 1 on.
    let number: Int
    let name: String
  }

  /// A digit that can be chosen.
  struct Choice: Sendable {
    let digit: Int
    let isFirstChoice: Bool
  }

  let script: String
  /// A `LivePayload`, as gzip in base64.
  let payload: String
  let models: [Model]
  /// Those of the model that has the most.
  let features: [Feature]
  let digits: [Choice]

  init(_ report: ReportData, script: String, payload: String) {
    let models = report.checkpoints
    // Only where styles follow the prior do vectors from it say much.
    let firstChoice = models.firstIndex { $0.kind == "aae" } ?? 0
    self.script = script
    self.payload = payload
    self.models = models.enumerated().map { index, model in
      Model(index: index, name: pageText(model.name), isFirstChoice: index == firstChoice)
    }
    features = (1...(models.map(\.styleSize).max() ?? 1)).map {
      Feature(index: $0 - 1, number: $0, name: "style \($0)")
    }
    digits = (0..<10).map { Choice(digit: $0, isFirstChoice: $0 == 7) }
  }
}

// MARK: Text

/// Text from outside, such as a name, made safe to stand in the page.
///
/// What `printable` writes out (line breaks, control characters, marks that turn the direction of
/// writing) is written out here too. The template engine then escapes markup characters one
/// grapheme at a time, and so would miss a `<` that a combining mark has joined; such a mark is
/// therefore written out as well.
func pageText(_ text: String) -> String {
  var result = ""
  for character in printable(text) {
    let scalars = character.unicodeScalars
    if scalars.count > 1, scalars.contains(where: isMarkup) {
      for scalar in scalars {
        result += isMarkup(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
      }
    } else {
      result.append(character)
    }
  }
  return result
}

private func isMarkup(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar {
  case "<", ">", "&", "\"", "'": true
  default: false
  }
}
