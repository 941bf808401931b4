import Glibc
import StyleNet
package import Support

/// What decides the outcome of a training, apart from the data and the version of the program.
///
/// `TrainingOption` declares each option's flag, range, default and help.
package struct TrainingOptions: Codable, Sendable, Equatable {
  /// How the learning rate moves over the steps.
  enum Schedule: String, Codable, Sendable, CaseIterable {
    /// The same at every step.
    case constant
    /// Half a cosine wave, from the learning rate at the first step down to nothing after the last.
    case cosine
  }

  /// What the parameters begin as.
  enum Initialization: String, Codable, Sendable, CaseIterable {
    /// As PyTorch's: uniform around 0.
    case uniform
    /// The same, but for the bias of the decoder's output, which begins at -1, the background's
    /// level.
    ///
    /// From 0 the first few hundred steps lower the whole image to its background, and do so with
    /// the four channels before the output too: some learn to be on everywhere, others nowhere, and
    /// stay so.
    case background
  }

  /// With a discriminator (AAE) or without (SAE).
  let kind: Checkpoint.Kind
  /// S.
  var styleSize = 0
  /// How often every training image is used.
  package var epochs = 0
  /// Images a step.
  var batchSize = 0
  /// Of AdamW, for all networks, before the schedule.
  var learningRate = 0.0
  var schedule = Schedule.constant
  var initialization = Initialization.uniform
  /// Of AdamW, for encoder and decoder. The discriminator's is AdamW's own 0.01: with more it tells
  /// less, and the styles drift from the prior.
  var weightDecay = 0.0
  /// Of the exponential average of the weights that is validated and saved; 0: the weights
  /// themselves are.
  var averageDecay = 0.0
  /// σ of the prior N(0, σ²) of the style vectors.
  var priorScale = 0.0
  /// The weight of the generator loss in the last epoch but one; see `generatorFactor(epoch:)`. An
  /// SAE ignores it.
  var generatorLossFactor = 0.0
  var seed: UInt64 = 0
  /// Only the first so many training images are used; nil: all.
  @Nullable package var limit: Int? = nil

  /// Every option at its default.
  package init(kind: Checkpoint.Kind) {
    self.kind = kind
    for option in TrainingOption.all { option.setDefault(&self) }
  }

  /// Makes sure that every option is within its range.
  ///
  /// - Throws: `TrainingError` naming the first that is not.
  package func validate() throws(TrainingError) {
    for option in TrainingOption.all where !option.isInRange(self) {
      throw TrainingError(
        "--\(option.name) must be \(option.range), not \(option.text(self))")
    }
  }
}

/// The value of a flag: what it makes of options.
package struct TrainingSetting: Sendable {
  package let apply: @Sendable (inout TrainingOptions) -> Void
}

// MARK: Declarations

extension TrainingOption {
  package static let styleSize = TrainingOption(
    "feat-size", \.styleSize, .from(Model.styleSizes), default: 4, valueName: "n",
    help: "Components of the style vector.")
  package static let epochs = TrainingOption(
    "epochs", \.epochs, .from(1...TrainingHistory.mostEpochs), default: 12, sae: 10,
    valueName: "e", help: "Epochs to train.")
  package static let batchSize = TrainingOption(
    "batch-size", \.batchSize, .from(1...4096), default: 64, valueName: "b",
    help: "Images a step.")
  package static let learningRate = TrainingOption(
    "lr", \.learningRate, .above(0, to: 10), default: 2.5e-3, original: 4e-4, valueName: "lr",
    help: "The learning rate of AdamW.")
  package static let schedule = TrainingOption(
    "schedule", \.schedule, default: .cosine, original: .constant,
    help: "How the learning rate moves over the steps.")
  package static let initialization = TrainingOption(
    "init", \.initialization, default: .background, original: .uniform,
    help:
      "What the parameters begin as: PyTorch's values, or the same but for an output that begins"
      + " as background.")
  package static let weightDecay = TrainingOption(
    "weight-decay", \.weightDecay, .from(0...1), default: 0.1, original: 0.01, valueName: "d",
    help: "The decoupled weight decay of AdamW for encoder and decoder.")
  package static let averageDecay = TrainingOption(
    "average-decay", \.averageDecay, .from(0, below: 1), default: 0.999, original: 0,
    valueName: "d",
    help: "The decay of the exponential average of the weights that is validated and saved; 0: the"
      + " weights themselves.")
  package static let priorScale = TrainingOption(
    "prior-scale", \.priorScale, .from(Checkpoint.priorScales),
    default: Checkpoint.usualPrior.scale, valueName: "sigma",
    help: "The standard deviation of the Gaussian that the styles are to follow, or are compared"
      + " to.")
  package static let generatorLossFactor = TrainingOption(
    "gen-loss-factor", \.generatorLossFactor, .from(0...1000), default: 0.2, valueName: "f",
    help:
      "The weight of the generator loss in the last epoch but one. The weight grows linearly with"
      + " the epoch, from 0 in the first.")
  package static let seed = TrainingOption(
    "seed", \.seed, .from(UInt64.min...UInt64.max), default: 1, valueName: "n",
    help: "What all random choices follow from; the same seed gives the same files.")
  package static let limit = TrainingOption(
    "limit", \.limit, .optional(.from(1...1_000_000_000)), default: nil, valueName: "n",
    help: "How many training images to train on, the first ones.",
    text: { $0.map(String.init) ?? "all" }, parse: { Int($0).map(Optional.some) })

  /// All options, in the order in which they are checked.
  static let all: [TrainingOption] = [
    .styleSize, .epochs, .batchSize, .limit, .learningRate, .schedule, .initialization,
    .weightDecay, .averageDecay, .priorScale, .generatorLossFactor, .seed,
  ]
}

/// Training options that go together.
package enum TrainingRecipe: String, Sendable, CaseIterable {
  /// The original project's: a constant, low learning rate, and the weights as they are.
  case original
  /// The defaults: a higher learning rate that falls to nothing, more weight decay, averaged
  /// weights, and outputs that begin as background.
  case averaged

  /// Sets the options that the recipe is about, and leaves the others.
  package func apply(to options: inout TrainingOptions) {
    for option in TrainingOption.all {
      guard let setOriginal = option.setOriginal else { continue }
      if self == .original { setOriginal(&options) } else { option.setDefault(&options) }
    }
  }

  /// What `--recipe` does.
  package static var help: String {
    let options = TrainingOption.all.filter { $0.setOriginal != nil }
    let sets = allCases.map { recipe in
      var values = TrainingOptions(kind: .aae)
      recipe.apply(to: &values)
      return "\(recipe.rawValue) to \(list(options.map { plain($0.text(values)) }))"
    }
    return "Sets \(list(options.map { "--\($0.name)" })), where they are not given:"
      + " \(list(sets)). (default: \(averaged.rawValue))"
  }
}

// MARK: What a declaration says

/// One option of a training: what is true of it whatever its value.
package struct TrainingOption: Sendable {
  /// Where in `TrainingOptions` a value is.
  private typealias Place<Value> = any WritableKeyPath<TrainingOptions, Value> & Sendable

  /// The flag without its dashes.
  package let name: String
  /// What a help text calls the flag's value.
  package let valueName: String
  /// The values that a flag may have, if there are only some; empty if not.
  package let choices: [String]
  /// The range in words: "from 1 to 64".
  let range: String
  private let summary: String
  /// The option's value as text.
  let text: @Sendable (TrainingOptions) -> String
  let isInRange: @Sendable (TrainingOptions) -> Bool
  private let parse: @Sendable (String) -> TrainingSetting?
  let setDefault: @Sendable (inout TrainingOptions) -> Void
  /// Sets what the recipe `original` sets; nil if recipes leave the option alone.
  let setOriginal: (@Sendable (inout TrainingOptions) -> Void)?

  /// The help text, with range and default.
  ///
  /// - Parameter kind: what is trained.
  package func help(for kind: Checkpoint.Kind) -> String {
    "\(summary) (\(range); default: \(plain(text(TrainingOptions(kind: kind)))))"
  }

  /// Reads the text of a flag.
  ///
  /// - Throws: `TrainingError` if it is not a value of this option's type.
  package func setting(_ text: String) throws(TrainingError) -> TrainingSetting {
    guard let setting = parse(text) else { throw TrainingError("must be \(range)") }
    return setting
  }

  /// - Parameters:
  ///   - value: where the value is.
  ///   - default: its value if nothing sets it.
  ///   - sae: the same for an SAE; nil if that is no other.
  ///   - original: what the recipe `original` sets; nil if recipes leave the option alone.
  private init<Value: Sendable>(
    _ name: String, _ value: Place<Value>,
    _ bounds: Bounds<Value>, default: Value, sae: Value? = nil, original: Value? = nil,
    valueName: String, choices: [String] = [], help: String,
    text: @escaping @Sendable (Value) -> String, parse: @escaping @Sendable (String) -> Value?
  ) {
    self.name = name
    self.valueName = valueName
    self.choices = choices
    range = bounds.words
    summary = help
    self.text = { text($0[keyPath: value]) }
    isInRange = { bounds.contains($0[keyPath: value]) }
    self.parse = { text in
      parse(text).map { parsed in TrainingSetting { $0[keyPath: value] = parsed } }
    }
    setDefault = { options in
      options[keyPath: value] = options.kind == .sae ? sae ?? `default` : `default`
    }
    if let original {
      setOriginal = { options in options[keyPath: value] = original }
    } else {
      setOriginal = nil
    }
  }

  /// An option that is a number.
  private init<Value: LosslessStringConvertible & Sendable>(
    _ name: String, _ value: Place<Value>,
    _ bounds: Bounds<Value>, default: Value, sae: Value? = nil, original: Value? = nil,
    valueName: String, help: String
  ) {
    self.init(
      name, value, bounds, default: `default`, sae: sae, original: original,
      valueName: valueName, help: help, text: { $0.description }, parse: { Value($0) })
  }

  /// An option that is one of a few names.
  private init<Value: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String, _ value: Place<Value>,
    default: Value, original: Value, help: String
  ) {
    let choices = Value.allCases.map(\.rawValue)
    self.init(
      name, value, Bounds(words: choices.joined(separator: " or ")) { _ in true },
      default: `default`, original: original, valueName: name, choices: choices, help: help,
      text: { $0.rawValue }, parse: { Value(rawValue: $0) })
  }
}

/// The values that an option may have, and the words for them.
private struct Bounds<Value>: Sendable {
  let words: String
  let contains: @Sendable (Value) -> Bool

  /// nil, and what these bounds allow.
  static func optional<Wrapped>(_ bounds: Bounds<Wrapped>) -> Bounds where Value == Wrapped? {
    Bounds(words: bounds.words) { $0.map(bounds.contains) ?? true }
  }
}

// Comparisons with a NaN are false.
extension Bounds where Value: Comparable & Sendable & CustomStringConvertible {
  static func from(_ range: ClosedRange<Value>) -> Bounds {
    Bounds(words: "from \(plain(range.lowerBound)) to \(plain(range.upperBound))") {
      range.contains($0)
    }
  }

  static func from(_ least: Value, below limit: Value) -> Bounds {
    Bounds(words: "at least \(plain(least)), below \(plain(limit))") { $0 >= least && $0 < limit }
  }

  static func above(_ limit: Value, to most: Value) -> Bounds {
    Bounds(words: "above \(plain(limit)), at most \(plain(most))") { $0 > limit && $0 <= most }
  }
}

/// A number without a fraction of zero.
private func plain(_ value: some CustomStringConvertible) -> String {
  let text = value.description
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

// MARK: What a step needs of them

extension Learner {
  /// What an optimiser step needs of the options.
  struct Hyperparameters {
    /// Of both optimisers.
    var learningRate: Float
    /// The weight of the generator loss.
    var generatorFactor: Float
    /// Of encoder and decoder.
    var weightDecay: Float = 0.01
    /// Of the exponential average of encoder and decoder, if the state keeps one.
    var averageDecay: Float = 0.999

    /// The decay in a step counted from 1: smaller in the first steps, so that the average forgets
    /// the initial values.
    func decay(step: Int) -> Float { min(averageDecay, Float(1 + step) / Float(10 + step)) }
  }
}

extension TrainingOptions {
  /// The prior of the style vectors.
  var prior: NormalDistribution { NormalDistribution(scale: priorScale) }

  /// Whether an exponential average of the weights is kept.
  var keepsAverage: Bool { averageDecay > 0 }

  /// The hyper-parameters of a step.
  ///
  /// - Parameters:
  ///   - epoch: counted from 0.
  ///   - step: counted from 0 over all epochs.
  ///   - count: the steps of all epochs.
  func hyperparameters(epoch: Int, step: Int, of count: Int) -> Learner.Hyperparameters {
    Learner.Hyperparameters(
      learningRate: Float(learningRate(step: step, of: count)),
      generatorFactor: Float(generatorFactor(epoch: epoch)), weightDecay: Float(weightDecay),
      averageDecay: Float(averageDecay))
  }

  /// The factor of the generator loss in an epoch: rises in a line from nothing, reaches
  /// `generatorLossFactor` in the epoch before the last, and rises one step further in the last.
  ///
  /// factor · e / max(1, epochs - 2).
  ///
  /// - Parameter epoch: e, counted from 0.
  func generatorFactor(epoch: Int) -> Double {
    kind == .aae ? generatorLossFactor * Double(epoch) / Double(max(1, epochs - 2)) : 0
  }

  /// The learning rate of a step.
  ///
  /// - Parameters:
  ///   - step: counted from 0 over all epochs.
  ///   - count: the steps of all epochs.
  func learningRate(step: Int, of count: Int) -> Double {
    switch schedule {
    case .constant: learningRate
    case .cosine: learningRate * 0.5 * (1 + cos(.pi * Double(step) / Double(count)))
    }
  }
}
