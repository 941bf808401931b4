import Glibc
import StyleNet
import Support

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
  /// The weight of the distance between the distributions of each digit's styles along fixed
  /// directions and the prior's; see `StyleMarginals`. An SAE ignores it.
  var marginalLossFactor = 0.0
  /// The standard deviation of the noise on a style on its way into the decoder, as a share of the
  /// prior's.
  var styleNoise = 0.0
  /// How far images are distorted, as a share of the usual; see `AffineMap`.
  var augmentation = 0.0
  var seed: UInt64 = 0
  /// Only the first so many training images are used; nil: all.
  package var limit: Int?
  /// How many training images, the last ones, are not learned from but validated on, in place of the
  /// test set; 0: none.
  package var holdOut = 0
  /// Whether the images are used with rows as columns.
  package var isTransposed = false
  package var classNames = ClassNames.digits

  /// Every option at its default, but for those that a checkpoint to begin with decides.
  package init(kind: Checkpoint.Kind, of checkpoint: Checkpoint? = nil) {
    self.kind = kind
    for option in TrainingOption.allCases { option.declaration.setDefault(&self) }
    if let checkpoint {
      (styleSize, priorScale) = (checkpoint.styleSize, checkpoint.prior.scale)
    }
  }

  /// Makes sure that every option is within its range.
  ///
  /// - Throws: `LearningError` naming the first that is not.
  package func validate() throws(LearningError) {
    for option in TrainingOption.allCases where !option.declaration.isInRange(self) {
      throw LearningError(
        "--\(option.rawValue) must be \(option.declaration.range), not \(option.text(self))")
    }
  }
}

/// The value of a flag: what it makes of options.
package struct TrainingSetting: Sendable {
  package let apply: @Sendable (inout TrainingOptions) -> Void
}

// MARK: Declarations

/// An option of a training; its raw value is the flag without its dashes.
///
/// The order is that in which options are checked.
package enum TrainingOption: String, CaseIterable, Sendable {
  case styleSize = "feat-size"
  case epochs
  case batchSize = "batch-size"
  case limit
  case holdOut = "hold-out"
  case transpose
  case classNames = "class-names"
  case learningRate = "lr"
  case schedule
  case initialization = "init"
  case weightDecay = "weight-decay"
  case averageDecay = "average-decay"
  case priorScale = "prior-scale"
  case generatorLossFactor = "gen-loss-factor"
  case marginalLossFactor = "marginal-loss-factor"
  case styleNoise = "style-noise"
  case augmentation
  case seed

  fileprivate var declaration: Declaration {
    switch self {
    case .styleSize:
      Declaration(
        \.styleSize, .from(Model.styleSizes), default: 4, valueName: "n",
        help: "Components of the style vector.")
    case .epochs:
      Declaration(
        \.epochs, .from(1...TrainingHistory.mostEpochs), default: 12, sae: 10, valueName: "e",
        help: "Epochs to train.")
    case .batchSize:
      Declaration(
        \.batchSize, .from(1...4096), default: 64, valueName: "b", help: "Images a step.")
    case .limit:
      Declaration(
        \.limit, .optional(.from(1...1_000_000_000)), default: nil, valueName: "n",
        help: "How many training images to train on, the first ones.",
        text: { $0.map(String.init) ?? "all" }, parse: { Int($0).map(Optional.some) })
    case .holdOut:
      Declaration(
        \.holdOut, .from(0...1_000_000_000), default: 0, valueName: "n",
        help:
          "How many training images, the last ones, to validate on in place of the test set, and"
          + " not to train on: so that options can be chosen without it.")
    case .transpose:
      Declaration(
        \.isTransposed, Bounds(words: "true or false") { _ in true }, default: false,
        valueName: "b",
        help: "Turns rows of the images into columns: EMNIST's lie on their sides.")
    case .classNames:
      Declaration(
        \.classNames, Bounds(words: "ten names with commas between them") { _ in true },
        default: .digits, valueName: "names",
        help: "What the classes are called; without it, as the lines of classes.txt in the data"
          + " directory say.",
        text: { $0.names.joined(separator: ",") }, parse: ClassNames.init(list:))
    case .learningRate:
      Declaration(
        \.learningRate, .above(0, to: 10), default: 2.5e-3, original: 4e-4, valueName: "lr",
        help: "The learning rate of AdamW.")
    case .schedule:
      Declaration(
        \.schedule, default: .cosine, original: .constant, valueName: "schedule",
        help: "How the learning rate moves over the steps.")
    case .initialization:
      Declaration(
        \.initialization, default: .background, original: .uniform, valueName: "init",
        help: "What the parameters begin as: PyTorch's values, or the same but for an output that"
          + " begins as background.")
    case .weightDecay:
      Declaration(
        \.weightDecay, .from(0...1), default: 0.1, original: 0.01, valueName: "d",
        help: "The decoupled weight decay of AdamW for encoder and decoder.")
    case .averageDecay:
      Declaration(
        \.averageDecay, .from(0, below: 1), default: 0.999, original: 0, valueName: "d",
        help: "The decay of the exponential average of the weights that is validated and saved; 0:"
          + " the weights themselves.")
    case .priorScale:
      Declaration(
        \.priorScale, .from(Checkpoint.priorScales), default: Checkpoint.usualPrior.scale,
        valueName: "sigma",
        help: "The standard deviation of the Gaussian that the styles are to follow, or are"
          + " compared to.")
    case .generatorLossFactor:
      Declaration(
        \.generatorLossFactor, .from(0...1000), default: 0.2, valueName: "f",
        help:
          "The weight of the generator loss in the last epoch but one. The weight grows linearly"
          + " with the epoch, from 0 in the first.")
    case .marginalLossFactor:
      Declaration(
        \.marginalLossFactor, .from(0...1000), default: 0, valueName: "f",
        help:
          "The weight of the distance (Cramer and von Mises) of each digit's styles to the prior"
          + " along fixed directions.")
    case .styleNoise:
      Declaration(
        \.styleNoise, .from(0...10), default: 0, valueName: "share",
        help:
          "Gaussian noise on the style on its way into the decoder while training, as a share of"
          + " the prior's standard deviation.")
    case .augmentation:
      Declaration(
        \.augmentation, .from(0...2), default: 0, valueName: "share",
        help:
          "How far images are rotated, sheared, scaled and shifted at random, anew in every epoch"
          + " but those of the last quarter: 1 is up to 8 degrees, 0.15, 10 % and half a pixel.")
    case .seed:
      Declaration(
        \.seed, .from(UInt64.min...UInt64.max), default: 1, valueName: "n",
        help: "What all random choices follow from; the same seed gives the same files.")
    }
  }
}

/// Training options that go together.
package enum TrainingRecipe: String, Sendable, CaseIterable {
  /// The original project's: a constant, low learning rate, and the weights as they are.
  case original
  /// The defaults: a higher learning rate that falls to nothing, more weight decay, averaged
  /// weights, and outputs that begin as background.
  case averaged
}

package extension TrainingRecipe {
  /// Sets the options that the recipe is about, and leaves the others.
  func apply(to options: inout TrainingOptions) {
    for option in TrainingOption.allCases {
      guard let setOriginal = option.declaration.setOriginal else { continue }
      if self == .original {
        setOriginal(&options)
      } else {
        option.declaration.setDefault(&options)
      }
    }
  }

  /// What `--recipe` does.
  static var help: String {
    let options = TrainingOption.allCases.filter { $0.declaration.setOriginal != nil }
    let sets = allCases.map { recipe in
      var values = TrainingOptions(kind: .aae)
      recipe.apply(to: &values)
      return "\(recipe.rawValue) to \(list(options.map { plain($0.text(values)) }))"
    }
    return "Sets \(list(options.map { "--\($0.rawValue)" })), where they are not given:"
      + " \(list(sets)). (default: \(averaged.rawValue))"
  }
}

// MARK: What a declaration says

package extension TrainingOption {
  /// What a help text calls the flag's value.
  var valueName: String { declaration.valueName }
  /// The values that a flag may have, if there are only some; empty if not.
  var choices: [String] { declaration.choices }
  /// The help text without range and default.
  var summary: String { declaration.summary }
  /// The same with both.
  ///
  /// - Parameter kind: what is trained.
  func help(for kind: Checkpoint.Kind) -> String {
    "\(declaration.summary) (\(declaration.range); default: \(plain(text(TrainingOptions(kind: kind)))))"
  }

  /// Reads the text of a flag.
  ///
  /// - Throws: `LearningError` if it is not a value of this option's type.
  func setting(_ text: String) throws(LearningError) -> TrainingSetting {
    guard let setting = declaration.parse(text) else {
      throw LearningError("must be \(declaration.range)")
    }
    return setting
  }
}

extension TrainingOption {
  /// The option's value as text.
  func text(_ options: TrainingOptions) -> String { declaration.text(options) }
}

/// What is true of an option whatever its value.
private struct Declaration {
  /// Where in `TrainingOptions` a value is.
  typealias Place<Value> = any WritableKeyPath<TrainingOptions, Value> & Sendable

  let valueName: String
  let choices: [String]
  /// The range in words: "from 1 to 64".
  let range: String
  let summary: String
  let text: (TrainingOptions) -> String
  let isInRange: (TrainingOptions) -> Bool
  let parse: (String) -> TrainingSetting?
  let setDefault: (inout TrainingOptions) -> Void
  /// Sets what the recipe `original` sets; nil if recipes leave the option alone.
  let setOriginal: ((inout TrainingOptions) -> Void)?

  /// - Parameters:
  ///   - value: where the value is.
  ///   - default: its value if nothing sets it.
  ///   - sae: the same for an SAE; nil if that is no other.
  ///   - original: what the recipe `original` sets; nil if recipes leave the option alone.
  init<Value: Sendable>(
    _ value: Place<Value>, _ bounds: Bounds<Value>, default: Value, sae: Value? = nil,
    original: Value? = nil,
    valueName: String, choices: [String] = [], help: String,
    text: @escaping (Value) -> String, parse: @escaping (String) -> Value?
  ) {
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
  init<Value: LosslessStringConvertible & Sendable>(
    _ value: Place<Value>, _ bounds: Bounds<Value>, default: Value, sae: Value? = nil,
    original: Value? = nil,
    valueName: String, help: String
  ) {
    self.init(
      value, bounds, default: `default`, sae: sae, original: original,
      valueName: valueName, help: help, text: { $0.description }, parse: { Value($0) })
  }

  /// An option that is one of a few names.
  init<Value: RawRepresentable<String> & CaseIterable & Sendable>(
    _ value: Place<Value>, default: Value, original: Value, valueName: String, help: String
  ) {
    let choices = Value.allCases.map(\.rawValue)
    self.init(
      value, Bounds(words: choices.joined(separator: " or ")) { _ in true }, default: `default`,
      original: original, valueName: valueName, choices: choices, help: help,
      text: { $0.rawValue }, parse: { Value(rawValue: $0) })
  }
}

/// The values that an option may have, and the words for them.
private struct Bounds<Value> {
  let words: String
  let contains: (Value) -> Bool

  /// nil, and what these bounds allow.
  static func optional<Wrapped>(_ bounds: Bounds<Wrapped>) -> Bounds where Value == Wrapped? {
    Bounds(words: bounds.words) { $0.map(bounds.contains) ?? true }
  }
}

// Comparisons with a NaN are false.
extension Bounds where Value: Comparable & CustomStringConvertible {
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

extension TrainingOptions {
  /// The prior of the style vectors.
  var prior: NormalDistribution { NormalDistribution(scale: priorScale) }

  /// Whether an exponential average of the weights is kept.
  var keepsAverage: Bool { averageDecay > 0 }

  /// The factor of the generator loss in an epoch: rises in a line from nothing, reaches
  /// `generatorLossFactor` in the epoch before the last, and rises one step further in the last.
  ///
  /// factor · e / max(1, epochs - 2).
  ///
  /// - Parameter epoch: e, counted from 0.
  func generatorFactor(epoch: Int) -> Double {
    kind == .aae ? generatorLossFactor * Double(epoch) / Double(max(1, epochs - 2)) : 0
  }

  /// Whether the distributions of the styles along fixed directions are compared to the prior's.
  var fitsMarginals: Bool { kind == .aae && marginalLossFactor > 0 }

  /// How far the images of an epoch are distorted. Those of the last quarter are as they are, so that
  /// the styles settle on them.
  ///
  /// - Parameter epoch: counted from 0.
  func augmentation(epoch: Int) -> Double {
    4 * (epochs - epoch) > epochs + 3 ? augmentation : 0
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
