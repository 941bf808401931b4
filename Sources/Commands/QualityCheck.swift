import Learning
import Reporting
import Support

/// The measures of one checkpoint beside what they may be at worst.
struct QualityCheck {
  /// What the measures may be at worst.
  struct Bounds {
    /// The least of what is better if it is higher, the greatest of anything else; a measure that is
    /// not here has none.
    var limits: [Measure: Double] = [:]
    /// By what share of it an error may exceed the baseline's.
    var tolerance: Double
    /// The same of erratic measures; nil if they are not held against the baseline's.
    var erraticTolerance: Double?

    fileprivate func tolerance(of measure: Measure) -> Double? {
      switch measure.baselineUse {
      case .tolerance: tolerance
      case .ownTolerance: erraticTolerance
      case .shown: nil
      }
    }
  }

  /// One line of the table.
  struct Line {
    let name: String
    let value: String
    let bound: String
    let baseline: String
    let change: String
    let isBroken: Bool
  }

  let name: String
  let images: Int
  let lines: [Line]

  init(name: String, images: Int, measures: Measures, bounds: Bounds, baseline: Measures?) {
    self.name = name
    self.images = images
    lines = Measure.ofPage.compactMap { measure in
      let (value, limit) = (measures[measure], bounds.limits[measure])
      // What is missing is told of where it should be good enough.
      return value == nil && limit == nil
        ? nil
        : Line(
          measure, value, limit: limit, baseline: baseline?[measure],
          tolerance: bounds.tolerance(of: measure))
    }
  }

  /// What is said of each bound that is broken.
  var broken: [String] {
    lines.filter(\.isBroken).map { "\(name): \($0.name) is \($0.value), expected \($0.bound)" }
  }

  // MARK: Tables

  /// A table for people at a terminal.
  var text: String {
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
  var markdown: String {
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

extension QualityCheck.Line {
  fileprivate init(
    _ measure: Measure, _ value: Double?, limit: Double?, baseline: Double?, tolerance: Double?
  ) {
    let (isShare, isBetterHigher) = (measure.isShare, measure.isBetterHigher)
    // The error of the accuracy is 1 - accuracy; other measures with a tolerance are errors
    // themselves.
    func error(_ number: Double) -> Double { isBetterHigher ? 1 - number : number }
    func text(_ number: Double) -> String {
      isShare ? decimal(100 * number, places: 2) + " %" : decimal(number, places: 4)
    }
    let mostError = baseline.flatMap { old in tolerance.map { error(old) * (1 + $0) } }
    let limits = [limit, mostError.map(error)].compactMap { $0 }
    let strictest = isBetterHigher ? limits.max() : limits.min()
    name = measure.name
    self.value = value.map(text) ?? "not measured"
    bound = strictest.map { "at \(isBetterHigher ? "least" : "most") \(text($0))" } ?? ""
    self.baseline = baseline.map(text) ?? ""
    change =
      baseline.flatMap { old in value.map { (old, $0) } }.map { old, value in
        let places = isShare ? 2 : 4
        let text = decimal((value - old) * (isShare ? 100 : 1), places: places)
        let isPositive = !text.hasPrefix("-") && text != decimal(0, places: places)
        return (isPositive ? "+" : "") + text + (isShare ? " pp" : "")
      } ?? ""
    guard let value else {
      isBroken = true
      return
    }
    isBroken =
      limit.map { isBetterHigher ? value < $0 : value > $0 } ?? false
      || mostError.map { error(value) > $0 } ?? false
  }
}
