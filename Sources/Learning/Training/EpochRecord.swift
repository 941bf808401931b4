import Support

/// A loss of an image, a step or an epoch. The case's name is its name in JSON and `history.csv`.
package enum Loss: Int, CodingKey, CaseIterable, Sendable {
  /// L1 between output and input, a mean over an image's pixels.
  case l1
  /// Cross-entropy of the logits.
  case crossEntropy
  /// Binary cross-entropy of the updated discriminator on the encoder's styles, with the prior's
  /// target; an SAE lacks it, as the next two.
  case generator
  /// Binary cross-entropy of the discriminator on the encoder's styles.
  case discriminatorFake
  /// Binary cross-entropy of the discriminator on styles drawn from the prior.
  case discriminatorReal

  var isAdversarial: Bool {
    switch self {
    case .l1, .crossEntropy: false
    case .generator, .discriminatorFake, .discriminatorReal: true
    }
  }

  static let count = allCases.count
}

/// A measure of how good a model is. The case's name is its name in JSON and `history.csv`.
package enum Measure: Int, CodingKey, CaseIterable, Sendable {
  /// The mean over all pixels of |output - input|; input from -1 to 1, output not clamped.
  case l1
  /// The mean over the images of -ln of the true digit's probability.
  case crossEntropy
  /// The share of images whose largest logit is the true digit's, 0 to 1.
  case accuracy
  /// The median over the style features of -log10 p of the Kolmogorov-Smirnov test against the
  /// prior.
  case distributionError
  /// The share of generated digits that the judge takes for the digit asked for.
  case recognised
  /// The Fréchet distance of generated digits from images, in the judge's features.
  case frechet
  /// `Fidelity` of generated digits among images, in the judge's features.
  case precision, recall, density, coverage
  /// The share of images whose digit is told from the style alone.
  case leak
  /// The share of digits drawn in an image's style that are named so, by the encoder.
  case digitKept
  /// The same by the judge.
  case digitKeptByJudge
  /// The median over the style features of R² through such a transfer.
  case styleKept
  /// The least of them.
  case styleKeptLeast
  /// How far probabilities are from shares of right answers.
  case calibrationError

  /// What is measured after every epoch of a training; the others are a report's.
  static let ofEpoch: [Measure] = [.l1, .crossEntropy, .accuracy, .distributionError]

  /// What is measured of generated digits, of reconstructions and of other images alike.
  package static let ofDrawings: [Measure] = [
    .recognised, .frechet, .precision, .recall, .density, .coverage,
  ]
}

/// The losses of an image, a step or an epoch: a sum over images or a mean.
package typealias Losses = Numbers<Loss>
/// What an evaluation measures.
package typealias Measures = Numbers<Measure>

/// What one epoch of a training came to.
package struct EpochRecord: Codable, Sendable, Equatable {
  /// What the time of an epoch goes to.
  package enum Part: Int, CodingKey, CaseIterable, Sendable {
    case training
    case validation
  }

  /// Counted from 1.
  package var epoch: Int
  /// The means over the epoch's training images, as the networks were when they saw them.
  package var training = Losses()
  /// What the generator loss counts in the sum that the encoder minimises; nil for an SAE.
  package var generatorFactor: Double?
  /// On the validation images, after the epoch.
  package var validation = Measures()
  /// Wall-clock times.
  package var seconds = Numbers<Part>()
  /// How many images of the training set those are, held out of it; 0 if they are the test set, nil
  /// if the program that wrote the record did not know.
  package var heldOut: Double?

  /// Whether the record is one of an AAE.
  var isAdversarial: Bool {
    generatorFactor != nil || Loss.allCases.contains { $0.isAdversarial && training[$0] != nil }
  }

  /// Every key is there, also that of a factor that is nil.
  package func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode(epoch, forKey: .epoch)
    try members.encode(training, forKey: .training)
    try members.encode(generatorFactor, forKey: .generatorFactor)
    try validation.encode(Measure.ofEpoch, to: members.superEncoder(forKey: .validation))
    try members.encode(seconds, forKey: .seconds)
    try members.encode(heldOut, forKey: .heldOut)
  }
}

// MARK: Columns

extension EpochRecord {
  /// A number of the record as a column of `history.csv`.
  struct Column {
    /// Which records have the number.
    enum Kind {
      /// All have it.
      case time, loss
      /// Those of an AAE have it.
      case adversarial
      /// All have it but those of programs that did not know the measure yet.
      case measure
    }

    /// The path of the number in JSON, `_` in place of `.`.
    let name: String
    let place: WritableKeyPath<EpochRecord, Double?>
    let kind: Kind
    /// All numbers but the accuracy are means of numbers of 32 bits, or times.
    var greatest = Double(Float.greatestFiniteMagnitude)
  }

  /// The columns after `epoch`, in their order.
  static var columns: [Column] {
    func time(_ part: Part) -> Column {
      Column(name: "seconds_\(part.stringValue)", place: \.seconds[part], kind: .time)
    }
    let factor = Column(name: "generatorFactor", place: \.generatorFactor, kind: .adversarial)
    let losses = Loss.allCases.flatMap { loss in
      let column = Column(
        name: "training_\(loss.stringValue)", place: \.training[loss],
        kind: loss.isAdversarial ? .adversarial : .loss)
      return loss == .generator ? [column, factor] : [column]
    }
    let measures = Measure.ofEpoch.map { measure in
      var column = Column(
        name: "validation_\(measure.stringValue)", place: \.validation[measure], kind: .measure)
      if measure == .accuracy { column.greatest = 1 }
      return column
    }
    let heldOut = Column(name: "validation_heldOut", place: \.heldOut, kind: .measure)
    return losses + [time(.training)] + measures + [time(.validation), heldOut]
  }
}

// MARK: Text

extension EpochRecord {
  /// What the trainers print of an epoch: eleven lines for an AAE, seven for an SAE.
  package var text: String {
    func loss(_ name: String, _ value: Double?, _ note: String = "") -> String? {
      value.map { "  \(name): \(decimal($0, places: 4))\(note)" }
    }
    func time(_ part: Part) -> String {
      "\(part.stringValue): \(decimal(seconds[part] ?? 0, places: 1))s"
    }
    let lines = [
      "Epoch \(epoch) training:",
      loss("Mean AutoEncoder Loss", training[.l1]),
      loss("Mean Classification Loss", training[.crossEntropy]),
      loss(
        "Mean Generator Loss", training[.generator],
        " * \(decimal(generatorFactor ?? 0, places: 3))"),
      loss("Mean Discriminator Fake Loss", training[.discriminatorFake]),
      loss("Mean Discriminator Real Loss", training[.discriminatorReal]),
      "Epoch \(epoch) validation:",
      loss("Mean AutoEncoder Loss", validation[.l1]),
      loss("Mean Classification Loss", validation[.crossEntropy]),
      loss(
        "Median Encoded Distribution Error", isAdversarial ? validation[.distributionError] : nil),
      "[time] \(time(.training)), \(time(.validation))",
    ]
    return lines.compactMap { $0 }.map { $0 + "\n" }.joined()
  }
}

// MARK: Numbers by name

/// Numbers by name, such as the losses of an epoch; nil for one that is missing.
///
/// In JSON they are an object that has every name: a missing number is `null`. A name that a file
/// lacks, since the program that wrote it did not know it yet, reads as a missing number.
package struct Numbers<Name: CodingKey & CaseIterable & RawRepresentable<Int> & Sendable>:
  Codable, Sendable, Equatable
{
  private var values = [Double?](repeating: nil, count: Name.allCases.count)

  package init(_ numbers: KeyValuePairs<Name, Double> = [:]) {
    for (name, number) in numbers { self[name] = number }
  }

  package subscript(name: Name) -> Double? {
    get { values[name.rawValue] }
    set { values[name.rawValue] = newValue }
  }

  /// Those that there are.
  var present: [Double] { values.compactMap { $0 } }

  /// The sum, in which a missing number counts as 0 beside one that there is.
  package static func + (a: Numbers, b: Numbers) -> Numbers {
    var sum = a
    for name in Name.allCases {
      if let number = b[name] { sum[name] = (a[name] ?? 0) + number }
    }
    return sum
  }

  static func / (numbers: Numbers, count: Int) -> Numbers {
    var quotients = numbers
    for name in Name.allCases { quotients[name]? /= Double(count) }
    return quotients
  }

  // MARK: JSON

  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Name.self)
    for name in Name.allCases {
      self[name] = try members.decodeIfPresent(Double.self, forKey: name)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    try encode(Array(Name.allCases), to: encoder)
  }

  /// Writes the numbers of some names only.
  package func encode(_ names: [Name], to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Name.self)
    for name in names { try members.encode(self[name], forKey: name) }
  }
}
