import Learning
import StyleNet
import Support

/// The numbers that follow from the data in a page, every one of which a page prints.
struct ExpectedNumbers {
  /// By their places in `report.json`: names and indices from its root, with dots between.
  private(set) var values: [String: Double] = [:]

  /// - Parameter printed: the numbers on the page, which tell which images it shows.
  init(_ data: EmbeddedData, printed: [Quantity], workers: Workers) {
    values["data.images"] = Double(data.labels.count)
    var accuracies: [Double] = []
    var medians: [Double] = []
    for (index, model) in data.models.enumerated() {
      let path = "checkpoints.\(index)"
      values["\(path).styleSize"] = Double(model.styleSize)
      let accuracy = add(predictions: model.predictions, labels: data.labels, at: path)
      let prior = NormalDistribution(scale: data.priorScale)
      let table = KSTable(
        styles: model.styles, styleSize: model.styleSize, labels: data.labels, prior: prior,
        workers: workers)
      add(ReportData.KS(table, prior: prior), at: "\(path).ks")
      for (component, value) in model.goldenStyles[0].enumerated() {
        values["\(path).generated.styles.0.\(component)"] = Double(value)
      }
      accuracies.append(accuracy)
      medians.append(table.distributionError)
    }
    for index in data.models.indices.dropFirst() {
      let path = "differences.\(index - 1)"
      values["\(path).accuracy"] = accuracies[index] - accuracies[0]
      values["\(path).distributionError"] = medians[index] - medians[0]
    }
    for quantity in printed where quantity.path.hasSuffix(".index") {
      add(imageShownAt: quantity, data)
    }
  }

  /// Adds what the predictions say, and returns the accuracy.
  private mutating func add(predictions: [UInt8], labels: [UInt8], at path: String) -> Double {
    var confusion = [[Int]](
      repeating: [Int](repeating: 0, count: Model.classes), count: Model.classes)
    for (label, prediction) in zip(labels, predictions) {
      confusion[Int(label)][Int(prediction)] += 1
    }
    for (digit, row) in confusion.enumerated() {
      for (prediction, count) in row.enumerated() {
        values["\(path).confusion.\(digit).\(prediction)"] = Double(count)
      }
      let count = row.reduce(0, +)
      if count > 0 {
        add(Proportion(successes: row[digit], trials: count), "PerDigit.\(digit)", at: path)
      }
    }
    let hits = confusion.indices.reduce(0) { $0 + confusion[$1][$1] }
    let accuracy = Proportion(successes: hits, trials: labels.count)
    add(accuracy, "", at: path)
    values["\(path).misclassified.count"] = Double(labels.count - hits)
    return accuracy.value
  }

  /// Adds the digit and the prediction that stand beside the number of an image.
  private mutating func add(imageShownAt index: Quantity, _ data: EmbeddedData) {
    let names = index.path.split(separator: ".")
    guard names.count > 2, let model = Int(names[1]), data.models.indices.contains(model),
      let image = Int(index.text), data.labels.indices.contains(image)
    else { return }
    let path = names.dropLast().joined(separator: ".")
    values["\(path).digit"] = Double(data.labels[image])
    values["\(path).prediction"] = Double(data.models[model].predictions[image])
  }

  private mutating func add(_ accuracy: Proportion, _ suffix: String, at path: String) {
    values["\(path).accuracy\(suffix)"] = accuracy.value
    values["\(path).accuracyInterval\(suffix).lower"] = accuracy.interval.lowerBound
    values["\(path).accuracyInterval\(suffix).upper"] = accuracy.interval.upperBound
  }

  private mutating func add(_ tests: ReportData.KS, at path: String) {
    values["\(path).distributionError"] = tests.distributionError
    for (index, row) in tests.rows.enumerated() {
      let path = "\(path).rows.\(index)"
      values["\(path).images"] = Double(row.images)
      if let pooled = row.pooled {
        add(pooled, at: "\(path).pooled")
        values["\(path).pooled.criticalD"] = pooled.criticalD
      }
      for (feature, test) in row.features.enumerated() {
        add(test, at: "\(path).features.\(feature)")
      }
      // The same for every feature, it is printed once.
      if let test = row.features.first { values["\(path).features.0.criticalD"] = test.criticalD }
    }
  }

  private mutating func add(_ test: ReportData.KS.Test, at path: String) {
    values["\(path).d"] = test.d
    values["\(path).negLog10P"] = test.negLog10P
  }
}
