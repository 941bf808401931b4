import Drawing
import FoundationEssentials
import Support

/// A figure and the stem of the names of its files.
struct NamedFigure: Sendable {
  let name: String
  let figure: any Figure
}

/// A picture of a figure as a file holds it.
struct DrawnFigure: Sendable {
  /// Of the file, without a directory.
  let name: String
  let bytes: [UInt8]
}

/// Figures drawn in both themes, as PNG and, where that makes sense, as SVG.
struct DrawnFigures: Sendable {
  /// In the order of the figures.
  let files: [DrawnFigure]
  private let places: [String: Int]
  private let sizes: [String: Size]

  /// Draws the figures, several at once; the costly ones should come first.
  ///
  /// - Throws: `CanvasError` if any of them cannot be drawn.
  init(_ figures: [NamedFigure], workers: Workers) throws(CanvasError) {
    var tasks: [Task] = []
    for format in Format.allCases {
      for named in figures where format == .png || named.figure.isVector {
        tasks += Theme.all.map { Task(named: named, theme: $0, format: format) }
      }
    }
    let results = workers.map(tasks.count) { [tasks] index in tasks[index].result }
    files = try zip(tasks, results).map { task, result throws(CanvasError) in
      DrawnFigure(name: task.file, bytes: try result.get())
    }
    places = Dictionary(uniqueKeysWithValues: files.enumerated().map { ($1.name, $0) })
    sizes = Dictionary(uniqueKeysWithValues: figures.map { ($0.name, $0.figure.size) })
  }

  /// The figure of that name for the page.
  func context(_ name: String, text: String) -> FigureContext {
    func picture(_ theme: Theme) -> Picture {
      guard let place = places[Self.fileName(name, theme, .png)], let size = sizes[name] else {
        preconditionFailure("no figure is called \(name)")
      }
      return Picture(
        png: files[place].bytes, text: text, width: Int(size.width.rounded()),
        height: Int(size.height.rounded()))
    }
    return FigureContext(light: picture(.light), dark: picture(.dark))
  }

  private enum Format: String, CaseIterable {
    case png
    case svg
  }

  /// A figure to be drawn for one file.
  private struct Task {
    let named: NamedFigure
    let theme: Theme
    let format: Format

    var file: String { fileName(named.name, theme, format) }

    var result: Result<[UInt8], CanvasError> {
      do throws(CanvasError) {
        switch format {
        case .png: return .success(try named.figure.png(theme: theme))
        case .svg: return .success(try named.figure.svg(theme: theme))
        }
      } catch {
        return .failure(error)
      }
    }
  }

  private static func fileName(_ name: String, _ theme: Theme, _ format: Format) -> String {
    "\(name)-\(theme.name).\(format.rawValue)"
  }
}

extension Picture {
  init(png: [UInt8], text: String, width: Int, height: Int) {
    self.init(
      source: "data:image/png;base64," + Data(png).base64EncodedString(), text: text, width: width,
      height: height)
  }
}
