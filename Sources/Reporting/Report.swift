package import Drawing
import FoundationEssentials
import Learning
import StyleNet
package import Support

/// A report of models: their numbers, images of digits and figures, from which page, JSON, CSV and
/// single figures are made.
package struct Report: Sendable {
  /// The paths of its files; those of figures begin with `figureFolder`, those of what the page needs
  /// besides with `assetFolder`.
  static let page = "index.html"
  package static let numbers = "report.json"
  static let encodings = "encodings.csv"
  static let figureFolder = "figures"
  static let assetFolder = "assets"

  let input: ReportInput
  let words: ClassWords
  /// Every number.
  let data: ReportData
  /// The root of `report.json`.
  let place: Place
  let models: [ReportedModel]
  let figures: [ReportFigure]

  /// Gathers the numbers, runs the decoders and lays the figures out. No figure is drawn yet.
  ///
  /// - Throws: `FileError` naming a model whose drawings are not finite.
  package init(_ input: ReportInput, workers: Workers) throws {
    let data = ReportData(input)
    // The page takes its numbers from the file that it stands beside, so that each can name its place
    // there.
    let place = Place(try JSON(bytes: data.json))
    let slugs = fileSlugs(data.names)
    let words = ClassWords(input.classNames)
    let models = try input.models.enumerated().map { index, source in
      let (checkpoint, place) = (data.checkpoints[index], place["checkpoints"][index])
      return ReportedModel(
        source: source, data: checkpoint, place: place, slug: slugs[index],
        exhibits: try Exhibits(
          checkpoint, at: place, source, input, words, workers: workers))
    }
    self.input = input
    self.words = words
    self.data = data
    self.place = place
    self.models = models
    figures = ReportFigure.all(models, of: data, input, words)
  }
}

/// One model of a report.
struct ReportedModel: Sendable {
  let source: EvaluatedModel
  /// The numbers of it.
  let data: ReportData.ModelReport
  /// Where they stand in `report.json`.
  let place: Place
  /// What the names of its files begin with.
  let slug: String
  let exhibits: Exhibits
}

// MARK: Files

extension Report {
  /// A file of a report.
  package struct File: Sendable {
    /// Relative to the directory that the report is written to.
    let path: String
    let bytes: [UInt8]
  }

  /// Makes the files: the figures, what else the page has beside it, `encodings.csv`, `report.json`
  /// and, last, `index.html`.
  ///
  /// Equal input gives equal bytes, with any number of threads.
  ///
  /// - Parameter network: the network as WebAssembly; without it the page has no live part.
  /// - Throws: `CanvasError` if a figure cannot be drawn.
  package func files(
    templates: Templates, network: [UInt8]? = nil, workers: Workers
  ) throws -> [File] {
    let figures = try DrawnFigures(figures, input.settings.assets, workers: workers)
    let live = network.flatMap { network in
      templates.live.map { (page: $0, context: LiveContext(self, network: network)) }
    }
    let style = PageStyle(
      rules: templates.rules + (live?.page.rules ?? ""), script: live?.page.script,
      input.settings.assets)
    let page = try PageContext(self, figures, style, live: live?.context)
    let assets = input.settings.assets == .inline ? [] : page.assets
    var listed = data
    listed.figures = figures.files.map(\.source)
    listed.assets = assets.map(\.source)
    return figures.files + assets + [
      File(path: Self.encodings, bytes: encodingsCSV),
      File(path: Self.numbers, bytes: listed.json),
      File(path: Self.page, bytes: Array(templates.render(page).utf8)),
    ]
  }

  /// Writes files of a report. No file is ever half written. The files are renamed into their places
  /// in their order, the page last. Afterwards the figures and assets are removed that only the earlier
  /// report had; other files in the directory stay.
  ///
  /// - Parameter directory: made if it does not exist.
  /// - Returns: the path of the page.
  /// - Throws: `FileError`; unless a rename failed midway, the older report is then as it was.
  @discardableResult
  package static func write(_ files: [File], to directory: String) throws(FileError) -> String {
    let earlier = earlierFiles(in: directory)
    for folder in [figureFolder, assetFolder] where files.contains(where: { $0.isIn(folder) }) {
      try FileSystem.createDirectory(FileSystem.join(directory, folder))
    }
    try FileSystem.write(files.map { (FileSystem.join(directory, $0.path), $0.bytes) })
    let paths = Set(files.map(\.path))
    for file in earlier where !paths.contains(file.name) {
      let path = FileSystem.join(directory, file.name)
      // What has been changed since is no longer the report's.
      guard let bytes = try? FileSystem.read(path, limit: 64 << 20),
        SourceFile(name: file.name, bytes: bytes) == file
      else { continue }
      try FileSystem.remove(path)
    }
    if earlier.contains(where: { $0.name.hasPrefix(assetFolder) }) {
      FileSystem.removeIfEmpty(FileSystem.join(directory, assetFolder))
    }
    return FileSystem.join(directory, page)
  }

  /// The figures and assets that a report in the directory says it has; none if it does not say so.
  private static func earlierFiles(in directory: String) -> [SourceFile] {
    struct EarlierReport: Decodable {
      let figures: [SourceFile]
      let assets: [SourceFile]?
    }
    let bytes = try? FileSystem.read(FileSystem.join(directory, numbers), limit: 16 << 20)
    let report = bytes.flatMap { try? JSONDecoder().decode(EarlierReport.self, from: Data($0)) }
    let lists = [(figureFolder, report?.figures), (assetFolder, report?.assets)]
    return lists.flatMap { folder, files -> [SourceFile] in
      // Whatever a link leads to is not the report's.
      guard FileSystem.isOwnDirectory(FileSystem.join(directory, folder)) else { return [] }
      // Nor is a name that leads elsewhere.
      let slash = UInt8(ascii: "/")
      return (files ?? []).filter {
        $0.name.hasPrefix("\(folder)/") && $0.name.utf8.count { $0 == slash } == 1
      }
    }
  }

  /// What the models say of every image, as comma-separated values with a line of names.
  ///
  /// The columns are `index`, `digit` and `prediction` (what they are called), `probability` (of the
  /// predicted digit), with a judge `judge` and `judge_probability` (the same of it), and `style_1`,
  /// `style_2`, ...; to these names is added what the feature does, `style_2_slant`, if all models
  /// that have it say the same. When there are several models, `checkpoint` comes before them, the
  /// models follow one another, and a model of fewer features leaves the last columns empty.
  private var encodingsCSV: [UInt8] {
    let most = models.map(\.data.styleSize).max() ?? 0
    let classes = input.classNames.names.map(csvField)
    let styles = (0..<most).map { feature in
      let meanings = Set(
        models.map(\.data.meaning).filter { feature < $0.count }.map { $0[feature].name })
      let name = meanings.count == 1 ? meanings.first ?? nil : nil
      return "style_\(feature + 1)" + (name.map { "_" + $0.replacing(" ", with: "_") } ?? "")
    }
    let readings = input.halves?.judged?.readings
    let names =
      ["index", "digit", "prediction", "probability"]
      + (readings == nil ? [] : ["judge", "judge_probability"]) + styles
    var text = ((input.isComparison ? ["checkpoint"] : []) + names).joined(separator: ",") + "\n"
    for model in models {
      let prefix = input.isComparison ? csvField(model.data.name) + "," : ""
      let padding = String(repeating: ",", count: most - model.data.styleSize)
      let evaluation = model.source.evaluation
      let encodings = evaluation.encodings
      for index in encodings.predictions.indices {
        let prediction = Int(encodings.predictions[index])
        let digit = Int(input.images.labels[index])
        text += "\(prefix)\(index),\(classes[digit]),\(classes[prediction]),"
        text += encodings.probabilities(of: index)[prediction].description
        if let reading = readings?.reading(of: index) {
          text += ",\(classes[reading.prediction]),\(reading.probability)"
        }
        for component in encodings.style(of: index) {
          text += ","
          text += component.description
        }
        text += padding
        text += "\n"
      }
    }
    return Array(text.utf8)
  }
}

extension Report.File {
  /// A file that the page needs, named after its bytes: a browser never takes an older one for it.
  init(asset bytes: [UInt8], ending: String) {
    let name = hexadecimal(Digest.sha256(bytes)).prefix(16)
    self.init(path: "\(Report.assetFolder)/\(name).\(ending)", bytes: bytes)
  }

  func isIn(_ folder: String) -> Bool { path.hasPrefix("\(folder)/") }

  /// As `report.json` lists it.
  fileprivate var source: SourceFile { SourceFile(name: path, bytes: bytes) }
}

// MARK: Single figures

package extension Report {
  /// The names of figures without a model's, for shells that complete them.
  static let commonFigureNames = FigureName.all.map(\.text)

  /// The names of the figures: those of their files, without theme and ending, and without the
  /// model's name if there is but one model.
  var figureNames: [String] {
    figures.map { input.isComparison ? $0.stem : $0.name.text }
  }

  /// The figures that a name may mean, by their full names: one, none, or one of each model.
  ///
  /// A figure of one model may be called without the model's name, with which its name begins, where
  /// only one model has such a figure.
  func figures(called name: String) -> [(name: String, figure: any Figure)] {
    let exact = figures.filter { $0.stem == name }
    return (exact.isEmpty ? figures.filter { $0.name.text == name } : exact).map {
      ($0.stem, $0.figure)
    }
  }
}

/// For each name, something alike that may begin the name of a file in any system: letters and
/// digits of ASCII, hyphens and underscores. No two are equal.
func fileSlugs(_ names: [String]) -> [String] {
  let slugs = names.map { name in
    let isKept = { (scalar: Unicode.Scalar) in
      scalar == "_" || scalar == "-"
        || scalar.isASCII
          && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
    }
    let words = name.unicodeScalars.split { !isKept($0) }.map { String($0) }
    let slug = words.joined(separator: "-").drop { $0 == "-" }.prefix(60)
    return slug.isEmpty ? "model" : String(slug)
  }
  return distinct(slugs) { "\($0)-\($1)" }
}

/// The names, made distinct: one that has occurred before is replaced by the first of
/// `numbered(name, 2)`, `numbered(name, 3)`, ... that has not.
func distinct(_ names: [String], _ numbered: (String, Int) -> String) -> [String] {
  var used: Set<String> = []
  return names.map { name in
    var candidate = name
    var number = 2
    while !used.insert(candidate).inserted {
      candidate = numbered(name, number)
      number += 1
    }
    return candidate
  }
}
