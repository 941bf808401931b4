import ArgumentParser
import Drawing

/// The flags of commands that write a figure.
struct FigureOutput: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file to write, a .png, .svg or .pdf; - is standard output.", valueName: "file"),
    completion: .file(extensions: ["png", "svg", "pdf"]))
  var output: String?

  @Option(help: "What is written, where the file's name does not say.")
  var format: FigureFormat?

  @Option(help: "The colours.")
  var theme: ThemeName = .light

  enum ThemeName: String, ExpressibleByArgument, CaseIterable {
    case light
    case dark

    var theme: Theme { self == .light ? .light : .dark }
  }

  /// Makes sure that a file is named and its format known.
  ///
  /// - Throws: `ValidationError` if not.
  func requireFile() throws {
    guard let output else { throw ValidationError("--output is missing") }
    try requireName(output, "--output")
    guard namedFormat != nil || format != nil else {
      throw ValidationError(
        "--output must end in .png, .svg or .pdf, or --format say what is written")
    }
  }

  /// Writes the figure to the file that `requireFile` has made sure of.
  ///
  /// - Throws: `CanvasError` if it cannot be drawn, `FileError` if it cannot be written.
  func write(_ figure: any Figure) throws {
    guard let output else { return }
    try writeOutput(figure.file(format ?? namedFormat ?? .png, theme: theme.theme), to: output)
  }

  /// What the file's ending says.
  private var namedFormat: FigureFormat? {
    let name = (output ?? "").lowercased()
    return FigureFormat.allCases.first { name.hasSuffix(".\($0.rawValue)") }
  }
}

extension FigureFormat: ExpressibleByArgument {}
