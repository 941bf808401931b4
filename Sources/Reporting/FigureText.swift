import Drawing
import Learning
import StyleNet
import Support

/// What is said of a figure to somebody who cannot see it: its message, from its numbers.
enum FigureText {
  static func pairGrid(_ model: ReportData.ModelReport, prior: NormalDistribution) -> String {
    let shown = min(model.styleSize, PairGrid.mostFeatures)
    let moments = model.styleMoments.prefix(shown).enumerated().map { feature, moments in
      "style \(feature + 1) \(signed(moments.mean, places: 2)) "
        + "and \(fixed(moments.deviation, places: 2))"
    }
    return "Pair grid of \(counted(shown, "style feature")): histograms on the diagonal, scatter "
      + "plots off it. Mean and standard deviation, where the prior has 0 and "
      + "\(trimmed(prior.scale)): \(list(moments))."
  }

  static func normalCDF(_ model: ReportData.ModelReport) -> String {
    let features = model.ks.rows[0].features.prefix(ReportData.shownFeatures).enumerated()
      .sorted { $1.element.d < $0.element.d }
    let distances = features.prefix(PairGrid.mostFeatures).map { feature, test in
      "\(fixed(test.d, places: 4)) for style \(feature + 1)"
    }
    return "Distribution function of each style feature beside the prior's. The largest distances "
      + "D: \(list(distances))."
  }

  static func meaning(_ model: ReportData.ModelReport) -> String {
    let strongest = model.meaning.prefix(PairGrid.mostFeatures).enumerated().map {
      feature, meaning in
      // In the order of the measures, so that of equals the first is taken.
      let known = InkMeasure.allCases.compactMap { measure in
        (meaning.correlations[measure.rawValue] ?? nil).map { (measure.word, $0) }
      }
      let most = known.max { abs($0.1) < abs($1.1) }
      return "style \(feature + 1), "
        + (most.map { "\($0) \(signed($1, places: 2))" } ?? "nothing, since it never varies")
    }
    return "Rank correlations of style features with measures of ink. The strongest of each: "
      + "\(strongest.joined(separator: "; "))."
  }

  static func writers(_ writers: ReportData.Writers) -> String {
    "The digits 0 to 9 as two of \(writers.count) writers wrote them, a row each."
  }

  static func accuracy(_ models: [ReportData.ModelReport], _ words: ClassWords) -> String {
    let sentences = models.map { model in
      let shares = model.accuracyPerDigit.enumerated().compactMap { digit, share in
        share.map { (digit: digit, share: $0) }
      }
      guard let best = shares.max(by: { $0.share < $1.share }),
        let worst = shares.min(by: { $0.share < $1.share })
      else { return "\(pageText(model.name)): no images." }
      return "\(pageText(model.name)): from \(percent(worst.share, places: 2)) for the "
        + "\(words.digit) \(words.names[worst.digit]) to \(percent(best.share, places: 2)) for "
        + "\(words.names[best.digit]); "
        + "\(Measure.accuracy.text(model.measures[.accuracy])) over all."
    }
    return "Accuracy for each \(words.digit) with its interval. " + sentences.joined(separator: " ")
  }

  static func reliability(_ models: [ReportData.ModelReport]) -> String {
    let sentences = models.map { model in
      let off = model.calibration.filter { $0.images > 0 }.max {
        abs($0.accuracy - $0.confidence) * Double($0.images)
          < abs($1.accuracy - $1.confidence) * Double($1.images)
      }
      let bin = off.map { bin in
        ", most of it from \(counted(bin.images, "image")) of mean probability "
          + "\(percent(bin.confidence, places: 1)), of which \(percent(bin.accuracy, places: 1)) "
          + "are right"
      }
      return "\(pageText(model.name)): calibration error "
        + "\(Measure.calibrationError.text(model.measures[.calibrationError]))\(bin ?? "")."
    }
    return "Reliability diagram: accuracy by the predicted probability, in 15 bins. "
      + sentences.joined(separator: " ")
  }

  static func confusion(_ model: ReportData.ModelReport, _ words: ClassWords) -> String {
    let mistakes = model.confusion.enumerated().flatMap { digit, counts in
      counts.enumerated().filter { $0.offset != digit && $0.element > 0 }.map {
        (digit: digit, prediction: $0.offset, count: $0.element)
      }
    }.sorted { ($1.count, $0.digit, $0.prediction) < ($0.count, $1.digit, $1.prediction) }
    if mistakes.isEmpty {
      return "Confusion matrix. No image was taken for another \(words.digit)."
    }
    let worst = mistakes.prefix(3).map {
      "\(words.names[$0.digit]) for \(words.names[$0.prediction]) (\(counted($0.count, "time")))"
    }
    return "Confusion matrix. Most often taken for another \(words.digit): \(list(worst))."
  }

  static func training(_ training: ReportData.Training) -> String {
    let (first, last) = (training.epochs[0], training.epochs[training.epochs.count - 1])
    func course(_ name: String, _ first: String, _ last: String) -> String {
      training.epochs.count == 1 ? "\(name) \(last)" : "\(name) from \(first) to \(last)"
    }
    var courses = Measure.allCases.compactMap { measure in
      !training.has { $0.validation[measure] }
        ? nil
        : course(
          measure.word, measure.text(first.validation[measure]),
          measure.text(last.validation[measure]))
    }
    if let start = first.training[.generator], let end = last.training[.generator] {
      courses.append(
        course(
          "the generator’s loss, in training,", fixed(start, places: 4), fixed(end, places: 4)))
    }
    return "Curves over \(counted(training.epochs.count, "epoch")) of training. On the validation "
      + "images: \(list(courses))."
  }

  static func traversal(
    feature: Int, _ model: ReportData.ModelReport, _ words: ClassWords
  ) -> String {
    let sigmas = model.traversal.sigmas
    return
      "The \(words.digits) \(words.names[0]) to \(words.names[Model.classes - 1]), a row each, "
      + "while \(model.featureNames[feature]) goes from "
      + "\(signed(sigmas.first ?? 0, places: 0)) to \(signed(sigmas.last ?? 0, places: 0)) "
      + "standard deviations in \(sigmas.count) steps and the other features stay 0."
  }
}
