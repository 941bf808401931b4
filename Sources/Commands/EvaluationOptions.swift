import ArgumentParser
import Learning
import Reporting
import Support

/// The flags of commands that measure models on the whole test set.
struct EvaluationOptions: ParsableArguments {
  @Option(
    name: .customLong("ckpt"),
    help: ArgumentHelp(
      "A checkpoint; again for another to compare with the first.",
      discussion: "Without it ./pt-aae, or else the two that come with the program.",
      valueName: "dir"),
    completion: .directory)
  var checkpoints: [String] = []

  @OptionGroup var testImages: TestImageOptions

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    guard checkpoints.count <= 8 else {
      throw ValidationError("--ckpt may come at most 8 times, not \(checkpoints.count)")
    }
    for checkpoint in checkpoints { try requireName(checkpoint, "--ckpt") }
  }

  /// A checkpoint and what it is called in a report.
  struct Choice {
    let name: String
    let path: String
  }

  /// Whether the models are those that come with the program, for want of others.
  var takesShippedModels: Bool {
    checkpoints.isEmpty && !DefaultCheckpoints.hasOwn
  }

  /// Which checkpoints to measure.
  func choose(_ progress: Progress) throws(FileError) -> [Choice] {
    if takesShippedModels {
      progress.say(
        "Neither --ckpt nor a model in ./\(DefaultCheckpoints.own): taking the models that come with the"
          + " program.")
      return try Self.shipped()
    }
    let paths = checkpoints.isEmpty ? [DefaultCheckpoints.own] : checkpoints
    return zip(checkpointNames(paths), paths).map { Choice(name: $0, path: $1) }
  }

  /// The models that come with the program.
  static func shipped() throws(FileError) -> [Choice] {
    let directory = try SharedResources.locate().checkpoints
    return DefaultCheckpoints.shipped.map {
      Choice(name: $0, path: FileSystem.join(directory, $0))
    }
  }

  /// The words of the command that makes the report of these models.
  func reportCommand(_ chosen: [Choice]) -> [String] {
    let models = takesShippedModels ? [] : chosen.flatMap { ["--ckpt", $0.path] }
    return ["vis", ReportCommand._commandName] + models + testImages.words
  }

  /// Reads the checkpoints and the test set and measures the one on the other.
  ///
  /// - Parameter seed: of the report; nil if generation and separation are not wanted.
  /// - Throws: `FileError` naming the file and what is wrong with it.
  func evaluate(
    _ chosen: [Choice], seed: UInt64?, _ progress: Progress
  ) throws(FileError) -> (models: [EvaluatedModel], images: LabelledImages, halves: Halves?) {
    progress.show("Reading the models and the test images")
    // All are read before the first is run, so that a bad one is told of at once.
    var loaded: [(checkpoint: Checkpoint, history: TrainingHistory?)] = []
    for choice in chosen { loaded.append(try Checkpoint.loadWithHistory(from: choice.path)) }
    for (checkpoint, _) in loaded { checkpoint.tellNotes() }
    // Their styles would be on different scales, and one page has one prior.
    let prior = loaded[0].checkpoint.prior
    let classNames = loaded[0].checkpoint.classNames
    for (choice, (checkpoint, _)) in zip(chosen, loaded) {
      guard checkpoint.prior == prior else {
        throw FileError(
          choice.path,
          "trained for the prior \(checkpoint.prior), but \(chosen[0].path) for \(prior):"
            + " they cannot be compared")
      }
      guard checkpoint.classNames == classNames else {
        throw FileError(
          choice.path,
          "trained on the classes \(list(checkpoint.classNames.names)), but \(chosen[0].path) on"
            + " \(list(classNames.names)): they cannot be compared")
      }
    }
    let images = try testImages.load(withWriters: true)
    for remark in images.remarks { progress.say(remark.description) }
    let halves = try seed.map { seed throws(FileError) in
      try judged(images, of: classNames, seed: seed, progress)
    }
    let ink = InkMeasures(images.pixels, workers: threads.workers)
    var models: [EvaluatedModel] = []
    for (choice, model) in zip(chosen, loaded) {
      progress.show("Running \(choice.name) on \(images.count) images")
      models.append(
        try EvaluatedModel(
          name: choice.name, path: choice.path, checkpoint: model.checkpoint,
          history: model.history, on: images, ink: ink, in: halves, workers: threads.workers))
    }
    return (models, images, halves)
  }

  /// The halves of the test images, and what the judge that comes with the program says of them.
  private func judged(
    _ images: LabelledImages, of classNames: ClassNames, seed: UInt64, _ progress: Progress
  ) throws(FileError) -> Halves {
    let directory = try SharedResources.locate().judge
    // The judge reads digits and nothing else.
    let judge = classNames.areDigits ? try Judge.load(from: directory) : nil
    if classNames.areDigits && judge == nil {
      progress.say("\(printable(directory)) is not there, so the drawings will not be judged.")
    }
    do throws(LearningError) {
      return try Halves(of: images, seed: seed, judge: judge, workers: threads.workers)
    } catch {
      throw FileError(directory, error.description)
    }
  }
}

/// The flags that say where test images are.
struct TestImageOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the test images are; without it, those that come with the program.",
      valueName: "dir"),
    completion: .directory)
  var dataDir: String?

  @Flag(help: transposeHelp) var transpose = false

  static let transposeHelp = ArgumentHelp(TrainingOption.transpose.summary)

  func validate() throws {
    try requireName(dataDir, "--data-dir")
  }

  /// The flags and values, as far as they were given.
  var words: [String] {
    (dataDir.map { ["--data-dir", $0] } ?? []) + (transpose ? ["--transpose"] : [])
  }

  /// - Throws: `FileError` naming the file and what is wrong with it.
  func load(withWriters: Bool = false) throws(FileError) -> LabelledImages {
    let shipped = try SharedResources.locate().testSet
    return try DataSet.load(
      .test, from: dataDir ?? shipped, isTransposed: transpose, withWriters: withWriters)
  }
}

/// The flags that choose what a report shows.
struct SelectionOptions: ParsableArguments {
  @Option(number: "Chooses the test images, their halves and the random styles.")
  var seed = ReportSettings.usual.seed

  @Option(number: "Standard deviation of the random styles. (default: the prior's)", "x")
  var scale: Double?

  @Option(number: "How many random styles are shown.") var rows = ReportSettings.usual.rows

  @Option(number: "How many test images are shown.") var samples = ReportSettings.usual.samples

  func validate() throws {
    try requireScale(scale)
    try require(rows, "--rows", in: 1...100)
    try require(samples, "--samples", in: 1...1000)
  }

  /// The settings of a report.
  func settings(
    title: String? = nil, assets: PageAssets = .inline, commit: String? = nil,
    command: [String] = []
  ) -> ReportSettings {
    ReportSettings(
      title: title.map(readable), seed: seed, scale: scale, rows: rows, samples: samples,
      assets: assets, version: Program.version, commit: commit, command: command)
  }

  /// The flags and values that choose the same; those that choose what is usual are left out.
  func words(prior: NormalDistribution) -> [String] {
    let usual = ReportSettings.usual
    var words: [String] = []
    if seed != usual.seed { words += ["--seed", String(seed)] }
    if let scale, scale != prior.scale { words += ["--scale", "\(scale)"] }
    if rows != usual.rows { words += ["--rows", String(rows)] }
    if samples != usual.samples { words += ["--samples", String(samples)] }
    return words
  }
}

/// Makes sure that random styles are neither all alike nor far from anything.
///
/// - Throws: `ValidationError` if `--scale` was given and is out of its range.
func requireScale(_ scale: Double?) throws {
  // Comparisons with a NaN are false.
  if let scale, !(scale > 0 && scale <= 100) {
    throw ValidationError("--scale must be above 0 and at most 100, not \(scale)")
  }
}
