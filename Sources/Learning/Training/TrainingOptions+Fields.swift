import StyleNet

extension TrainingOptions {
  /// The options by the names of their flags, for files and messages.
  package enum Field: String, CaseIterable {
    case styleSize = "feat-size"
    case epochs
    case batchSize = "batch-size"
    case learningRate = "lr"
    case schedule
    case initialization = "init"
    case weightDecay = "weight-decay"
    case averageDecay = "average-decay"
    case priorScale = "prior-scale"
    case generatorLossFactor = "gen-loss-factor"
    case seed
    case limit

    /// `--epochs`, for one.
    package var flag: String { "--\(rawValue)" }
  }

  /// What is wrong with an option: which it is, and in what range it must be.
  package struct Fault: Error, CustomStringConvertible {
    package let description: String

    init(_ field: Field, _ expected: String, _ found: String) {
      description = "\(field.flag) must be \(expected), not \(found)"
    }
  }

  /// The text of an option; reading it gives the same value.
  package subscript(field: Field) -> String {
    switch field {
    case .styleSize: "\(styleSize)"
    case .epochs: "\(epochs)"
    case .batchSize: "\(batchSize)"
    case .learningRate: "\(learningRate)"
    case .schedule: schedule.rawValue
    case .initialization: initialization.rawValue
    case .weightDecay: "\(weightDecay)"
    case .averageDecay: "\(averageDecay)"
    case .priorScale: "\(priorScale)"
    case .generatorLossFactor: "\(generatorLossFactor)"
    case .seed: "\(seed)"
    case .limit: limit.map(String.init) ?? "all"
    }
  }

  /// Reads an option's text.
  ///
  /// - Throws: `Fault` if it is not one that this option can have.
  package mutating func set(_ field: Field, to text: String) throws(Fault) {
    func parsed<Value>(_ value: Value?) throws(Fault) -> Value {
      guard let value else { throw Fault(field, "a value of its kind", text) }
      return value
    }
    switch field {
    case .styleSize: styleSize = try parsed(Int(text))
    case .epochs: epochs = try parsed(Int(text))
    case .batchSize: batchSize = try parsed(Int(text))
    case .learningRate: learningRate = try parsed(Double(text))
    case .schedule: schedule = try parsed(Schedule(rawValue: text))
    case .initialization: initialization = try parsed(Initialization(rawValue: text))
    case .weightDecay: weightDecay = try parsed(Double(text))
    case .averageDecay: averageDecay = try parsed(Double(text))
    case .priorScale: priorScale = try parsed(Double(text))
    case .generatorLossFactor: generatorLossFactor = try parsed(Double(text))
    case .seed: seed = try parsed(UInt64(text))
    case .limit: limit = text == "all" ? nil : try parsed(Int(text))
    }
  }

  /// Makes sure that every option is within its range.
  ///
  /// - Throws: `Fault` naming the first that is not.
  package func validate() throws(Fault) {
    func require(_ field: Field, _ range: ClosedRange<Int>, _ value: Int) throws(Fault) {
      guard range.contains(value) else {
        throw Fault(field, "from \(range.lowerBound) to \(range.upperBound)", "\(value)")
      }
    }
    func require(_ field: Field, _ condition: Bool, _ expected: String) throws(Fault) {
      guard condition else { throw Fault(field, expected, self[field]) }
    }
    try require(.styleSize, Model.styleSizes, styleSize)
    try require(.epochs, 1...100_000, epochs)
    try require(.batchSize, 1...4096, batchSize)
    if let limit { try require(.limit, 1...1_000_000_000, limit) }
    // Comparisons with a NaN are false.
    try require(.learningRate, learningRate > 0 && learningRate <= 10, "above 0, at most 10")
    try require(.weightDecay, weightDecay >= 0 && weightDecay <= 1, "from 0 to 1")
    try require(.averageDecay, averageDecay >= 0 && averageDecay < 1, "at least 0, below 1")
    try require(.priorScale, Checkpoint.priorScales.contains(priorScale), "from 0.001 to 1000")
    try require(
      .generatorLossFactor, generatorLossFactor >= 0 && generatorLossFactor <= 1e3,
      "from 0 to 1000")
  }
}
