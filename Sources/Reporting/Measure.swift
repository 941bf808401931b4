package import Learning
import Support

/// What report, figures and `vis check` need to know of a measure.
extension Measure {
  /// In the order of the page: shares first.
  package static var ofPage: [Measure] {
    allCases.filter(\.isShare) + allCases.filter { !$0.isShare }
  }

  /// The facts about a measure.
  private struct Facts {
    /// Within a sentence.
    let word: String
    /// nil for the word.
    var name: String?
    /// The decimals of a number; nil for a share, which is printed in percent.
    var places: Int?
    /// σ stands for the prior's, "digit" for what the images show.
    let explanation: String
    /// Of its training curves.
    let panel: String
    /// Where the ends of its confidence interval stand beside it.
    var interval: String?
    var isErratic = false
  }

  private var facts: Facts {
    switch self {
    case .accuracy:
      Facts(
        word: "accuracy",
        explanation: "The share of test images whose digit is named correctly. Below it, Wilson’s "
          + "interval at 95 %: where the true share plausibly lies.",
        panel: "Accuracy in %", interval: "accuracyInterval")
    case .l1:
      Facts(
        word: "L1", places: 4,
        explanation: "The mean difference between a pixel and its reconstruction, where black and "
          + "white are 2 apart. Lower is better.",
        panel: "Reconstruction: L1")
    case .crossEntropy:
      Facts(
        word: "cross-entropy", places: 4,
        explanation: "The mean of −ln of the probability given to the true digit: 0 if every image "
          + "were named with certainty. Lower is better.",
        panel: "Classification: cross-entropy")
    case .distributionError:
      Facts(
        word: "median −log₁₀ p", name: "distribution error", places: 2,
        explanation:
          "How surely the style features do not follow their prior, N(0, σ²): the median "
          + "over the features of the Kolmogorov–Smirnov test’s −log₁₀ p. 0 to about 1 is a perfect "
          + "fit; so many images show up small deviations too, and hundreds or more mean styles far "
          + "from the Gaussian. Lower is better; 1.3 is the 5 % level.",
        panel: "Styles: median −log₁₀ p", isErratic: true)
    }
  }

  /// The same of an epoch's training images, for measures that training minimises.
  var loss: Loss? { Loss(stringValue: stringValue) }
  var word: String { facts.word }
  /// What `vis check` calls it.
  package var name: String { facts.name ?? facts.word }
  var title: String { word.prefix(1).uppercased() + word.dropFirst() }
  /// The prior's standard deviation stands between the parts.
  func explanation(_ words: ClassWords) -> [String] {
    facts.explanation.replacing("digit", with: words.digit).split(separator: "σ").map(String.init)
  }
  var panel: String { facts.panel }
  /// Whether the measure is a share of 1. A higher share is better; every other measure is better if
  /// it is lower.
  package var isShare: Bool { facts.places == nil }
  /// Whether it moves by as much as its size from one training to the next, so that it is held
  /// against a baseline only with a tolerance of its own.
  package var isErratic: Bool { facts.isErratic }
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

/// A test image and what a model makes of it.
struct Example: Encodable, Sendable {
  /// Counted from 0.
  let index: Int
  /// The true one.
  let digit: Int
  let prediction: Int
  /// Of the predicted digit.
  let probability: Float
  /// The mean over the pixels of |output - input|.
  let l1: Float

  /// - Parameter place: of an example.
  static func error(at place: Place) -> Quantity { place["l1"].fixed(3) }

  /// Orders examples by reconstruction error, the largest first; of equal ones the first image.
  static func isWorse(_ a: Example, than b: Example) -> Bool {
    (b.l1, a.index) < (a.l1, b.index)
  }
}

extension Evaluation {
  /// The N images that were evaluated, in their order.
  func examples(of images: LabelledImages) -> [Example] {
    images.labels.enumerated().map { index, label in
      let prediction = Int(encodings.predictions[index])
      return Example(
        index: index, digit: Int(label), prediction: prediction,
        probability: encodings.probabilities(of: index)[prediction],
        l1: reconstructionErrors[index])
    }
  }
}
