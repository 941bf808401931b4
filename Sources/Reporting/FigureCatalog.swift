package import Drawing
package import Support

/// The figures of a report, each by its name.
///
/// The names are those of a report's files, without theme and ending. A figure of one model may be
/// called without the model's name, with which they begin, where only one model has such a figure.
package struct FigureCatalog: Sendable {
  /// The names, those of one model without its name.
  package let names: [String]
  /// What each model's figures begin with: its name as part of a file's, and a hyphen.
  private let prefixes: [String]
  private let figures: [NamedFigure]

  /// The names without a model's, as far as they are known beforehand, for shells that complete
  /// them.
  package static let commonNames =
    [
      "pair-grid", "cdf", ReportFigures.accuracy, "training", "confusion", "samples", "worst",
      "misclassified", "generated",
    ] + (1...ReportData.traversedFeatures).map { "traversal-\($0)" }

  /// Lays all figures out; none is drawn yet.
  ///
  /// - Throws: `FileError` naming a model whose drawings are not finite.
  package init(_ input: ReportInput, workers: Workers) throws(FileError) {
    let data = ReportData(input)
    var pictures: [DigitPictures] = []
    for (report, model) in zip(data.checkpoints, input.models) {
      pictures.append(try DigitPictures(report, model, workers: workers))
    }
    let slugs = fileSlugs(input.models.map(\.name))
    let prefixes = slugs.map { "\($0)-" }
    let prefix = slugs.count == 1 ? prefixes[0] : ""
    figures = ReportFigures(input, data, pictures, slugs: slugs).figures
    names = figures.map { figure in
      figure.name.hasPrefix(prefix) ? String(figure.name.dropFirst(prefix.count)) : figure.name
    }
    self.prefixes = prefixes
  }

  /// The figures that a name may mean, by their full names: one, none, or one of each model.
  package func figures(called name: String) -> [(name: String, figure: any Figure)] {
    let exact = figures.filter { $0.name == name }
    let found =
      exact.isEmpty
      ? figures.filter { figure in prefixes.contains { figure.name == $0 + name } } : exact
    return found.map { ($0.name, $0.figure) }
  }
}
