package import ArgumentParser
import Learning
import Reporting
import Support

/// `vis report`: checkpoints to a page of figures and numbers.
package struct ReportCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Makes a page of figures and numbers from checkpoints.",
    discussion: """
      Writes index.html, which needs no other file, and beside it report.json (every number), \
      encodings.csv (what the models say of each image) and figures/ (every figure as PNG, in light \
      and dark colours, and as SVG too where it is made of lines).
      """)

  @OptionGroup var evaluation: EvaluationOptions

  @Option(help: ArgumentHelp("Where the report goes.", valueName: "dir"))
  var out: String = "out"

  @OptionGroup var selection: SelectionOptions

  @Option(help: ArgumentHelp("The page's title.", valueName: "text"))
  var title: String?

  @Option(help: ArgumentHelp("Templates to use in place of the program's.", valueName: "dir"))
  var templates: String?

  @Flag(help: "Opens the page when it is written.")
  var open = false

  @Flag(help: "Prints nothing unless something goes wrong.")
  var quiet = false

  package init() {}

  package func validate() throws {
    try requireName(out, "--out")
    try requireName(templates, "--templates")
  }

  package func run() throws {
    let progress = Progress(isShown: !quiet)
    defer { progress.finish() }
    let resources = try SharedResources.locate()
    let chosen = evaluation.choose(resources, progress)
    let (models, images) = try evaluation.evaluate(chosen, resources, progress)

    let settings = selection.settings(
      title: title, commit: GitCommit.current(inPackageOf: resources),
      command: words(chosen, prior: models[0].checkpoint.prior))
    let files = try files(
      of: ReportInput(models: models, images: images, settings: settings), resources, progress)
    progress.show("Writing")
    let page = try Report.write(files, to: out)
    progress.finish()
    if !quiet { try Console.write("Wrote \(printable(page))\n") }
    if open { try openInBrowser(page) }
  }

  /// Makes the files of a report.
  func files(
    of input: ReportInput, _ resources: SharedResources, _ progress: Progress
  ) throws -> [Report.File] {
    progress.show("Drawing")
    let workers = evaluation.threads.workers
    return try Report(input, workers: workers).files(
      templates: Templates(directory: templates ?? resources.templates),
      network: network(resources, progress), workers: workers)
  }

  /// The network that runs in the page, if the build has made it.
  private func network(
    _ resources: SharedResources, _ progress: Progress
  ) throws(FileError) -> [UInt8]? {
    guard FileSystem.exists(resources.network) else {
      progress.say(
        "\(printable(resources.network)) is not there, so the page will have no live part."
          + " `make wasm` builds it.")
      return nil
    }
    return try FileSystem.read(resources.network, limit: SharedResources.networkLimit)
  }

  /// The words that make the same report again. Flags that do not change it are left out.
  private func words(_ chosen: [EvaluationOptions.Choice], prior: NormalDistribution) -> [String] {
    evaluation.reportCommand(chosen) + selection.words(prior: prior)
      + (title.map { ["--title", $0] } ?? []) + (templates.map { ["--templates", $0] } ?? [])
  }
}
