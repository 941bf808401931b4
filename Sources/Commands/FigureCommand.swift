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

  @OptionGroup var output: FigureOutput
  @OptionGroup var evaluation: EvaluationOptions
  @OptionGroup var selection: SelectionOptions

  func validate() throws {
    if list {
      guard name == nil, output.output == nil else {
        throw ValidationError("--list takes neither a name nor --output")
      }
      return
    }
    guard name != nil else {
      throw ValidationError("no figure is named; --list lists those that there are")
    }
    try output.requireFile()
  }

  func run() throws {
    let progress = Progress(isShown: true)
    defer { progress.finish() }
    let (models, images, _) = try evaluation.evaluate(
      evaluation.choose(progress), seed: nil, progress)
    let report = try Report(
      ReportInput(models: models, images: images, settings: selection.settings()),
      workers: evaluation.threads.workers)
    progress.finish()

    guard let name else {
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
    try output.write(figure)
  }
}
