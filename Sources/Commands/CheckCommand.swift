import ArgumentParser
import Glibc
import Learning
import Reporting
import Support

/// `vis check`: whether models are as good as they should be, for continuous integration.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Measures checkpoints and fails if they are worse than they may be.",
    discussion: """
      Prints a table of the numbers and their bounds. The exit status is 2 if a bound is broken. \
      With --out, report.json is written first.

      The judge, another network, and two halves of the images say how real the digits are that a \
      model generates, and whether its style is free of the digit. A bound on what cannot be \
      measured is broken.

      With --baseline, the numbers of an older report.json, errors may be greater than the \
      baseline's by the share --tolerance at most: L1, cross-entropy, and the share of images that \
      are misread. The distribution error moves by several units from one training to the next, and \
      so is held against the baseline's only with a --distribution-tolerance of its own. The other \
      numbers stand beside the baseline's. A \
      checkpoint is compared with the one of its name, or, if there is but one on either side, with \
      that.

      EXAMPLES:
        vis check --ckpt pt-aae --min-accuracy 0.98 --max-distribution-error 20
        vis check --ckpt pt-aae --baseline main/report.json --tolerance 0.2 --markdown
      """)

  @OptionGroup var evaluation: EvaluationOptions

  @Option(number: "The least accuracy, 0 to 1.", "x") var minAccuracy: Double?

  @Option(number: "The greatest mean L1 of the reconstructions.", "x") var maxL1: Double?

  @Option(number: "The greatest mean cross-entropy.", "x") var maxCrossEntropy: Double?

  @Option(number: "The greatest median over the style features of -log10 p.", "x")
  var maxDistributionError: Double?

  @Option(number: "The least share of generated digits that the judge recognises.", "x")
  var minRecognised: Double?

  @Option(number: "The greatest Fréchet distance of generated digits from images.", "x")
  var maxFrechet: Double?

  @Option(number: "The least precision of generated digits.", "x") var minPrecision: Double?

  @Option(number: "The least recall of generated digits.", "x") var minRecall: Double?

  @Option(number: "The least density of generated digits.", "x") var minDensity: Double?

  @Option(number: "The least coverage of generated digits.", "x") var minCoverage: Double?

  @Option(number: "The greatest share of digits told from the style alone.", "x")
  var maxLeak: Double?

  @Option(number: "The least share of digits that the encoder reads after a transfer.", "x")
  var minDigitKept: Double?

  @Option(number: "The least share of digits that the judge reads after a transfer.", "x")
  var minDigitKeptByJudge: Double?

  @Option(number: "The least median R² of the style features through a transfer.", "x")
  var minStyleKept: Double?

  @Option(number: "The least R² of any style feature through a transfer.", "x")
  var minStyleKeptLeast: Double?

  @Option(number: "The greatest expected calibration error.", "x") var maxCalibrationError: Double?

  @Option(
    help: ArgumentHelp("A report.json to compare with.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var baseline: String?

  private static let usualTolerance = 0.1

  @Option(
    number: "By what share errors may exceed the baseline's. (default: \(usualTolerance))", "x")
  var tolerance: Double?

  @Option(
    number:
      "By what share the distribution error may exceed the baseline's, 2 for three times as much;"
      + " without it, that error is shown beside the baseline's but not held against it.", "x")
  var distributionTolerance: Double?

  @Option(
    help: ArgumentHelp(
      "Where report.json goes; without it, none is written.", valueName: "dir"),
    completion: .directory)
  var out: String?

  @Flag(help: "Prints the table as Markdown.")
  var markdown = false

  func validate() throws {
    try requireName(out, "--out")
    try requireName(baseline, "--baseline")
    for (measure, limit) in limits {
      if measure.bounds.upperBound.isFinite {
        try require(limit, measure.flag, in: measure.bounds)
      } else {
        try requirePositive(limit, measure.flag)
      }
    }
    for (flag, tolerance) in [
      ("--tolerance", tolerance), ("--distribution-tolerance", distributionTolerance),
    ] {
      try requirePositive(tolerance, flag)
      if tolerance != nil && baseline == nil {
        throw ValidationError("\(flag) is of no use without --baseline")
      }
    }
  }

  private func requirePositive(_ value: Double?, _ flag: String) throws {
    if let value, !(value >= 0 && value.isFinite) {
      throw ValidationError("\(flag) must be a number from 0, not \(value)")
    }
  }

  /// What each flag bounds; a flag is called as its measure says.
  var limits: [(measure: Measure, limit: Double?)] {
    [
      (.accuracy, minAccuracy), (.l1, maxL1), (.crossEntropy, maxCrossEntropy),
      (.distributionError, maxDistributionError), (.recognised, minRecognised),
      (.frechet, maxFrechet), (.precision, minPrecision), (.recall, minRecall),
      (.density, minDensity), (.coverage, minCoverage), (.leak, maxLeak),
      (.digitKept, minDigitKept), (.digitKeptByJudge, minDigitKeptByJudge),
      (.styleKept, minStyleKept), (.styleKeptLeast, minStyleKeptLeast),
      (.calibrationError, maxCalibrationError),
    ]
  }

  func run() throws {
    let progress = Progress(isShown: true)
    defer { progress.finish() }
    let baseline = try baseline.map { path throws(FileError) in try Baseline(path) }
    let chosen = try evaluation.choose(progress)
    let (models, images, halves) = try evaluation.evaluate(
      chosen, seed: ReportSettings.usual.seed, progress)
    let settings = ReportSettings(
      version: Program.version, commit: try GitCommit.current(),
      command: evaluation.reportCommand(chosen))
    let data = ReportData(
      ReportInput(models: models, images: images, halves: halves, settings: settings))
    if let out {
      try FileSystem.createDirectory(out)
      try FileSystem.write(data.json, to: FileSystem.join(out, Report.numbers))
    }
    progress.finish()

    let checks = try zip(data.names, models).map { name, model in
      QualityCheck(
        name: name, images: images.count, measures: model.measures, bounds: bounds,
        baseline: try baseline?.measures(
          of: name, among: models.count, prior: model.checkpoint.prior,
          imagesPerDigit: data.imagesPerDigit, judge: halves?.judged?.judge.file))
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
    var bounds = QualityCheck.Bounds(
      tolerance: tolerance ?? Self.usualTolerance, erraticTolerance: distributionTolerance)
    for (measure, limit) in limits { bounds.limits[measure] = limit }
    return bounds
  }
}
