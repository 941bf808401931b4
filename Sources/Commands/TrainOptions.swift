import ArgumentParser
import Learning
import Support

/// The flags that `train-sae` and `train-aae` share.
///
/// Those that decide what comes out of a training are nil if not given: a new training then takes
/// the default, a resumed one what it began with.
struct TrainOptions: ParsableArguments {
  @Option(help: ArgumentHelp(TrainingRecipe.help)) var recipe: TrainingRecipe?

  @Option(.batchSize) var batchSize: TrainingSetting?
  @Option(.learningRate) var learningRate: TrainingSetting?
  @Option(.styleSize) var styleSize: TrainingSetting?
  @Option(.seed) var seed: TrainingSetting?
  @Option(.schedule) var schedule: TrainingSetting?
  @Option(.initialization) var initialization: TrainingSetting?
  @Option(.weightDecay) var weightDecay: TrainingSetting?
  @Option(.averageDecay) var averageDecay: TrainingSetting?
  @Option(.priorScale) var priorScale: TrainingSetting?
  @Option(.styleNoise) var styleNoise: TrainingSetting?
  @Option(.augmentation) var augmentation: TrainingSetting?
  @Option(.limit) var limit: TrainingSetting?
  @Option(.holdOut) var holdOut: TrainingSetting?
  @Flag(help: TestImageOptions.transposeHelp) var transpose = false
  @Option(.classNames) var classNames: TrainingSetting?

  @Option(
    help: ArgumentHelp(
      "The directory of MNIST, or of another set of 28 x 28 pixels in ten classes; MNIST is downloaded"
        + " into it if it has no training images.", valueName: "dir"))
  var dataDir: String = TrainOptions.defaultDataDir

  @Flag(
    help: """
      Goes on with the training in the checkpoint directory, or begins one where there is none. With \
      a larger --epochs, one whose learning rate is constant goes on beyond its end.
      """)
  var resume = false

  @Option(
    help: ArgumentHelp(
      "A checkpoint whose weights, style size and prior a new training begins with.",
      valueName: "dir"),
    completion: .directory)
  var initFrom: String?

  @Flag(help: "Stops at once if the checkpoint directory holds a model that would be replaced.")
  var noOverwrite = false

  @Flag(help: "Prints one JSON object an epoch instead of the text.")
  var json = false

  @Flag(help: "No progress and no text of epochs; only errors, and what --json asks for.")
  var quiet = false

  @OptionGroup var threads: ThreadOptions

  static let defaultDataDir = "./data"

  func validate() throws {
    try requireName(initFrom, "--init-from")
    try requireName(dataDir, "--data-dir")
  }
}

extension TrainingRecipe: ExpressibleByArgument {}

extension Option where Value == TrainingSetting? {
  /// The flag of a training's option, as that is declared.
  ///
  /// - Parameter kind: what is trained; only a few defaults depend on it.
  init(_ option: TrainingOption, for kind: Checkpoint.Kind = .aae) {
    self.init(
      name: .customLong(option.rawValue), parsing: .unconditional,
      help: ArgumentHelp(option.help(for: kind), valueName: option.valueName),
      completion: option.choices.isEmpty ? nil : .list(option.choices),
      transform: option.setting)
  }
}

/// The `--threads` flag.
struct ThreadOptions: ParsableArguments {
  @Option(number: "How many threads work at once.") var threads = usableProcessors()

  var workers: Workers { Workers(threads: threads) }

  func validate() throws {
    try require(threads, "--threads", in: 1...1024)
  }
}
