package import Learning
import Support

/// What report, figures and `vis check` need to know of a measure.
extension Measure {
  /// In the order of the page: the accuracy first.
  package static var ofPage: [Measure] { [.accuracy] + allCases.filter { $0 != .accuracy } }

  /// Those that stand at the head of the page, one or two a question.
  static var ofHeadline: [Measure] { ofPage.filter(\.facts.isHeadline) }

  /// Whether it depends on the judge.
  package var needsJudge: Bool { Self.ofDrawings.contains(self) || self == .digitKeptByJudge }

  /// What becomes of the style.
  static let ofSeparation: [Measure] = [
    .leak, .digitKept, .digitKeptByJudge, .styleKept, .styleKeptLeast,
  ]

  /// The facts about a measure.
  fileprivate struct Facts {
    /// Within a sentence.
    let word: String
    /// nil for the word.
    var name: String?
    /// The decimals of a number; nil for a share, which is printed in percent.
    var places: Int?
    var isBetterHigher = false
    /// σ stands for the prior's, "digit" for what the images show.
    let explanation: String
    /// The title of its training curves; nil for the word.
    var panel: String?
    /// Where the ends of its confidence interval stand beside it.
    var interval: String?
    var baseline = BaselineUse.tolerance
    var isHeadline = false
  }

  fileprivate var facts: Facts {
    switch self {
    case .accuracy:
      Facts(
        word: "accuracy", isBetterHigher: true,
        explanation: "The share of test images whose digit is named correctly. Below it, Wilson’s "
          + "interval at 95 %: where the true share plausibly lies.",
        panel: "Accuracy in %", interval: "accuracyInterval", isHeadline: true)
    case .l1:
      Facts(
        word: "L1", places: 4,
        explanation: "The mean difference between a pixel and its reconstruction, where black and "
          + "white are 2 apart. Lower is better.",
        panel: "Reconstruction: L1", isHeadline: true)
    case .crossEntropy:
      Facts(
        word: "cross-entropy", places: 4,
        explanation: "The mean of −ln of the probability given to the true digit: 0 if every image "
          + "were named with certainty. Lower is better.",
        panel: "Classification: cross-entropy", isHeadline: true)
    case .distributionError:
      Facts(
        word: "median −log₁₀ p", name: "distribution error", places: 2,
        explanation:
          "How surely the style features do not follow their prior, N(0, σ²): the median "
          + "over the features of the Kolmogorov–Smirnov test’s −log₁₀ p. 0 to about 1 is a perfect "
          + "fit; so many images show up small deviations too, and hundreds or more mean styles far "
          + "from the Gaussian. Lower is better; 1.3 is the 5 % level.",
        panel: "Styles: median −log₁₀ p", baseline: .ownTolerance, isHeadline: true)
    case .recognised:
      Facts(
        word: "recognised", isBetterHigher: true,
        explanation:
          "The share of new drawings, in random styles of the prior, in which the judge, "
          + "another network, sees the digit that was asked for. Below it, Wilson’s interval.",
        interval: "recognisedInterval", baseline: .shown, isHeadline: true)
    case .frechet:
      Facts(
        word: "Fréchet distance", places: 2,
        explanation: "How far new drawings are from test images as a whole, by mean and covariance "
          + "of what the judge sees. Lower is better.",
        baseline: .shown, isHeadline: true)
    case .precision:
      Facts(
        word: "precision", places: 3, isBetterHigher: true,
        explanation: "The share of drawings that lie among test images: in the ball around one of "
          + "them that reaches to its fifth nearest other.", baseline: .shown)
    case .recall:
      Facts(
        word: "recall", places: 3, isBetterHigher: true,
        explanation:
          "The share of test images that lie among drawings in the same way: how much of "
          + "the variety the model can draw.", baseline: .shown)
    case .density:
      Facts(
        word: "density", places: 3, isBetterHigher: true,
        explanation:
          "In how many balls of test images a drawing lies, over five. Unlike precision, "
          + "it hardly minds a single odd image.", baseline: .shown)
    case .coverage:
      Facts(
        word: "coverage", places: 3, isBetterHigher: true,
        explanation: "The share of test images in whose ball a drawing lies. Unlike recall, it "
          + "hardly minds a single odd drawing.", baseline: .shown)
    case .leak:
      Facts(
        word: "digit told from the style", name: "leak",
        explanation:
          "How often a linear discriminant tells the digit from the style alone. Lower is "
          + "better, down to chance, the share of the most frequent digit.",
        baseline: .shown, isHeadline: true)
    case .digitKept:
      Facts(
        word: "digit kept, by the encoder", name: "digit kept", isBetterHigher: true,
        explanation: "Another digit is drawn in the style of a test image. The share of these "
          + "drawings that the model’s own encoder takes for the digit asked for.", baseline: .shown
      )
    case .digitKeptByJudge:
      Facts(
        word: "digit kept, by the judge", name: "digit kept by judge", isBetterHigher: true,
        explanation: "The share that the judge takes for it.", baseline: .shown)
    case .styleKept:
      Facts(
        word: "style kept, median R²", name: "style kept", places: 3, isBetterHigher: true,
        explanation: "How much of a style feature’s variation comes back when such a drawing is "
          + "encoded again, the median over the features: 1 if all.", baseline: .shown)
    case .styleKeptLeast:
      Facts(
        word: "style kept, least R²", name: "style kept least", places: 3, isBetterHigher: true,
        explanation: "The same of the feature that is kept worst.", baseline: .shown)
    case .calibrationError:
      Facts(
        word: "calibration error",
        explanation:
          "How far probability and accuracy are apart, a mean over the test images in 15 "
          + "bins of probability. Lower is better.", baseline: .shown)
    }
  }

  /// The same of an epoch's training images, for measures that training minimises.
  var loss: Loss? { Loss(stringValue: stringValue) }
  var word: String { facts.word }
  /// What `vis check` calls it.
  package var name: String { facts.name ?? facts.word }
  func title(_ words: ClassWords) -> String {
    let word = word.replacing("digit", with: words.digit)
    return word.prefix(1).uppercased() + word.dropFirst()
  }
  /// The prior's standard deviation stands between the parts.
  func explanation(_ words: ClassWords) -> [String] {
    facts.explanation.replacing("digit", with: words.digit).split(separator: "σ").map(String.init)
  }
  var panel: String { facts.panel ?? word }
  /// Whether the measure is a share of 1.
  package var isShare: Bool { facts.places == nil }
  /// What a bound of it may be.
  package var bounds: ClosedRange<Double> {
    switch self {
    case .l1, .crossEntropy, .distributionError, .frechet, .density: 0...Double.infinity
    // An R² may be negative.
    case .styleKept, .styleKeptLeast: -1...1
    default: 0...1
    }
  }
  package var isBetterHigher: Bool { facts.isBetterHigher }
  package var baselineUse: BaselineUse { facts.baseline }
  /// The flag of `vis check` that bounds it.
  package var flag: String {
    let words = stringValue.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
    return "--\(isBetterHigher ? "min" : "max")-\(words)"
  }
  var interval: String? { facts.interval }

  // MARK: In print

  /// - Parameter value: nil for one that is not known.
  func text(_ value: Double?) -> String {
    let value = value ?? .nan
    return facts.places.map { fixed(value, places: $0) } ?? percent(value, places: 2)
  }

  /// - Parameter place: of an object that holds the measures.
  func quantity(at place: Place) -> Quantity {
    let place = place[stringValue]
    return facts.places.map(place.fixed) ?? place.percent(2)
  }

  /// - Parameter place: of an object that holds differences of measures.
  func difference(at place: Place) -> Quantity {
    let place = place[stringValue]
    return facts.places.map(place.signed) ?? place.points(2)
  }
}

extension Measures {
  static func - (a: Measures, b: Measures) -> Measures {
    var difference = a
    for measure in Measure.allCases {
      difference[measure] = a[measure].flatMap { a in b[measure].map { a - $0 } }
    }
    return difference
  }
}

/// What becomes of a measure where there is a baseline.
package enum BaselineUse: Sendable {
  /// Its error may exceed the baseline's by a share.
  case tolerance
  /// It moves by as much as its size from one training to the next, so that it is held against the
  /// baseline's only with a tolerance of its own.
  case ownTolerance
  /// It only stands beside the baseline's.
  case shown
}

/// A number that every epoch of an adversarial training has, and no other.
struct AdversarialNumber {
  let value: KeyPath<EpochRecord, Double?>
  /// Where it stands in an epoch's JSON.
  let path: [String]
  /// Two lines.
  let heading: (String, String)
  var places = 4
  /// Its training curve; nil for none.
  var curve: (panel: String, name: String)?

  static var all: [AdversarialNumber] {
    let discriminator = "Discriminator: cross-entropy"
    return [
      AdversarialNumber(
        value: \.training[.generator], path: ["training", "generator"],
        heading: ("generator", "loss"), curve: ("Generator: cross-entropy", "training")),
      AdversarialNumber(
        value: \.generatorFactor, path: ["generatorFactor"], heading: ("generator", "factor"),
        places: 3),
      AdversarialNumber(
        value: \.training[.discriminatorFake], path: ["training", "discriminatorFake"],
        heading: ("discriminator", "encoder’s"), curve: (discriminator, "encoder’s")),
      AdversarialNumber(
        value: \.training[.discriminatorReal], path: ["training", "discriminatorReal"],
        heading: ("discriminator", "prior’s"), curve: (discriminator, "prior’s")),
    ]
  }

  /// - Parameter epoch: the place of an epoch's record.
  func quantity(at epoch: Place) -> Quantity { path.reduce(epoch) { $0[$1] }.fixed(places) }
}
