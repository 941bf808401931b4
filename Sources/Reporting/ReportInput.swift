package import Learning
package import Support

/// A checkpoint and what was measured of it.
package struct EvaluatedModel: Sendable {
  /// What the report calls it.
  package let name: String
  /// Where it is, for messages.
  package let path: String
  package let checkpoint: Checkpoint
  package let evaluation: Evaluation
  /// How it was trained; nil if that is not known, else of at least one epoch.
  package let history: TrainingHistory?

  package init(
    name: String, path: String, checkpoint: Checkpoint, evaluation: Evaluation,
    history: TrainingHistory? = nil
  ) {
    precondition(history?.epochs.isEmpty != true)
    self.name = name
    self.path = path
    self.checkpoint = checkpoint
    self.evaluation = evaluation
    self.history = history
  }

  /// Evaluates a checkpoint.
  ///
  /// - Throws: `FileError` if there are no images or the networks' outputs are not finite.
  package init(
    name: String, path: String, checkpoint: Checkpoint, history: TrainingHistory? = nil,
    on images: LabelledImages, workers: Workers
  ) throws(FileError) {
    let evaluation: Evaluation
    do throws(EvaluationError) {
      evaluation = try Evaluation(checkpoint, on: images, workers: workers)
    } catch {
      throw FileError(path, error.description)
    }
    self.init(
      name: name, path: path, checkpoint: checkpoint, evaluation: evaluation, history: history)
  }
}

/// What a report is made from.
package struct ReportInput: Sendable {
  /// At least one; more are compared.
  package let models: [EvaluatedModel]
  /// What the models were measured on.
  package let images: LabelledImages
  package let settings: ReportSettings

  /// - Parameter models: at least one, all trained for one prior.
  package init(models: [EvaluatedModel], images: LabelledImages, settings: ReportSettings) {
    precondition(!models.isEmpty)
    precondition(
      models.allSatisfy { $0.checkpoint.prior == models[0].checkpoint.prior })
    self.models = models
    self.images = images
    self.settings = settings
  }

  /// The prior that the models were trained for.
  package var prior: NormalDistribution { models[0].checkpoint.prior }
}

/// What the user chose, and what the report says about how it was made.
package struct ReportSettings: Sendable {
  /// nil for a title made from the models' names.
  package var title: String?
  /// Chooses the test images and the random styles.
  package var seed: UInt64
  /// The standard deviation of the random styles; nil for the prior's.
  package var scale: Double?
  /// How many random styles.
  package var rows: Int
  /// How many test images.
  package var samples: Int
  /// The version of the program.
  package var version: String
  /// The commit that the program was built from, if that is known.
  package var commit: String?
  /// The words of the command that makes this report. Without a `--ckpt` it takes the models that
  /// come with the program.
  package var command: [String]

  package init(
    title: String? = nil, seed: UInt64 = 0, scale: Double? = nil, rows: Int = 6, samples: Int = 10,
    version: String, commit: String? = nil, command: [String] = []
  ) {
    self.title = title
    self.seed = seed
    self.scale = scale
    self.rows = rows
    self.samples = samples
    self.version = version
    self.commit = commit
    self.command = command
  }
}
