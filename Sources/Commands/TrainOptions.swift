package import ArgumentParser
import CPlatform
package import Learning
package import Support

/// The flags that `train-sae` and `train-aae` share.
///
/// Those that decide what comes out of a training are nil if not given: a new training then takes
/// the default, a resumed one what it began with.
package struct TrainOptions: ParsableArguments {
  @Option(help: ArgumentHelp(TrainingRecipe.help)) package var recipe: TrainingRecipe?

  @Option(.batchSize) package var batchSize: TrainingSetting?
  @Option(.learningRate) package var learningRate: TrainingSetting?
  @Option(.styleSize) package var styleSize: TrainingSetting?
  @Option(.seed) package var seed: TrainingSetting?
  @Option(.schedule) package var schedule: TrainingSetting?
  @Option(.initialization) package var initialization: TrainingSetting?
  @Option(.weightDecay) package var weightDecay: TrainingSetting?
  @Option(.averageDecay) package var averageDecay: TrainingSetting?
  @Option(.priorScale) package var priorScale: TrainingSetting?
  @Option(.limit) package var limit: TrainingSetting?

  @Option(
    help: ArgumentHelp(
      "MNIST's directory; what it lacks is downloaded into it.", valueName: "dir"))
  package var dataDir: String = TrainOptions.defaultDataDir

  @Flag(help: "Goes on with the training that was interrupted in the checkpoint directory.")
  package var resume = false

  @Flag(help: "Prints one JSON object an epoch instead of the text.")
  package var json = false

  @Flag(help: "No progress and no text of epochs; only errors, and what --json asks for.")
  package var quiet = false

  @OptionGroup package var threads: ThreadOptions

  static let defaultDataDir = "./data"

  package init() {}
}

extension TrainingRecipe: ExpressibleByArgument {}

extension Option where Value == TrainingSetting? {
  /// The flag of a training's option, as that is declared.
  ///
  /// - Parameter kind: what is trained; only a few defaults depend on it.
  init(_ option: TrainingOption, for kind: Checkpoint.Kind = .aae) {
    self.init(
      name: .customLong(option.name), parsing: .unconditional,
      help: ArgumentHelp(option.help(for: kind), valueName: option.valueName),
      completion: option.choices.isEmpty ? nil : .list(option.choices),
      transform: option.setting)
  }
}

/// The `--threads` flag.
package struct ThreadOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: ArgumentHelp("How many threads work at once.", valueName: "n"))
  package var threads: Int = Int(usable_processors())

  package init() {}

  package var workers: Workers { Workers(threads: threads) }

  package func validate() throws {
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads must be from 1 to 1024, not \(threads)")
    }
  }
}
