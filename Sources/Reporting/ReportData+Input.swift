import Learning
import StyleNet
import Support

extension ReportData {
  /// How many of the worst reconstructions are shown.
  static let worstShown = 10
  /// How many of the misclassified images are shown at most.
  static let misclassifiedShown = 40
  /// How many features are traversed at most, and how many distribution functions are shown.
  static let shownFeatures = 16

  /// Gathers the numbers of a report; the seed's choices are made here.
  package init(_ input: ReportInput) {
    let settings = input.settings
    let images = input.images
    let scale = settings.scale ?? input.prior.scale
    var generator = Xoshiro256(seed: settings.seed)
    let samples = generator.permutation(of: images.count).prefix(settings.samples)
    // Drawn for the largest style size, so that models of different sizes share the components
    // that both have.
    let styles = (0..<settings.rows).map { _ in
      generator.normals(count: Model.styleSizes.upperBound, scale: scale)
    }
    let names = distinct(input.models.map(\.name)) { "\($0) (\($1))" }

    let checkpoints = zip(names, input.models).map { name, model in
      ModelReport(
        measures: model.measures,
        details: ModelDetails(
          name: name, model, input,
          samples: Array(samples),
          generated: Generated(
            seed: settings.seed, scale: scale,
            styles: styles.map { Array($0.prefix(model.checkpoint.styleSize)) })))
    }
    self.init(
      version: settings.version,
      commit: settings.commit,
      command: settings.command,
      title: settings.title
        ?? "What \(list(names)) learnt about \(ClassWords(input.classNames).handwriting)",
      seed: settings.seed,
      data: DataSet(
        images: images.count,
        classNames: input.classNames.names,
        imagesPerDigit: (0..<Model.classes).map { digit in images.labels.count { $0 == digit } },
        files: images.sources,
        inkMeasured: input.models[0].inkMeasured),
      reference: Reference(
        judge: input.halves?.judged?.judge.file, images: input.halves?.count ?? 0,
        otherImages: DrawingMeasures(measures: input.halves?.judged?.others ?? Measures())),
      checkpoints: checkpoints,
      writers: images.writers.map { Writers($0, of: images) },
      differences: checkpoints.dropFirst().map { model in
        Difference(
          measures: model.measures - checkpoints[0].measures,
          details: ComparedNames(name: model.name, from: checkpoints[0].name))
      })
  }
}

extension ReportData.ModelDetails {
  fileprivate init(
    name: String, _ model: EvaluatedModel, _ input: ReportInput, samples: [Int],
    generated: ReportData.Generated
  ) {
    let evaluation = model.evaluation
    let styleSize = model.checkpoint.styleSize
    let examples = evaluation.examples(of: input.images, input.halves?.judged?.readings)
    let wrong = examples.filter { $0.prediction != $0.digit }

    self.init(
      name: name,
      kind: model.checkpoint.kind.rawValue,
      styleSize: styleSize,
      files: model.checkpoint.files,
      accuracyInterval: ReportData.Interval(evaluation.accuracy),
      accuracyPerDigit: evaluation.accuracyPerDigit.map { $0?.value },
      accuracyIntervalPerDigit: evaluation.accuracyPerDigit.map {
        $0.map(ReportData.Interval.init)
      },
      confusion: evaluation.confusion,
      styleMoments: model.features.map(Moments.init),
      ks: ReportData.KS(model.ks, prior: model.checkpoint.prior),
      recognisedInterval: model.generation?.recognised.map(ReportData.Interval.init),
      reconstructed: ReportData.DrawingMeasures(
        measures: model.generation?.reconstructed ?? Measures()),
      leakChance: model.separation?.leakChance,
      styleKeptPerFeature: model.separation?.styleKept ?? [],
      calibration: model.calibration.bins,
      unmeasured: input.halves.map { halves in
        Measure.ofPage.filter { model.measures[$0] == nil }.map {
          ReportData.Unmeasured(
            measure: $0.stringValue, reason: $0.whyMissing(of: model, in: halves))
        }
      } ?? [],
      meaning: model.meanings.map { meaning in
        ReportData.Meaning(
          name: meaning.measure?.word,
          correlations: Dictionary(
            uniqueKeysWithValues: zip(InkMeasure.allCases.map(\.rawValue), meaning.correlations)))
      },
      writer: model.writerRecognition?.map { group in
        ReportData.Writer(
          digits: group.digits, writers: group.writers, area: group.area,
          interval: group.interval.map {
            ReportData.Interval(lower: $0.lowerBound, upper: $0.upperBound)
          })
      },
      samples: samples.map { examples[$0] },
      worst: Array(
        examples.sorted(by: Example.isWorse).prefix(ReportData.worstShown)),
      misclassified: ReportData.Misclassified(
        count: wrong.count,
        shown: Array(
          wrong.sorted { ($1.probability, $0.index) < ($0.probability, $1.index) }
            .prefix(ReportData.misclassifiedShown))),
      generated: generated,
      traversal: ReportData.Traversal(
        sigmas: (-3...3).map(Double.init),
        features: min(styleSize, ReportData.shownFeatures)),
      training: model.history.map { ReportData.Training($0) })
  }
}

extension ReportData.ModelDetails {
  /// What the style features are called everywhere: by their numbers and, where that is known, by
  /// what they do.
  var featureNames: [String] {
    meaning.enumerated().map { feature, meaning in
      "style \(feature + 1)\(meaning.name.map { ": \($0)" } ?? "")"
    }
  }
}

extension ReportData.Writers {
  /// - Parameter writers: who wrote each image.
  fileprivate init(_ writers: [Int], of images: LabelledImages) {
    let owned = Dictionary(grouping: writers.indices) { writers[$0] }.sorted { $0.key < $1.key }
    // The first image of each digit, of writers who wrote all of them.
    let examples = owned.compactMap { _, owned -> [Int]? in
      let firsts = (0..<Model.classes).compactMap { digit in
        owned.first { images.labels[$0] == digit }
      }
      return firsts.count == Model.classes ? firsts : nil
    }
    var generator = Xoshiro256(seed: 0)
    let chosen = generator.permutation(of: examples.count).prefix(2).map { examples[$0] }
    self.init(count: owned.count, examples: chosen.count == 2 ? chosen : [])
  }

  /// The pixels of the examples, those of one writer after those of the other; nil if there are none.
  func pixels(in images: LabelledImages) -> [[UInt8]]? {
    examples.isEmpty ? nil : examples.joined().map(images.pixels(of:))
  }
}

extension ReportData.Interval {
  fileprivate init(_ proportion: Proportion) {
    self.init(lower: proportion.interval.lowerBound, upper: proportion.interval.upperBound)
  }
}

extension ReportData.KS {
  fileprivate init(_ table: KSTable, prior: NormalDistribution) {
    // The same counts come again in every column of a row.
    var criticalDs: [Int: Double] = [:]
    func test(_ test: KSTest) -> Test {
      let criticalD =
        criticalDs[test.count]
        ?? KSTest.criticalD(count: test.count, alpha: 0.05)
      criticalDs[test.count] = criticalD
      return Test(d: test.d, negLog10P: test.negLog10P, criticalD: criticalD)
    }
    self.init(
      priorScale: prior.scale,
      rows: table.rows.map { row in
        Row(
          digit: row.digit, images: row.count, pooled: row.pooled.map(test),
          features: row.features.map(test))
      })
  }
}

extension ReportData.Training {
  /// - Parameter history: of at least one epoch.
  init(_ history: TrainingHistory) {
    self.init(
      seconds: history.epochs.reduce(0) {
        $0 + ($1.seconds[.training] ?? 0) + ($1.seconds[.validation] ?? 0)
      },
      epochs: history.epochs)
  }
}

extension Measure {
  /// Why a model has no value of the measure.
  fileprivate func whyMissing(of model: EvaluatedModel, in halves: Halves) -> String {
    let count = "there \(halves.count == 1 ? "is" : "are") \(halves.count)"
    return switch self {
    case _ where needsJudge && !model.checkpoint.classNames.areDigits:
      "the judge knows other classes"
    case _ where needsJudge && halves.judged == nil: "the judge is missing"
    case _ where halves.count == 0: "either half of the images needs one, there is none"
    case .frechet: "either half of the images needs 2, \(count)"
    case .precision, .recall, .density, .coverage:
      "either half of the images needs \(Halves.leastForNeighbours), \(count)"
    case .leak:
      "either half of the images must show two digits at least, and have as many images as these and"
        + " style features together"
    default: "no style feature varies"
    }
  }
}
