package import ArgumentParser
package import Learning

/// What `train-sae` and `train-aae` have in common.
package protocol TrainCommand: ParsableCommand {
  static var kind: Checkpoint.Kind { get }

  var checkpointDirectory: String { get }
  var common: TrainOptions { get }
}

extension TrainCommand {
  package func validate() throws {
    do {
      try options(over: TrainingOptions(kind: Self.kind)).validate()
    } catch {
      throw ValidationError(error.description)
    }
  }

  package func run() throws {
    try TrainSession(self).run()
  }

  /// Options in which the flags that were given count for more.
  func options(over options: TrainingOptions) -> TrainingOptions {
    var options = options
    // First, since a flag of an option's own counts for more than the recipe.
    common.recipe?.apply(to: &options)
    // ArgumentParser finds the flags in the same way.
    for flag in [Mirror(reflecting: self), Mirror(reflecting: common)].flatMap(\.children) {
      (flag.value as? Option<TrainingSetting?>)?.wrappedValue?.apply(&options)
    }
    return options
  }
}

/// The `train-sae` program.
package struct TrainSAE: TrainCommand {
  package static let kind = Checkpoint.Kind.sae
  package static let configuration = CommandConfiguration(
    commandName: "train-sae",
    abstract: "Trains a simple auto-encoder on MNIST.",
    discussion: Program.trainersExitStatuses,
    version: Program.version)

  @Option(.epochs, for: .sae) package var epochs: TrainingSetting?

  @Option(
    name: .customLong("ckpt-dir"),
    help: ArgumentHelp("Where model and training state are kept.", valueName: "dir"))
  package var checkpointDirectory = "./pt-sae"

  @OptionGroup package var common: TrainOptions

  package init() {}
}

/// The `train-aae` program.
package struct TrainAAE: TrainCommand {
  package static let kind = Checkpoint.Kind.aae
  package static let configuration = CommandConfiguration(
    commandName: "train-aae",
    abstract: "Trains an adversarial auto-encoder on MNIST.",
    discussion: Program.trainersExitStatuses,
    version: Program.version)

  @Option(.epochs, for: .aae) package var epochs: TrainingSetting?

  @Option(
    name: .customLong("ckpt-dir"),
    help: ArgumentHelp("Where model and training state are kept.", valueName: "dir"))
  package var checkpointDirectory = "./pt-aae"

  @Option(.generatorLossFactor) package var generatorLossFactor: TrainingSetting?

  @OptionGroup package var common: TrainOptions

  package init() {}
}
