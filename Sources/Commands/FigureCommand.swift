import ArgumentParser
import Drawing
import Reporting
import Support

/// `vis figure`: one figure of the report.
struct FigureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figure",
    abstract: "Draws one figure of the report.",
    discussion: """
      EXAMPLES:
        vis figure --list
        vis figure pair-grid --ckpt pt-aae -o pair-grid.pdf
        vis figure traversal-1 --ckpt pt-aae --theme dark -o sweep.png
        vis figure accuracy --ckpt pt-sae --ckpt pt-aae -o accuracy.svg
      """)

  @Argument(
    help: ArgumentHelp(
      "The figure, one of those that --list names; the checkpoint's name may be left out where only"
        + " one has such a figure.",
      valueName: "name"),
    completion: .list(Report.commonFigureNames))
  var name: String?

  @Flag(help: "Lists the figures that there are of the checkpoints.")
  var list = false

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

  @OptionGroup var evaluation: EvaluationOptions
  @OptionGroup var selection: SelectionOptions

  enum ThemeName: String, ExpressibleByArgument, CaseIterable {
    case light
    case dark

    var theme: Theme { self == .light ? .light : .dark }
  }

  func validate() throws {
    if list {
      guard name == nil, output == nil else {
        throw ValidationError("--list takes neither a name nor --output")
      }
      return
    }
    guard name != nil else {
      throw ValidationError("no figure is named; --list lists those that there are")
    }
    guard let output else { throw ValidationError("--output is missing") }
    try requireName(output, "--output")
    guard Self.format(of: output) != nil || format != nil else {
      throw ValidationError(
        "--output must end in .png, .svg or .pdf, or --format say what is written")
    }
  }

  func run() throws {
    let progress = Progress(isShown: true)
    defer { progress.finish() }
    let (models, images) = try evaluation.evaluate(evaluation.choose(progress), progress)
    let report = try Report(
      ReportInput(models: models, images: images, settings: selection.settings()),
      workers: evaluation.threads.workers)
    progress.finish()

    guard let name, let output else {
      try Console.write(report.figureNames.map { "\($0)\n" }.joined())
      return
    }
    let found = report.figures(called: name)
    guard let figure = found.first?.figure else {
      throw ValidationError("there is no figure \(printable(name)); vis figure --list lists them")
    }
    guard found.count == 1 else {
      throw ValidationError(
        "\(printable(name)) may be \(found.map(\.name).joined(separator: " or "))")
    }
    let kind = format ?? Self.format(of: output) ?? .png
    try writeOutput(figure.file(kind, theme: theme.theme), to: output)
  }

  /// What a file's ending says.
  private static func format(of path: String) -> FigureFormat? {
    FigureFormat.allCases.first { path.lowercased().hasSuffix(".\($0.rawValue)") }
  }
}

extension FigureFormat: ExpressibleByArgument {}
