/// Every number of a report, unrounded: what `report.json` holds and the page shows.
package struct ReportData: Codable, Sendable, Equatable {
  /// The version of this format.
  package static let schema = 2

  /// The version of the format that it is in.
  package var schema = ReportData.schema
  /// The version of the program.
  package var version: String
  /// The commit that the program's source is at; nil if it was installed.
  package var commit: String?
  /// The words of the command that makes this report.
  package var command: [String]
  package var title: String
  /// What chose the test images and the random styles.
  package var seed: UInt64
  package var data: DataSet
  package var checkpoints: [ModelReport]
  /// Every checkpoint but the first, less the first.
  package var differences: [Difference]

  /// The images that the models were measured on.
  package struct DataSet: Codable, Sendable, Equatable {
    package var images: Int
    /// How many images show each digit.
    package var imagesPerDigit: [Int]
    package var files: [File]
  }

  /// A file that the report was made from.
  package struct File: Codable, Sendable, Equatable {
    package var name: String
    package var sha256: String
  }

  /// What was found out about one checkpoint.
  package struct ModelReport: Codable, Sendable, Equatable {
    /// Different from the names of the report's other checkpoints.
    package var name: String
    /// `sae` or `aae`.
    package var kind: String
    package var styleSize: Int
    package var files: [File]
    package var accuracy: Double
    package var accuracyInterval: Interval
    /// One for each digit; nil for a digit without images.
    package var accuracyPerDigit: [Double?]
    package var accuracyIntervalPerDigit: [Interval?]
    /// Counts: a row for each true digit, a column for each predicted one.
    package var confusion: [[Int]]
    package var l1: Double
    package var crossEntropy: Double
    /// Of each style feature over all images.
    package var styleMoments: [Moments]
    package var ks: KS
    /// Images that the seed chose.
    package var samples: [Example]
    /// The images of largest reconstruction error, the largest first.
    package var worst: [Example]
    package var misclassified: Misclassified
    package var generated: Generated
    package var traversal: Traversal
    /// nil for a checkpoint that came without its history.
    package var training: Training?
  }

  /// Wilson's interval at 95 %.
  package struct Interval: Codable, Sendable, Equatable {
    package var lower: Double
    package var upper: Double
  }

  /// Mean and standard deviation.
  package struct Moments: Codable, Sendable, Equatable {
    package var mean: Double
    package var deviation: Double
  }

  /// Kolmogorov-Smirnov tests of the style features against their prior.
  package struct KS: Codable, Sendable, Equatable {
    /// The prior's standard deviation.
    package var priorScale: Double
    package var distributionError: Double
    /// All images, then those of each digit.
    package var rows: [Row]

    package struct Row: Codable, Sendable, Equatable {
      /// nil for all images.
      package var digit: Int?
      package var images: Int
      /// nil if there are no images.
      package var pooled: Test?
      package var features: [Test]
    }

    package struct Test: Codable, Sendable, Equatable {
      package var d: Double
      package var negLog10P: Double
      /// The D that as many values from the prior exceed once in twenty times.
      package var criticalD: Double
    }
  }

  /// A test image and what a model makes of it.
  package struct Example: Codable, Sendable, Equatable {
    /// Counted from 0.
    package var index: Int
    package var digit: Int
    package var prediction: Int
    /// Of the predicted digit.
    package var probability: Float
    /// The mean absolute error of the reconstruction.
    package var l1: Float
  }

  package struct Misclassified: Codable, Sendable, Equatable {
    package var count: Int
    /// The most confident ones, the most confident first.
    package var shown: [Example]
  }

  /// The style vectors that digits were generated from.
  package struct Generated: Codable, Sendable, Equatable {
    package var seed: UInt64
    package var scale: Double
    package var styles: [[Float]]
  }

  /// The values that each style feature takes in turn while the others are 0.
  package struct Traversal: Codable, Sendable, Equatable {
    /// In units of the prior's standard deviation.
    package var sigmas: [Double]
    /// How many features are shown, the first of all.
    package var features: Int
  }

  /// How one checkpoint's headline numbers differ from another's.
  package struct Difference: Codable, Sendable, Equatable {
    package var name: String
    package var from: String
    package var accuracy: Double
    package var l1: Double
    package var crossEntropy: Double
    package var distributionError: Double
  }
}
