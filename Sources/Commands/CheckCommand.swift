package import ArgumentParser
import Glibc
import Reporting
import Support

/// `vis check`: whether models are as good as they should be, for continuous integration.
package struct CheckCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Measures checkpoints and fails if they are worse than they may be.",
    discussion: """
      Prints a table of the numbers and their bounds. The exit status is 2 if a bound is broken. \
      With --out, report.json is written first.

      With --baseline, the numbers of an older report.json, errors may be greater than the \
      baseline's by the share --tolerance at most: L1, cross-entropy, and the share of images that \
      are misread. The distribution error moves by several units from one training to the next, and \
      so is held against the baseline's only with a --distribution-tolerance of its own. A \
      checkpoint is compared with the one of its name, or, if there is but one on either side, with \
      that.

      EXAMPLES:
        vis check --ckpt pt-aae --min-accuracy 0.98 --max-distribution-error 20
        vis check --ckpt pt-aae --baseline main/report.json --tolerance 0.2 --markdown
      """)

  @OptionGroup var evaluation: EvaluationOptions

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The least accuracy, 0 to 1.", valueName: "x"))
  var minAccuracy: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The greatest mean L1 of the reconstructions.", valueName: "x"))
  var maxL1: Double?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The greatest mean cross-entropy.", valueName: "x"))
  var maxCrossEntropy: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The greatest median over the style features of -log10 p.", valueName: "x"))
  var maxDistributionError: Double?

  @Option(
    help: ArgumentHelp("A report.json to compare with.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var baseline: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("By what share errors may exceed the baseline's.", valueName: "x"))
  var tolerance: Double = 0.1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "By what share the distribution error may exceed the baseline's, 2 for three times as much;"
        + " without it, that error is shown beside the baseline's but not held against it.",
      valueName: "x"))
  var distributionTolerance: Double?

  @Option(
    help: ArgumentHelp(
      "Where report.json goes; without it, none is written.", valueName: "dir"),
    completion: .directory)
  var out: String?

  @Flag(help: "Prints the table as Markdown.")
  var markdown = false

  package init() {}

  package func validate() throws {
    try requireName(out, "--out")
    try requireName(baseline, "--baseline")
    if let minAccuracy, !(0...1).contains(minAccuracy) {
      throw ValidationError("--min-accuracy must be from 0 to 1, not \(minAccuracy)")
    }
    let others = [
      ("--max-l1", maxL1), ("--max-cross-entropy", maxCrossEntropy),
      ("--max-distribution-error", maxDistributionError), ("--tolerance", tolerance),
      ("--distribution-tolerance", distributionTolerance),
    ]
    for (name, value) in others {
      if let value, !(value >= 0 && value.isFinite) {
        throw ValidationError("\(name) must be a number from 0, not \(value)")
      }
    }
  }

  package func run() throws {
    let progress = Progress(isShown: true)
    defer { progress.finish() }
    let resources = try SharedResources.locate()
    let baseline = try baseline.map { path throws(FileError) in try Baseline(path) }
    let chosen = evaluation.choose(resources, progress)
    let (models, images) = try evaluation.evaluate(chosen, resources, progress)
    let settings = ReportSettings(
      version: Program.version, commit: GitCommit.current(inPackageOf: resources),
      command: evaluation.reportCommand(chosen))
    let report = ReportData(ReportInput(models: models, images: images, settings: settings))
    if let out {
      try FileSystem.createDirectory(out)
      try FileSystem.write(report.json, to: FileSystem.join(out, "report.json"))
    }
    progress.finish()

    let checks = try report.checkpoints.map { checkpoint in
      let old = try baseline?.model(for: checkpoint, in: report)
      return QualityCheck(checkpoint, images: report.data.images, bounds: bounds, baseline: old)
    }
    try Console.write(
      checks.map { markdown ? $0.markdown : $0.text }.joined(separator: "\n"))
    let broken = checks.flatMap(\.broken)
    if !broken.isEmpty {
      Console.note("vis: \(printable(broken.joined(separator: "; ")))\n")
      throw ExitCode(Program.mismatch)
    }
  }

  private var bounds: QualityCheck.Bounds {
    QualityCheck.Bounds(
      minAccuracy: minAccuracy, maxL1: maxL1, maxCrossEntropy: maxCrossEntropy,
      maxDistributionError: maxDistributionError, tolerance: tolerance,
      distributionTolerance: distributionTolerance)
  }
}
