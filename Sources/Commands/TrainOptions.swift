package import ArgumentParser
package import Learning

/// The flags that `train-sae` and `train-aae` share.
///
/// Those that decide what comes out of a training are nil if not given: a new training then takes
/// its recipe's value, a resumed one what it began with.
package struct TrainOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Sets --lr, --schedule, --init, --weight-decay and --average-decay together, where they are"
        + " not given: as the original project, or to 2.5e-3, cosine, background, 0.1 and 0.999."
        + " (default: averaged)"))
  package var recipe: TrainingRecipe?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Images a step. (default: 64)", valueName: "b"))
  package var batchSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The learning rate of AdamW. (default: 2.5e-3)", valueName: "lr"))
  package var lr: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Components of the style vector, 1 to 64. (default: 4)", valueName: "n"))
  package var featSize: Int?

  @Option(
    help: ArgumentHelp(
      "MNIST's directory; what it lacks is downloaded into it.", valueName: "dir"))
  package var dataDir: String = TrainOptions.defaultDataDir

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What all random choices follow from; the same seed gives the same files. (default: 1)",
      valueName: "n"))
  package var seed: UInt64?

  @Option(
    help: ArgumentHelp("How the learning rate moves over the steps. (default: cosine)"))
  package var schedule: TrainingOptions.Schedule?

  @Option(
    name: .customLong("init"),
    help: ArgumentHelp(
      "What the parameters begin as: PyTorch's values, or the same but for an output that begins"
        + " as background. (default: background)"))
  package var initialization: TrainingOptions.Initialization?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The decoupled weight decay of AdamW for encoder and decoder. (default: 0.1)",
      valueName: "d"))
  package var weightDecay: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The decay of the exponential average of the weights that is validated and saved, 0.999 for"
        + " one; 0: the weights themselves. (default: 0.999)", valueName: "d"))
  package var averageDecay: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The standard deviation of the Gaussian that the styles are to follow, or are compared to."
        + " (default: 2)",
      valueName: "sigma"))
  package var priorScale: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Trains on the first n training images only.", valueName: "n"))
  package var limit: Int?

  @Flag(help: "Goes on with the training that was interrupted in the checkpoint directory.")
  package var resume = false

  @Flag(help: "Prints one JSON object an epoch instead of the text.")
  package var json = false

  @Flag(help: "No progress and no text of epochs; only errors, and what --json asks for.")
  package var quiet = false

  @OptionGroup package var threads: ThreadOptions

  static let defaultDataDir = "./data"

  package init() {}

  /// Puts the flags that were given in place of what the options are.
  func apply(to options: inout TrainingOptions) {
    // First, so that flags of their own count for more.
    recipe?.apply(to: &options)
    if let batchSize { options.batchSize = batchSize }
    if let lr { options.learningRate = lr }
    if let featSize { options.styleSize = featSize }
    if let seed { options.seed = seed }
    if let schedule { options.schedule = schedule }
    if let initialization { options.initialization = initialization }
    if let weightDecay { options.weightDecay = weightDecay }
    if let averageDecay { options.averageDecay = averageDecay }
    if let priorScale { options.priorScale = priorScale }
    if let limit { options.limit = limit }
  }
}

extension TrainingRecipe: ExpressibleByArgument {}
extension TrainingOptions.Schedule: ExpressibleByArgument {}
extension TrainingOptions.Initialization: ExpressibleByArgument {}
