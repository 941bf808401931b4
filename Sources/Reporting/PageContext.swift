import Drawing
import FoundationEssentials
import Learning
import Support

// What the templates may name. The template engine finds the values by their property names.
// Numbers come from a `Place`, so that the page says where in `report.json` they stand; every text
// from outside has gone through `pageText`.

/// The page.
struct PageContext: Sendable {
  let contentSecurityPolicy: String
  let styleSheet: String
  /// The root of `report.json`.
  let report: Place
  let isComparison: Bool
  let words: ClassWords
  /// The element of headings below those that name the model, which only a comparison has.
  let subheading: String
  /// The standard deviation of the prior of all models, and that of the random styles.
  let priorScale, scale: Place
  let measures: [MeasureRow]
  /// What stands above the differences in the rows.
  let differenceColumns: [String]
  let accuracyFigure: FigureContext
  let shades = KSShade.all
  let models: [ModelContext]
  /// Whether it is known of any model how it was trained.
  let hasTraining: Bool
  /// What makes the report again.
  let command: String
  /// Whether the command takes the models that come with the program, for want of others.
  let takesShippedModels: Bool
  /// nil if the page has no live part.
  let live: LiveContext?
}

extension PageContext {
  /// - Throws: `CanvasError` if libpng fails.
  init(
    _ report: Report, _ figures: DrawnFigures, style: PageStyle, live: LiveContext?
  ) throws {
    let data = report.data
    contentSecurityPolicy = style.contentSecurityPolicy
    styleSheet = style.sheet
    self.report = report.place
    isComparison = report.input.isComparison
    words = report.words
    subheading = isComparison ? "h4" : "h3"
    priorScale = report.models[0].place["ks"]["priorScale"]
    scale = report.models[0].place["generated"]["scale"]
    let differences = data.differences.map { item in
      data.differences.count == 1
        ? "Difference" : "\(pageText(item.name)) less \(pageText(item.from))"
    }
    measures = Measure.ofPage.map { MeasureRow($0, of: report, differences: differences) }
    differenceColumns = differences
    accuracyFigure = figures.context(
      .accuracy, of: nil, text: FigureText.accuracy(data.checkpoints, report.words))
    // Only where styles follow the prior do vectors from it say much.
    let firstChoice = data.checkpoints.firstIndex { $0.kind == "aae" } ?? 0
    models = try report.models.enumerated().map { index, model in
      try ModelContext(
        model, report.words, index: index, isFirstChoice: index == firstChoice, figures)
    }
    hasTraining = models.contains { $0.training != nil }
    command = pageText(shellCommand(data.command))
    takesShippedModels = !data.command.contains("--ckpt")
    self.live = live
  }
}

/// One measure of every model, and how every model but the first differs from the first.
struct MeasureRow: Sendable {
  struct Cell: Sendable {
    let column: String
    let quantity: Quantity
    /// Of confidence, if there is one.
    var interval: Place?
    /// Whether no other model does better, where there are others and they differ.
    var isBest = false
  }

  let title: String
  let explanation: [String]
  let values: [Cell]
  let differences: [Cell]

  /// - Parameter differences: the names of their columns.
  fileprivate init(_ measure: Measure, of report: Report, differences: [String]) {
    let numbers = report.models.compactMap { $0.data.measures[measure] }
    let best = Set(numbers).count > 1 ? measure.isShare ? numbers.max() : numbers.min() : nil
    title = measure.title
    explanation = measure.explanation(report.words)
    values = zip(report.models, numbers).map { model, number in
      Cell(
        column: pageText(model.data.name), quantity: measure.quantity(at: model.place),
        interval: measure.interval.map { model.place[$0] }, isBest: number == best)
    }
    self.differences = zip(differences, report.place["differences"].items).map {
      Cell(column: $0, quantity: measure.difference(at: $1))
    }
  }
}

/// What the template of the live part may name besides. Numbers are filled in by its script.
struct LiveContext: Sendable {
  let script: String
  /// A `LivePayload`, as gzip in base64.
  let payload: String
  /// From 0 on, those of the model that has the most.
  let features: [Int]
  /// The digits that can be chosen.
  let choices: [(digit: Int, name: String, phrase: String, isFirstChoice: Bool)]
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

// MARK: Style

/// How the page looks, and what it lets the browser do.
struct PageStyle: Sendable {
  /// The one style sheet, as it stands between the tags.
  let sheet: String
  /// Nothing from elsewhere, and of what is in the page only the known styles and scripts.
  let contentSecurityPolicy: String

  /// - Parameters:
  ///   - rules: CSS that uses the colours of `Theme` as variables.
  ///   - scripts: the text of every inline script.
  init(rules: String, scripts: [String] = []) {
    sheet = Self.colours + rules
    var policy = [
      "default-src 'none'", "img-src data:", "style-src \(Self.hash(sheet))",
      "base-uri 'none'", "form-action 'none'",
    ]
    if !scripts.isEmpty {
      // The network is WebAssembly in the page's own bytes.
      let hashes = scripts.map(Self.hash).joined(separator: " ")
      policy.append("script-src \(hashes) 'wasm-unsafe-eval'")
    }
    contentSecurityPolicy = policy.joined(separator: "; ")
  }

  private static func hash(_ text: String) -> String {
    "'sha256-\(Data(Digest.sha256(Array(text.utf8))).base64EncodedString())'"
  }

  /// The figures' colours as variables, so that page and figures are of one piece.
  private static let colours =
    ":root{\(variables(of: .light))}\n"
    + "@media screen and (prefers-color-scheme:dark){:root{\(variables(of: .dark))}}\n"

  private static func variables(of theme: Theme) -> String {
    theme.variables.map { "--\($0.name):\($0.value);" }.joined()
  }
}
