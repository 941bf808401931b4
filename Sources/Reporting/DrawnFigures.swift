import Drawing
import Support

/// Figures drawn in both themes, as PNG and, where that makes sense, as SVG.
struct DrawnFigures: Sendable {
  /// In the order of the figures.
  let files: [Report.File]
  let assets: PageAssets
  private let pngs: [String: Report.File]
  private let sizes: [String: Size]

  /// Draws the figures, several at once; the costly ones should come first.
  ///
  /// - Throws: `CanvasError` if any of them cannot be drawn.
  init(
    _ figures: [ReportFigure], _ assets: PageAssets, workers: Workers
  ) throws(CanvasError) {
    var outputs: [Output] = []
    for format in [FigureFormat.png, .svg] {
      for figure in figures where format == .png || figure.figure.isVector {
        outputs += Theme.all.map { Output(figure: figure, theme: $0, format: format) }
      }
    }
    let results = workers.map(outputs.count) { [outputs] index in outputs[index].result }
    files = try zip(outputs, results).map { output, result throws(CanvasError) in
      Report.File(path: "\(Report.figureFolder)/\(output.file)", bytes: try result.get())
    }
    self.assets = assets
    pngs = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0) })
    sizes = Dictionary(uniqueKeysWithValues: figures.map { ($0.stem, $0.figure.size) })
  }

  /// A figure for the page.
  ///
  /// - Parameters:
  ///   - slug: the model's; nil for a figure of all models.
  ///   - text: what is said of it to somebody who cannot see it.
  func context(_ name: FigureName, of slug: String?, text: String) -> FigureContext {
    let stem = ReportFigure.stem(name, slug: slug)
    func picture(_ theme: Theme) -> Picture {
      guard let png = pngs["\(Report.figureFolder)/\(Self.fileName(stem, theme, .png))"],
        let size = sizes[stem]
      else { preconditionFailure("no figure is called \(stem)") }
      return Picture(
        png, text: text, width: Int(size.width.rounded()), height: Int(size.height.rounded()),
        assets)
    }
    return FigureContext(light: picture(.light), dark: picture(.dark))
  }

  /// A figure to be drawn for one file.
  private struct Output {
    let figure: ReportFigure
    let theme: Theme
    let format: FigureFormat

    var file: String { fileName(figure.stem, theme, format) }

    var result: Result<[UInt8], CanvasError> {
      Result { () throws(CanvasError) in try figure.figure.file(format, theme: theme) }
    }
  }

  private static func fileName(_ stem: String, _ theme: Theme, _ format: FigureFormat) -> String {
    "\(stem)-\(theme.name).\(format.rawValue)"
  }
}
