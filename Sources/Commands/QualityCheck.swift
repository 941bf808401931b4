package import Reporting
import Support

/// The headline numbers of one checkpoint beside what they may be at worst.
package struct QualityCheck {
  /// What the numbers may be at worst; nil is no bound.
  package struct Bounds {
    package var minAccuracy: Double?
    package var maxL1: Double?
    package var maxCrossEntropy: Double?
    package var maxDistributionError: Double?
    /// By what share of it an error may exceed the baseline's, the distribution error excepted.
    package var tolerance: Double
    /// The same of the distribution error; nil if that is not held against the baseline's.
    package var distributionTolerance: Double?

    package init(
      minAccuracy: Double? = nil, maxL1: Double? = nil, maxCrossEntropy: Double? = nil,
      maxDistributionError: Double? = nil, tolerance: Double,
      distributionTolerance: Double? = nil
    ) {
      self.minAccuracy = minAccuracy
      self.maxL1 = maxL1
      self.maxCrossEntropy = maxCrossEntropy
      self.maxDistributionError = maxDistributionError
      self.tolerance = tolerance
      self.distributionTolerance = distributionTolerance
    }
  }

  /// The numbers that are checked.
  package struct Numbers: Equatable {
    package var accuracy: Double
    package var l1: Double
    package var crossEntropy: Double
    package var distributionError: Double

    package init(accuracy: Double, l1: Double, crossEntropy: Double, distributionError: Double) {
      self.accuracy = accuracy
      self.l1 = l1
      self.crossEntropy = crossEntropy
      self.distributionError = distributionError
    }
  }

  /// One line of the table.
  package struct Line {
    package let name: String
    package let value: String
    package let bound: String
    package let baseline: String
    package let change: String
    package let isBroken: Bool
  }

  package let name: String
  package let images: Int
  package let lines: [Line]

  package init(
    _ checkpoint: ReportData.ModelReport, images: Int, bounds: Bounds, baseline: Numbers?
  ) {
    self.init(
      name: checkpoint.name, images: images,
      numbers: Numbers(
        accuracy: checkpoint.accuracy, l1: checkpoint.l1, crossEntropy: checkpoint.crossEntropy,
        distributionError: checkpoint.ks.distributionError),
      bounds: bounds, baseline: baseline)
  }

  package init(name: String, images: Int, numbers: Numbers, bounds: Bounds, baseline: Numbers?) {
    func line(
      _ name: String, _ number: KeyPath<Numbers, Double>, _ bound: Double?, tolerance: Double?,
      isShare: Bool = false
    ) -> Line {
      // A share is good, so the error is what it lacks of 1.
      func error(_ number: Double) -> Double { isShare ? 1 - number : number }
      func text(_ number: Double) -> String {
        isShare
          ? decimal(100 * number, places: 2) + " %" : decimal(number, places: 4)
      }
      let value = numbers[keyPath: number]
      let old = baseline?[keyPath: number]
      let mostError = old.flatMap { old in tolerance.map { error(old) * (1 + $0) } }
      let isBroken =
        bound.map { isShare ? value < $0 : value > $0 } ?? false
        || mostError.map { error(value) > $0 } ?? false
      let limits = [bound, mostError.map(error)].compactMap { $0 }
      let strictest = isShare ? limits.max() : limits.min()
      let change = old.map { old in
        let places = isShare ? 2 : 4
        let difference = (value - old) * (isShare ? 100 : 1)
        let text = decimal(difference, places: places)
        let isPositive = !text.hasPrefix("-") && text != decimal(0, places: places)
        return (isPositive ? "+" : "") + text + (isShare ? " pp" : "")
      }
      return Line(
        name: name, value: text(value),
        bound: strictest.map { "at \(isShare ? "least" : "most") \(text($0))" } ?? "",
        baseline: old.map(text) ?? "", change: change ?? "", isBroken: isBroken)
    }
    self.name = name
    self.images = images
    let tolerance = bounds.tolerance
    lines = [
      line("accuracy", \.accuracy, bounds.minAccuracy, tolerance: tolerance, isShare: true),
      line("L1", \.l1, bounds.maxL1, tolerance: tolerance),
      line("cross-entropy", \.crossEntropy, bounds.maxCrossEntropy, tolerance: tolerance),
      line(
        "distribution error", \.distributionError, bounds.maxDistributionError,
        tolerance: bounds.distributionTolerance),
    ]
  }

  /// What is said of each bound that is broken.
  package var broken: [String] {
    lines.filter(\.isBroken).map { "\(name): \($0.name) is \($0.value), expected \($0.bound)" }
  }

  // MARK: Tables

  /// A table for people at a terminal.
  package var text: String {
    let rows = table
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let body = rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return isName(column) ? cell + padding : padding + cell
      }
      var line = "  " + cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }
    return "\(printable(name)), \(images) images\n" + body.joined()
  }

  /// A table for the summary of a job.
  package var markdown: String {
    let rows = table
    let rule = rows[0].indices.map { isName($0) ? "---" : "--:" }
    let body = ([rows[0], rule] + rows.dropFirst()).map { "| \($0.joined(separator: " | ")) |\n" }
    return "### \(Self.markdownText(name)), \(images) images\n\n" + body.joined()
  }

  /// Rows of cells, names of columns first. Columns that would be empty are left out.
  private var table: [[String]] {
    let rows =
      [["measure", "value", "bound", "baseline", "change", "verdict"]]
      + lines.map { line in
        let verdict = line.bound.isEmpty ? "" : line.isBroken ? "broken" : "ok"
        return [line.name, line.value, line.bound, line.baseline, line.change, verdict]
      }
    let columns = rows[0].indices.filter { column in
      rows.dropFirst().contains { !$0[column].isEmpty }
    }
    return rows.map { row in columns.map { row[$0] } }
  }

  /// The first column holds names; the others are aligned on their right.
  private func isName(_ column: Int) -> Bool { column == 0 }

  /// Text that Markdown and the HTML in it leave as it is.
  private static func markdownText(_ text: String) -> String {
    printable(text).unicodeScalars.map { scalar in
      "\\`*_{}[]()<>#+-.!|&~".unicodeScalars.contains(scalar) ? "\\\(scalar)" : String(scalar)
    }.joined()
  }
}
