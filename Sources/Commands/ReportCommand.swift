package import ArgumentParser
import Checkpoints
import Evaluation
import Files
import Glibc
import MNIST
import Report

/// `vis report`: checkpoints to a page of figures and numbers.
package struct ReportCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Makes a page of figures and numbers from checkpoints.",
    discussion: """
      Writes index.html, which needs no other file, and beside it report.json (every number), \
      encodings.csv (what the models say of each image) and figures/ (every figure as PNG and SVG).
      """)

  @Option(
    name: .customLong("ckpt"),
    help: ArgumentHelp(
      "A checkpoint; again for another to compare with the first.",
      discussion: "Without it ./pt-aae, or else the two that come with the program.",
      valueName: "dir"))
  var checkpoints: [String] = []

  @Option(
    help: ArgumentHelp(
      "Where the test images are; without it, those that come with the program.",
      valueName: "dir"))
  var dataDir: String?

  @Option(help: ArgumentHelp("Where the report goes.", valueName: "dir"))
  var out: String = "out"

  @Option(help: ArgumentHelp("Chooses the test images and the random styles.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Standard deviation of the random styles.", valueName: "x"))
  var scale: Double = 2

  @Option(help: ArgumentHelp("How many random styles are shown.", valueName: "n"))
  var rows: Int = 6

  @Option(help: ArgumentHelp("How many test images are shown.", valueName: "n"))
  var samples: Int = 10

  @OptionGroup var threads: ThreadOptions

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
    guard (0...100).contains(scale), scale > 0 else {
      throw ValidationError("--scale must be above 0 and at most 100, not \(scale)")
    }
    guard (1...100).contains(rows) else {
      throw ValidationError("--rows must be from 1 to 100, not \(rows)")
    }
    guard (1...1000).contains(samples) else {
      throw ValidationError("--samples must be from 1 to 1000, not \(samples)")
    }
    guard checkpoints.count <= 8 else {
      throw ValidationError("--ckpt may come at most 8 times, not \(checkpoints.count)")
    }
  }

  package func run() throws {
    let progress = Progress(isShown: !quiet)
    defer { progress.finish() }
    let resources = try SharedResources.locate()
    let templates = try Templates(directory: templates ?? resources.templates)
    let chosen = try chooseCheckpoints(resources, progress)

    progress.show("Reading the models and the test images")
    let loaded = try chosen.map { try Checkpoint.load(from: $0.path) }
    let images = try MNIST.load(.test, from: dataDir ?? resources.testSet)
    var models: [EvaluatedModel] = []
    for (choice, checkpoint) in zip(chosen, loaded) {
      progress.show("Running \(choice.name) on \(images.count) images")
      models.append(
        try EvaluatedModel(
          name: choice.name, path: choice.path, checkpoint: checkpoint, on: images,
          workers: threads.workers))
    }

    progress.show("Drawing")
    let report = try Report(
      ReportInput(
        models: models, images: images,
        settings: ReportSettings(
          title: title, seed: seed, scale: scale, rows: rows, samples: samples,
          version: Program.version, commit: GitCommit.current(inPackageOf: resources),
          command: reproducingCommand(chosen))),
      templates: templates, workers: threads.workers)

    progress.show("Writing")
    let page = try report.write(to: out)
    progress.finish()
    if !quiet { try Console.write("Wrote \(printable(page))\n") }
    if open { try openInBrowser(page) }
  }

  /// A checkpoint and what it is called in the report.
  private struct Choice {
    var name: String
    let path: String
  }

  private func chooseCheckpoints(
    _ resources: SharedResources, _ progress: Progress
  ) throws -> [Choice] {
    if checkpoints.isEmpty && !FileSystem.exists(Self.ownCheckpoint) {
      progress.say(
        "Neither --ckpt nor ./\(Self.ownCheckpoint): reporting on the models that come with the"
          + " program.")
      return Self.defaultCheckpoints.map {
        Choice(name: $0, path: FileSystem.join(resources.checkpoints, $0))
      }
    }
    let paths = checkpoints.isEmpty ? [Self.ownCheckpoint] : checkpoints
    return zip(checkpointNames(paths), paths).map { Choice(name: $0, path: $1) }
  }

  private static let ownCheckpoint = "pt-aae"
  private static let defaultCheckpoints = ["pt-sae", "pt-aae"]

  /// The words that make the same report again. Flags that do not change it are left out.
  private func reproducingCommand(_ chosen: [Choice]) -> [String] {
    var words = ["vis", "report"]
    func add(_ flag: String, _ value: String?) {
      if let value { words += [flag, value] }
    }
    if !checkpoints.isEmpty || FileSystem.exists(Self.ownCheckpoint) {
      for choice in chosen { add("--ckpt", choice.path) }
    }
    let defaults = ReportSettings(version: "")
    add("--data-dir", dataDir)
    add("--seed", seed == defaults.seed ? nil : String(seed))
    add("--scale", scale == defaults.scale ? nil : "\(scale)")
    add("--rows", rows == defaults.rows ? nil : String(rows))
    add("--samples", samples == defaults.samples ? nil : String(samples))
    add("--title", title)
    add("--templates", templates)
    return words
  }
}

/// What checkpoints are called: their directories' names, or their paths where names are the same.
package func checkpointNames(_ paths: [String]) -> [String] {
  let names = paths.map { path in
    lastComponent(path) ?? resolvedPath(path).flatMap(lastComponent) ?? path
  }
  return zip(names, paths).map { name, path in
    names.count { $0 == name } > 1 ? path : name
  }
}

/// The last name in a path; nil if that is none, or `.` or `..`.
private func lastComponent(_ path: String) -> String? {
  let name = path.utf8.split(separator: UInt8(ascii: "/")).last.map(String.init) ?? nil
  return name == "." || name == ".." ? nil : name
}

/// The path without links, `.` and `..`; nil if nothing is there.
private func resolvedPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}
