package import ArgumentParser
package import Learning

/// What `train-sae` and `train-aae` have in common.
package protocol TrainCommand: ParsableCommand {
  /// The options of a new training for which no flag is given.
  static var defaults: TrainingOptions { get }

  var checkpointDirectory: String { get }
  var common: TrainOptions { get }

  /// Puts the flags that were given in place of what the options are.
  func apply(to options: inout TrainingOptions)
}

extension TrainCommand {
  package func validate() throws {
    var options = Self.defaults
    apply(to: &options)
    do {
      try options.validate()
    } catch {
      throw ValidationError(error.description)
    }
  }

  package func run() throws {
    try TrainSession(self).run()
  }
}

/// The `train-sae` program.
package struct TrainSAE: TrainCommand {
  package static let configuration = CommandConfiguration(
    commandName: "train-sae",
    abstract: "Trains a simple auto-encoder on MNIST.",
    discussion: Program.trainersExitStatuses,
    version: Program.version)

  package static let defaults = TrainingRecipe.averaged.options(kind: .sae, epochs: 10)

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Epochs to train. (default: 10)", valueName: "e"))
  package var epochs: Int?

  @Option(
    name: .customLong("ckpt-dir"),
    help: ArgumentHelp("Where model and training state are kept.", valueName: "dir"))
  package var checkpointDirectory = "./pt-sae"

  @OptionGroup package var common: TrainOptions

  package init() {}

  package func apply(to options: inout TrainingOptions) {
    common.apply(to: &options)
    if let epochs { options.epochs = epochs }
  }
}

/// The `train-aae` program.
package struct TrainAAE: TrainCommand {
  package static let configuration = CommandConfiguration(
    commandName: "train-aae",
    abstract: "Trains an adversarial auto-encoder on MNIST.",
    discussion: Program.trainersExitStatuses,
    version: Program.version)

  package static let defaults = TrainingRecipe.averaged.options(kind: .aae, epochs: 12)

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Epochs to train. (default: 12)", valueName: "e"))
  package var epochs: Int?

  @Option(
    name: .customLong("ckpt-dir"),
    help: ArgumentHelp("Where model and training state are kept.", valueName: "dir"))
  package var checkpointDirectory = "./pt-aae"

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What the generator loss is multiplied with in the last epoch but one: the factor rises in a"
        + " line, from 0 in the first epoch to a little more than that in the last."
        + " (default: 0.2)",
      valueName: "f"))
  package var genLossFactor: Double?

  @OptionGroup package var common: TrainOptions

  package init() {}

  package func apply(to options: inout TrainingOptions) {
    common.apply(to: &options)
    if let epochs { options.epochs = epochs }
    if let genLossFactor { options.generatorLossFactor = genLossFactor }
  }
}
