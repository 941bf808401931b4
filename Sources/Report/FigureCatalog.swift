package import Figures
package import Files
package import Parallel

/// The figures of a report, each by its name.
///
/// The names are those of a report's files, without theme and ending. Where there is one model only,
/// its name, with which they begin, may be left out.
package struct FigureCatalog: Sendable {
  /// The names, those of one model without its name.
  package let names: [String]
  private let prefix: String
  private let figures: [NamedFigure]

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
    let prefix = slugs.count == 1 ? "\(slugs[0])-" : ""
    figures = ReportFigures(input, data, pictures, slugs: slugs).figures
    names = figures.map { figure in
      figure.name.hasPrefix(prefix) ? String(figure.name.dropFirst(prefix.count)) : figure.name
    }
    self.prefix = prefix
  }

  /// The figure of that name.
  package subscript(name: String) -> (any Figure)? {
    figures.first { $0.name == name || $0.name == prefix + name }?.figure
  }
}
