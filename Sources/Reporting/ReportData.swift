import Learning
import Support

/// Every number of a report, unrounded: what `report.json` holds and the page shows.
package struct ReportData: Encodable, Sendable {
  /// The version of this format.
  package static let schema = 2

  let schema = ReportData.schema
  /// The version of the program.
  let version: String
  /// The commit that the program's source is at; nil if it was installed.
  @Nullable var commit: String?
  /// The words of the command that makes this report.
  let command: [String]
  let title: String
  /// What chose the test images and the random styles.
  let seed: UInt64
  let data: DataSet
  let reference: Reference
  let checkpoints: [ModelReport]
  /// nil if it is not known who wrote the images.
  @Nullable var writers: Writers?
  /// Every checkpoint but the first, less the first.
  let differences: [Difference]
  /// The report's figures, and the files that its page needs besides; a later report removes those
  /// that it does not have.
  var figures: [SourceFile] = []
  var assets: [SourceFile] = []

  /// An object of JSON that holds measures and, beside them, other members.
  @dynamicMemberLookup
  struct Measured<Details: Encodable & Sendable>: Encodable, Sendable {
    let measures: Measures
    let details: Details

    subscript<Value>(dynamicMember member: KeyPath<Details, Value>) -> Value {
      details[keyPath: member]
    }

    func encode(to encoder: any Encoder) throws {
      try measures.encode(to: encoder)
      try details.encode(to: encoder)
    }
  }

  typealias ModelReport = Measured<ModelDetails>
  typealias Difference = Measured<ComparedNames>

  /// The images that the models were measured on.
  struct DataSet: Encodable, Sendable {
    let images: Int
    /// What the models call the digits, where these stand for classes of another set.
    let classNames: [String]
    /// How many images show each digit.
    let imagesPerDigit: [Int]
    let files: [SourceFile]
    /// How many of the images had their ink measured.
    let inkMeasured: Int
  }

  /// Who wrote the images that the models were measured on.
  struct Writers: Encodable, Sendable {
    let count: Int
    /// For each of two writers, images of the digits 0 to 9; nothing if no two wrote all digits.
    let examples: [[Int]]
  }

  /// What models' drawings are compared with.
  struct Reference: Encodable, Sendable {
    /// nil if there is none.
    @Nullable var judge: SourceFile?
    /// How many images, drawings or reconstructions each side has.
    let images: Int
    /// Of as many other test images.
    let otherImages: DrawingMeasures
  }

  /// The measures of drawings, as an object of JSON.
  struct DrawingMeasures: Encodable, Sendable {
    let measures: Measures

    func encode(to encoder: any Encoder) throws {
      try measures.encode(Measure.ofDrawings, to: encoder)
    }
  }

  /// A measure that has no value.
  struct Unmeasured: Encodable, Sendable {
    let measure: String
    let reason: String
  }

  /// What was found out about one checkpoint, besides the measures.
  struct ModelDetails: Encodable, Sendable {
    /// Different from the names of the report's other checkpoints.
    let name: String
    /// `sae` or `aae`.
    let kind: String
    let styleSize: Int
    let files: [SourceFile]
    let accuracyInterval: Interval
    /// One for each digit; nil for a digit without images.
    let accuracyPerDigit: [Double?]
    let accuracyIntervalPerDigit: [Interval?]
    /// Counts: a row for each true digit, a column for each predicted one.
    let confusion: [[Int]]
    /// Of each style feature over all images.
    let styleMoments: [Moments]
    let ks: KS
    @Nullable var recognisedInterval: Interval?
    /// Of reconstructions; those of generated digits are the checkpoint's own.
    let reconstructed: DrawingMeasures
    /// How often the digit is told without a look at the style; nil if the leak is not measured.
    @Nullable var leakChance: Double?
    /// Of each style feature through a transfer; nil for one that does not vary.
    let styleKeptPerFeature: [Double?]
    let calibration: [Calibration.Bin]
    let unmeasured: [Unmeasured]
    /// What each style feature does.
    let meaning: [Meaning]
    /// How well style tells a writer, by the size of groups; nil if it is not known who wrote the
    /// images.
    @Nullable var writer: [Writer]?
    /// Images that the seed chose.
    let samples: [Example]
    /// The images of largest reconstruction error, the largest first.
    let worst: [Example]
    let misclassified: Misclassified
    let generated: Generated
    let traversal: Traversal
    /// nil for a checkpoint that came without its history.
    @Nullable var training: Training?
  }

  /// What a style feature does to the ink.
  struct Meaning: Encodable, Sendable {
    /// The measure that it follows; nil if it follows none closely.
    @Nullable var name: String?
    /// Its rank correlation with each measure of ink, by the measure's name; nil if one of the two
    /// never varies.
    let correlations: [String: Double?]
  }

  /// How well style tells whether two groups of so many digits were written by one hand.
  struct Writer: Encodable, Sendable {
    let digits: Int
    /// How many have twice as many images.
    let writers: Int
    /// Under the ROC curve; nil if the writers are too few.
    @Nullable var area: Double?
    @Nullable var interval: Interval?
  }

  /// An interval at 95 %.
  struct Interval: Encodable, Sendable {
    let lower: Double
    let upper: Double
  }

  /// Kolmogorov-Smirnov tests of the style features against their prior.
  struct KS: Encodable, Sendable {
    /// The prior's standard deviation.
    let priorScale: Double
    /// All images, then those of each digit.
    let rows: [Row]

    struct Row: Encodable, Sendable {
      /// nil for all images.
      @Nullable var digit: Int?
      let images: Int
      /// nil if there are no images.
      @Nullable var pooled: Test?
      let features: [Test]
    }

    struct Test: Codable, Sendable, Equatable {
      let d: Double
      let negLog10P: Double
      /// The D that as many values from the prior exceed once in twenty times.
      let criticalD: Double
    }
  }

  struct Misclassified: Encodable, Sendable {
    let count: Int
    /// The most confident ones, the most confident first.
    let shown: [Example]
  }

  /// The style vectors that digits were generated from.
  struct Generated: Encodable, Sendable {
    let seed: UInt64
    let scale: Double
    let styles: [[Float]]
  }

  /// The values that each style feature takes in turn while the others are 0.
  struct Traversal: Encodable, Sendable {
    /// In units of the prior's standard deviation.
    let sigmas: [Double]
    /// How many features are shown, the first of all.
    let features: Int
  }

  /// How a checkpoint was trained.
  struct Training: Codable, Sendable, Equatable {
    /// Wall-clock time of training and validation together.
    let seconds: Double
    /// Epoch 1 first, none left out; at least one.
    let epochs: [EpochRecord]
  }

  /// Which checkpoint's measures are given less which other's.
  struct ComparedNames: Encodable, Sendable {
    let name: String
    let from: String
  }
}

extension ReportData {
  /// The text of `report.json`.
  package var json: [UInt8] {
    do {
      return try Support.json(self, pretty: true) + [UInt8(ascii: "\n")]
    } catch {
      preconditionFailure("a report holds finite numbers: \(error)")
    }
  }

  /// What the report calls its checkpoints.
  package var names: [String] { checkpoints.map(\.name) }

  /// How many of the images that the models were measured on show each digit.
  package var imagesPerDigit: [Int] { data.imagesPerDigit }
}

/// A value that may be missing and whose key never is: a missing one is `null` in JSON.
///
/// Swift's own conformances leave out the key of a property that is nil. A reader then cannot tell
/// a value that is missing from one that the writer does not know.
@propertyWrapper
struct Nullable<Value: Encodable & Sendable>: Encodable, Sendable {
  var wrappedValue: Value?

  init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue)
  }
}
