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
    let templates = try Templates(directory: templates ?? resources.templates)
    let chosen = evaluation.choose(resources, progress)
    let (models, images) = try evaluation.evaluate(chosen, resources, progress)

    progress.show("Drawing")
    var settings = selection.settings(resources)
    settings.title = title
    settings.command = reproducingCommand(chosen, prior: models[0].checkpoint.prior)
    settings.takesShippedModels = evaluation.takesShippedModels
    let report = try Report(
      ReportInput(models: models, images: images, settings: settings), templates: templates,
      network: try network(resources, progress), workers: evaluation.threads.workers)

    progress.show("Writing")
    let page = try report.write(to: out)
    progress.finish()
    if !quiet { try Console.write("Wrote \(printable(page))\n") }
    if open { try openInBrowser(page) }
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
  private func reproducingCommand(
    _ chosen: [EvaluationOptions.Choice], prior: NormalDistribution
  ) -> [String] {
    var words = ["vis", "report"]
    func add(_ flag: String, _ value: String?) {
      if let value { words += [flag, value] }
    }
    if !evaluation.takesShippedModels {
      for choice in chosen { add("--ckpt", choice.path) }
    }
    let defaults = ReportSettings(version: "")
    add("--data-dir", evaluation.dataDir)
    add("--seed", selection.seed == defaults.seed ? nil : String(selection.seed))
    add("--scale", selection.scale.flatMap { $0 == prior.scale ? nil : "\($0)" })
    add("--rows", selection.rows == defaults.rows ? nil : String(selection.rows))
    add("--samples", selection.samples == defaults.samples ? nil : String(selection.samples))
    add("--title", title)
    add("--templates", templates)
    return words
  }
}
