import ArgumentParser
import Learning

/// What `train-sae` and `train-aae` have in common.
protocol TrainCommand: ParsableCommand {
  static var kind: Checkpoint.Kind { get }

  var checkpointDirectory: String { get }
  var common: TrainOptions { get }
}

extension TrainCommand {
  func validate() throws {
    try requireName(checkpointDirectory, "--ckpt-dir")
    do {
      try options(over: TrainingOptions(kind: Self.kind)).validate()
    } catch {
      throw ValidationError(error.description)
    }
  }

  /// Options in which the flags that were given count for more.
  func options(over options: TrainingOptions) -> TrainingOptions {
    var options = options
    // First, since a flag of an option's own counts for more than the recipe.
    common.recipe?.apply(to: &options)
    if common.transpose { options.isTransposed = true }
    // ArgumentParser finds the flags in the same way.
    for flag in [Mirror(reflecting: self), Mirror(reflecting: common)].flatMap(\.children) {
      (flag.value as? Option<TrainingSetting?>)?.wrappedValue?.apply(&options)
    }
    return options
  }
}

/// The `train-sae` program.
struct TrainSAE: TrainCommand {
  static let kind = Checkpoint.Kind.sae
  static let configuration = CommandConfiguration(
    commandName: "train-sae",
    abstract: "Trains a simple auto-encoder on MNIST.",
    discussion: Program.trainersExitStatuses,
    version: Program.version)

  @Option(.epochs, for: .sae) var epochs: TrainingSetting?

  @Option(
    name: .customLong("ckpt-dir"),
    help: ArgumentHelp("Where model and training state are kept.", valueName: "dir"))
  var checkpointDirectory = "./pt-sae"

  @OptionGroup var common: TrainOptions
}

/// The `train-aae` program.
struct TrainAAE: TrainCommand {
  static let kind = Checkpoint.Kind.aae
  static let configuration = CommandConfiguration(
    commandName: "train-aae",
    abstract: "Trains an adversarial auto-encoder on MNIST.",
    discussion: Program.trainersExitStatuses,
    version: Program.version)

  @Option(.epochs, for: .aae) var epochs: TrainingSetting?

  @Option(
    name: .customLong("ckpt-dir"),
    help: ArgumentHelp("Where model and training state are kept.", valueName: "dir"))
  var checkpointDirectory = "./pt-aae"

  @Option(.generatorLossFactor) var generatorLossFactor: TrainingSetting?
  @Option(.marginalLossFactor) var marginalLossFactor: TrainingSetting?

  @OptionGroup var common: TrainOptions
}
