import Drawing
import FoundationEssentials
import Learning
import StyleNet
import Support

// What the templates may name. The template engine finds the values by their property names.
// Numbers come from a `Place`, so that the page says where in `report.json` they stand; every text
// from outside has gone through `pageText`.

/// The page.
struct PageContext: Sendable {
  let pageStyle: PageStyle
  /// The root of `report.json`.
  let report: Place
  let isComparison: Bool
  let words: ClassWords
  /// The element of headings below those that name the model, which only a comparison has.
  let subheading: String
  /// The standard deviation of the prior of all models, and that of the random styles.
  let priorScale, scale: Place
  let measures: [MeasureRow]
  let drawings, separation: MeasureTable
  let calibrationError: MeasureRow
  let reliabilityFigure: FigureContext
  /// What stands above the differences in the rows.
  let differenceColumns: [String]
  let accuracyFigure: FigureContext
  let shades = KSShade.all
  let models: [ModelContext]
  /// nil if it is not known who wrote the images.
  let writers: WritersContext?
  /// The correlation from which on a feature is named by what it does.
  let leastNaming = fixed(FeatureMeaning.leastNaming, places: 1)
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
    _ report: Report, _ figures: DrawnFigures, _ style: PageStyle, live: LiveContext?
  ) throws {
    let data = report.data
    pageStyle = style
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
    measures = Measure.ofHeadline.map { MeasureRow($0, of: report, differences: differences) }
    drawings = MeasureTable(drawingsOf: report)
    separation = MeasureTable(separationOf: report)
    calibrationError = MeasureRow(.calibrationError, of: report, differences: [])
    reliabilityFigure = figures.context(
      .reliability, of: nil, text: FigureText.reliability(data.checkpoints))
    differenceColumns = differences
    accuracyFigure = figures.context(
      .accuracy, of: nil, text: FigureText.accuracy(data.checkpoints, report.words))
    // Only where styles follow the prior do vectors from it say much.
    let firstChoice = data.checkpoints.firstIndex { $0.kind == "aae" } ?? 0
    models = try report.models.enumerated().map { index, model in
      try ModelContext(
        model, report.words, index: index, isFirstChoice: index == firstChoice, figures)
    }
    writers = try data.writers.map { try WritersContext($0, of: report) }
    hasTraining = models.contains { $0.training != nil }
    command = pageText(shellCommand(data.command))
    takesShippedModels = !data.command.contains("--ckpt")
    self.live = live
  }

  /// The files that the page has beside it, but for figures, where it does not hold them itself: no
  /// file twice.
  var assets: [Report.File] {
    let pictures =
      models.flatMap { $0.exhibits.pictures + $0.traversals.map(\.picture) }
      + (writers?.picture.map { [$0] } ?? [])
    let texts = [pageStyle.sheet.file] + (pageStyle.script.map { [$0.file] } ?? [])
    var known: Set<String> = []
    return (texts + pictures.map(\.file))
      .filter { known.insert($0.path).inserted }
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
    let numbers = report.models.map { $0.data.measures[measure] }
    let known = numbers.compactMap { $0 }
    let best = Set(known).count > 1 ? measure.isBetterHigher ? known.max() : known.min() : nil
    title = measure.title(report.words)
    explanation = measure.explanation(report.words)
    values = zip(report.models, numbers).map { model, number in
      Cell(
        column: pageText(model.data.name), quantity: measure.quantity(at: model.place),
        interval: measure.interval.map { model.place[$0] },
        isBest: number != nil && number == best)
    }
    self.differences = zip(differences, report.place["differences"].items).map {
      Cell(column: $0, quantity: measure.difference(at: $1))
    }
  }
}

/// Measures of several things, a row each.
struct MeasureTable: Sendable {
  let caption: String
  /// What stands above the rows' names.
  let rowTitle: String
  let columns: [(title: String, explanation: [String])]
  let rows: [(name: String, cells: [Quantity])]
  /// Why measures are missing, a sentence a reason.
  let reasons: [String]

  /// What each model draws, below other images.
  fileprivate init(drawingsOf report: Report) {
    let models = report.models.flatMap { model in
      let name = report.input.isComparison ? ", \(pageText(model.data.name))" : ""
      return [
        ("new \(report.words.pictures)\(name)", model.place),
        ("reconstructions\(name)", model.place["reconstructed"]),
      ]
    }
    self.init(
      Measure.ofDrawings, of: report, caption: "Compared with test images",
      rows: "drawings",
      [("other test images", report.place["reference"]["otherImages"])] + models)
  }

  fileprivate init(separationOf report: Report) {
    self.init(
      Measure.ofSeparation, of: report,
      caption: "The \(report.words.digit) in the style, and what a transfer keeps", rows: "model",
      report.models.map { (pageText($0.data.name), $0.place) })
  }

  /// - Parameter rows: what the rows are called, and where in `report.json` their measures stand.
  private init(
    _ measures: [Measure], of report: Report, caption: String, rows rowTitle: String,
    _ rows: [(name: String, place: Place)]
  ) {
    self.caption = caption
    self.rowTitle = rowTitle
    columns = measures.map { ($0.title(report.words), $0.explanation(report.words)) }
    self.rows = rows.map { name, place in (name, measures.map { $0.quantity(at: place) }) }
    reasons = Self.reasons(of: measures, report.data, report.words)
  }

  /// Why measures are missing, each reason once.
  private static func reasons(
    of measures: [Measure], _ data: ReportData, _ words: ClassWords
  ) -> [String] {
    var reasons: [(reason: String, titles: [String])] = []
    for missing in data.checkpoints.flatMap(\.unmeasured) {
      guard let measure = measures.first(where: { $0.stringValue == missing.measure }) else {
        continue
      }
      let title = measure.title(words)
      if let index = reasons.firstIndex(where: { $0.reason == missing.reason }) {
        if !reasons[index].titles.contains(title) { reasons[index].titles.append(title) }
      } else {
        reasons.append((missing.reason, [title]))
      }
    }
    return reasons.map { "\(list($0.titles)): \($0.reason)." }
  }
}

/// How well style tells a writer, for the page.
struct WritersContext: Sendable {
  struct Row: Sendable {
    let digits, writers: Place
    /// A model each.
    let cells: [(area: Place, interval: Place?)]
    /// Why there is no number, where there is none.
    let reason: String?
  }

  let count: Place
  let rows: [Row]
  /// Ten digits of one writer above ten of another; nil if no two writers wrote all digits.
  let picture: Picture?
}

extension WritersContext {
  /// - Throws: `CanvasError` if libpng fails.
  fileprivate init(_ writers: ReportData.Writers, of report: Report) throws {
    count = report.place["writers"]["count"]
    rows = (report.models[0].data.writer ?? []).enumerated().map { index, group in
      let places = report.models.map { $0.place["writer"][index] }
      return Row(
        digits: places[0]["digits"], writers: places[0]["writers"],
        cells: places.map { place in
          (place["area"], group.interval == nil ? nil : place["interval"])
        },
        reason: group.area == nil
          ? "fewer than \(WriterRecognition.fewestWriters) have \(2 * group.digits) images"
          : nil)
    }
    picture = try writers.pixels(in: report.input.images).map { digits in
      Picture(
        Report.File(
          asset: try DigitSheet(Array(digits.joined()), columns: Model.classes).png(), ending: "png"
        ),
        text: FigureText.writers(writers), width: Model.side * Model.classes,
        height: 2 * Model.side,
        report.input.settings.assets)
    }
  }
}

/// What the template of the live part may name besides. Numbers are filled in by its script.
struct LiveContext: Sendable {
  /// A `LivePayload`, as gzip in base64.
  let payload: String
  /// From 0 on, those of the model that has the most.
  let features: [(index: Int, name: String)]
  /// How many images the map shows, the first of all; nil for all.
  let mapLimit: String?
  /// The digits that can be chosen.
  let choices: [(digit: Int, name: String, phrase: String, isFirstChoice: Bool)]
}

extension LiveContext {
  /// - Parameter network: the network as WebAssembly.
  init(_ report: Report, network: [UInt8]) {
    let payload = LivePayload(report, network: network)
    self.payload = Data(gzipped(payload.bytes)).base64EncodedString()
    // Of the model that has most; the script writes those of the model that is chosen.
    let most = report.data.checkpoints.max { $0.styleSize < $1.styleSize }
    features = (most?.featureNames ?? []).enumerated().map { ($0, $1) }
    mapLimit = payload.images < report.input.images.count ? grouped(payload.images) : nil
    choices = report.words.choices
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

// MARK: Style

/// A style sheet or a script of the page.
struct PageText: Sendable {
  let file: Report.File
  /// As it stands in the page; nil if the page names the file instead.
  let text: String?

  fileprivate init(_ text: String, ending: String, _ assets: PageAssets) {
    file = Report.File(asset: Array(text.utf8), ending: ending)
    self.text = assets == .inline ? text : nil
  }

  /// What a content policy allows it by.
  fileprivate var source: String {
    text == nil
      ? "'self'"
      : "'sha256-\(Data(Digest.sha256(file.bytes)).base64EncodedString())'"
  }
}

/// How the page looks, what it runs, and what it lets the browser do.
struct PageStyle: Sendable {
  let sheet: PageText
  /// nil if the page has no live part.
  let script: PageText?
  /// Nothing from elsewhere, and of what is in the page or beside it only the known styles and
  /// scripts.
  let contentSecurityPolicy: String
  /// Whether a server may bar what stands inside the page.
  let isInline: Bool

  /// - Parameters:
  ///   - rules: CSS that uses the colours of `Theme` as variables.
  ///   - script: the text of the one script.
  init(rules: String, script: String? = nil, _ assets: PageAssets = .inline) {
    isInline = assets == .inline
    sheet = PageText(Self.colours + rules, ending: "css", assets)
    self.script = script.map { PageText($0, ending: "js", assets) }
    var policy = [
      "default-src 'none'", "img-src \(isInline ? "data:" : "'self'")",
      "style-src \(sheet.source)", "base-uri 'none'", "form-action 'none'",
    ]
    if let script = self.script {
      // The network is WebAssembly in the page's own bytes.
      policy.append("script-src \(script.source) 'wasm-unsafe-eval'")
    }
    contentSecurityPolicy = policy.joined(separator: "; ")
  }

  /// The figures' colours as variables, so that page and figures are of one piece.
  private static let colours =
    ":root{\(variables(of: .light))}\n"
    + "@media screen and (prefers-color-scheme:dark){:root{\(variables(of: .dark))}}\n"

  private static func variables(of theme: Theme) -> String {
    theme.variables.map { "--\($0.name):\($0.value);" }.joined()
  }
}
