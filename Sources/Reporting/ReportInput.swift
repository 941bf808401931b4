package import Learning
package import Support

/// A checkpoint and what was measured of it.
package struct EvaluatedModel: Sendable {
  /// What the report calls it.
  let name: String
  /// Where it is, for messages.
  package let path: String
  package let checkpoint: Checkpoint
  package let evaluation: Evaluation
  let calibration: Calibration
  /// nil if they are not wanted.
  let generation: Generation?
  let separation: Separation?
  /// How far its styles are from their prior.
  let ks: KSTable
  /// Of how many images the ink was measured, and what each style feature does to it.
  let inkMeasured: Int
  let meanings: [FeatureMeaning]
  /// How well its styles tell a writer; nil if it is not known who wrote the images.
  let writerRecognition: [WriterRecognition]?
  /// How it was trained; nil if that is not known, else of at least one epoch.
  let history: TrainingHistory?

  /// Evaluates a checkpoint.
  ///
  /// - Parameters:
  ///   - ink: measures of the images.
  ///   - halves: of the images; nil if generation and separation are not wanted.
  /// - Throws: `FileError` if there are no images or the networks' outputs are not finite.
  package init(
    name: String, path: String, checkpoint: Checkpoint, history: TrainingHistory? = nil,
    on images: LabelledImages, ink: InkMeasures, in halves: Halves? = nil, workers: Workers
  ) throws(FileError) {
    precondition(history?.epochs.isEmpty != true)
    self.name = name
    self.path = path
    self.checkpoint = checkpoint
    self.history = history
    let evaluation: Evaluation
    do throws(LearningError) {
      evaluation = try Evaluation(checkpoint, on: images, workers: workers)
      generation = try halves.map { halves throws(LearningError) in
        try Generation(checkpoint, evaluation, labels: images.labels, in: halves, workers: workers)
      }
      separation = try halves.map { halves throws(LearningError) in
        try Separation(
          checkpoint, evaluation.encodings, images: images, in: halves, workers: workers)
      }
    } catch {
      throw FileError(path, error.description)
    }
    self.evaluation = evaluation
    let encodings = evaluation.encodings
    calibration = Calibration(encodings, labels: images.labels)
    ks = KSTable(
      styles: encodings.styles, styleSize: checkpoint.styleSize, labels: images.labels,
      prior: checkpoint.prior, workers: workers)
    inkMeasured = ink.images.count
    meanings = FeatureMeaning.all(
      of: encodings, labels: images.labels, ink: ink, workers: workers)
    writerRecognition = images.writers.map {
      WriterRecognition.all(of: encodings, labels: images.labels, writers: $0, workers: workers)
    }
  }
}

extension EvaluatedModel {
  /// All that was measured.
  package var measures: Measures {
    let parts = [generation?.generated, separation?.measures].compactMap { $0 }
    var measures = parts.reduce(evaluation.measures, +)
    measures[.calibrationError] = calibration.error
    return measures
  }
}

/// What a report is made from.
package struct ReportInput: Sendable {
  /// At least one; more are compared.
  let models: [EvaluatedModel]
  /// What the models were measured on.
  let images: LabelledImages
  /// The halves of the images, if generation and separation were measured.
  let halves: Halves?
  let settings: ReportSettings

  /// - Parameter models: at least one, all trained for one prior and on classes of the same names.
  package init(
    models: [EvaluatedModel], images: LabelledImages, halves: Halves? = nil,
    settings: ReportSettings
  ) {
    precondition(!models.isEmpty)
    precondition(models.allSatisfy { $0.checkpoint.prior == models[0].checkpoint.prior })
    precondition(models.allSatisfy { $0.checkpoint.classNames == models[0].checkpoint.classNames })
    self.models = models
    self.images = images
    self.halves = halves
    self.settings = settings
  }

  /// The prior that the models were trained for.
  var prior: NormalDistribution { models[0].checkpoint.prior }

  /// What the classes are called.
  var classNames: ClassNames { models[0].checkpoint.classNames }

  var isComparison: Bool { models.count > 1 }
}

/// Where a page has its style, its script and its pictures.
package enum PageAssets: String, CaseIterable, Sendable {
  /// In its own bytes.
  case inline
  /// In files beside it, for servers whose content policy bars what stands inside a page.
  case files
}

/// What the user chose, and what the report says about how it was made.
package struct ReportSettings: Sendable {
  /// nil for a title made from the models' names.
  let title: String?
  /// Chooses the test images and the random styles.
  let seed: UInt64
  /// The standard deviation of the random styles; nil for the prior's.
  let scale: Double?
  /// How many random styles.
  let rows: Int
  /// How many test images.
  let samples: Int
  let assets: PageAssets
  /// The version of the program.
  let version: String
  /// The commit of the sources when the program runs, if that is known.
  let commit: String?
  /// The words of the command that makes this report. Without a `--ckpt` it takes the models that
  /// come with the program.
  let command: [String]

  /// What is chosen unless something else is asked for.
  package static let usual = (seed: UInt64(0), rows: 6, samples: 10)

  package init(
    title: String? = nil, seed: UInt64 = usual.seed, scale: Double? = nil, rows: Int = usual.rows,
    samples: Int = usual.samples, assets: PageAssets = .inline, version: String,
    commit: String? = nil, command: [String] = []
  ) {
    self.title = title
    self.seed = seed
    self.scale = scale
    self.rows = rows
    self.samples = samples
    self.assets = assets
    self.version = version
    self.commit = commit
    self.command = command
  }
}
