import ArgumentParser
import Learning
import Reporting
import Support

/// `vis report`: checkpoints to a page of figures and numbers.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Makes a page of figures and numbers from checkpoints.",
    discussion: """
      Writes index.html, which needs no other file, and beside it report.json (every number), \
      encodings.csv (what the models say of each image) and figures/ (every figure as PNG, in light \
      and dark colours, and as SVG too where it is made of lines). Files that only an earlier report \
      there had are removed.

      Some servers, such as Jenkins, bar the style, figures and script that stand inside a page. With \
      --assets files they stand in assets/ and figures/ beside it.
      """)

  @OptionGroup var evaluation: EvaluationOptions

  @Option(help: ArgumentHelp("Where the report goes.", valueName: "dir"))
  var out: String = "out"

  @OptionGroup var selection: SelectionOptions

  @Option(help: ArgumentHelp("The page's title.", valueName: "text"))
  var title: String?

  @Option(help: "Whether style, script and pictures stand in the page or beside it.")
  var assets = PageAssets.inline

  @Option(help: ArgumentHelp("Templates to use in place of the program's.", valueName: "dir"))
  var templates: String?

  @Flag(help: "Opens the page when it is written.")
  var open = false

  @Flag(help: "Prints nothing unless something goes wrong.")
  var quiet = false

  func validate() throws {
    try requireName(out, "--out")
    try requireName(templates, "--templates")
  }

  func run() throws {
    let progress = Progress(isShown: !quiet)
    defer { progress.finish() }
    let chosen = try evaluation.choose(progress)
    let (models, images, halves) = try evaluation.evaluate(
      chosen, seed: selection.seed, progress)
    let settings = selection.settings(
      title: title, assets: assets, commit: try GitCommit.current(),
      command: words(chosen, prior: models[0].checkpoint.prior))
    let files = try files(
      of: ReportInput(models: models, images: images, halves: halves, settings: settings),
      progress)
    progress.show("Writing")
    let page = try Report.write(files, to: out)
    progress.finish()
    if !quiet { try Console.write("Wrote \(printable(page))\n") }
    if open { try openInBrowser(page) }
  }

  /// Makes the files of a report.
  func files(of input: ReportInput, _ progress: Progress) throws -> [Report.File] {
    progress.show("Drawing")
    let resources = try SharedResources.locate()
    let workers = evaluation.threads.workers
    // The build may not have made it.
    let hasNetwork = FileSystem.exists(resources.network)
    if !hasNetwork {
      progress.say(
        "\(printable(resources.network)) is not there, so the page will have no live part."
          + " `make wasm` builds it.")
    }
    return try Report(input, workers: workers).files(
      templates: Templates(directory: templates ?? resources.templates),
      network: hasNetwork
        ? FileSystem.read(resources.network, limit: SharedResources.networkLimit) : nil,
      workers: workers)
  }

  /// The words that make the same report again. Flags that do not change it are left out.
  private func words(_ chosen: [EvaluationOptions.Choice], prior: NormalDistribution) -> [String] {
    evaluation.reportCommand(chosen) + selection.words(prior: prior)
      + (title.map { ["--title", $0] } ?? [])
      + (assets == .inline ? [] : ["--assets", assets.rawValue])
      + (templates.map { ["--templates", $0] } ?? [])
  }
}

extension PageAssets: ExpressibleByArgument {}
