// What the templates may name. Every number is a `Quantity`, so that the page says where in
// `report.json` it comes from; every text from outside has gone through `pageText`. The template
// engine finds the values by their property names.

/// The page.
struct PageContext: Sendable {
  let title: String
  let contentSecurityPolicy: String
  let styleSheet: String
  let isComparison: Bool
  /// The element of headings below those that name the model, which only a comparison has.
  let subheading: String
  let images: Quantity
  /// The standard deviation of the prior of all models.
  let priorScale: Quantity
  let modelNames: String
  let headline: Headline
  let accuracyFigure: FigureContext
  let digitNames: [String]
  let shades: [Shade]
  let models: [ModelContext]
  /// Whether it is known of any model how it was trained.
  let hasTraining: Bool
  let provenance: Provenance
  /// nil if the page has no live part.
  let live: LiveContext?
}

/// The headline numbers of all models: columns of a table.
struct Headline: Sendable {
  /// One measure of every model.
  struct Row: Sendable {
    let values: [Value]
    let differences: [Difference]
  }

  struct Value: Sendable {
    /// Of the column.
    let name: String
    let quantity: Quantity
    let lower: Quantity?
    let upper: Quantity?
    /// Whether no other model does better, where there are others and they differ.
    let isBest: Bool
  }

  struct Difference: Sendable {
    /// Of the column.
    let name: String
    let quantity: Quantity
  }

  let columns: [String]
  let differenceColumns: [String]
  let accuracy: Row
  let l1: Row
  let crossEntropy: Row
  let distributionError: Row
}

/// One model's share of the page.
struct ModelContext: Sendable {
  /// Unique in the page.
  let id: String
  let name: String
  let kind: String
  let kindName: String
  let styleSize: Quantity
  /// "feature" or "features".
  let styleNoun: String
  let specimen: [Picture]
  let pairGrid: FigureContext
  /// How many features the pair grid shows, if not all.
  let pairGridLimit: String?
  let normalCDF: FigureContext
  let samples: [Tile]
  let worst: [Tile]
  let misclassifiedCount: Quantity
  /// How many of the misclassified images are shown, if not all.
  let misclassifiedLimit: String?
  let misclassified: [Tile]
  let digits: [DigitRow]
  let confusionFigure: FigureContext
  let confusion: [ConfusionRow]
  let featureNames: [String]
  let ks: [KSRow]
  let generated: [GeneratedRow]
  let traversals: [Traversal]
  /// How many features are swept, if not all.
  let traversalLimit: String?
  /// nil if that is not known.
  let training: TrainingContext?
  let files: [FileContext]
}

/// A picture in the page's own bytes.
struct Picture: Sendable {
  /// A `data:` address.
  let source: String
  let text: String
  let width: Int
  let height: Int
}

/// A figure in both themes.
struct FigureContext: Sendable {
  let light: Picture
  let dark: Picture
}

/// A test image above its reconstruction.
struct Tile: Sendable {
  let original: Picture
  let reconstruction: Picture
  let index: Quantity
  let digit: Quantity
  let prediction: Quantity
  let probability: Quantity
  /// nil where it is beside the point.
  let l1: Quantity?
  let isWrong: Bool
}

/// How well one digit is recognised.
struct DigitRow: Sendable {
  let name: String
  let images: Quantity
  let accuracy: Quantity?
  let lower: Quantity?
  let upper: Quantity?
}

/// How often one digit was taken for each.
struct ConfusionRow: Sendable {
  struct Cell: Sendable {
    let quantity: Quantity
    /// `hit` on the diagonal, `miss` off it unless zero, `none`.
    let style: String
  }

  let name: String
  let cells: [Cell]
}

/// The Kolmogorov-Smirnov tests of one set of images.
struct KSRow: Sendable {
  struct Cell: Sendable {
    let d: Quantity
    let negLog10P: Quantity
    /// The name of a shade.
    let shade: String
  }

  let name: String
  let images: Quantity
  let cells: [Cell]
  let criticalPooled: Quantity?
  let criticalFeature: Quantity?
}

/// A shade of the table of Kolmogorov-Smirnov tests, and what it stands for.
struct Shade: Sendable {
  let style: String
  let range: String
}

/// Ten digits in one style.
struct GeneratedRow: Sendable {
  let isZero: Bool
  let components: [Quantity]
  let pictures: [Picture]
}

/// All digits while one feature is swept.
struct Traversal: Sendable {
  let feature: String
  let picture: Picture
  let sigmas: [Quantity]
}

/// What the report was made from, and how.
struct Provenance: Sendable {
  let version: String
  let commit: String?
  let seed: Quantity
  let scale: Quantity
  let command: String
  /// Whether the command takes the models that come with the program, for want of others.
  let takesShippedModels: Bool
  let data: [FileContext]
}

/// A file and its check sum.
struct FileContext: Sendable {
  let name: String
  let sha256: Quantity
}
