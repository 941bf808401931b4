import FoundationEssentials

/// A JSON file of Tests/Fixtures/statistics: tables, each a list of rows of numbers and words.
package struct Fixture {
  private let tables: [String: [Row]]

  package struct Row: Decodable, CustomStringConvertible {
    private let cells: [Cell]

    private enum Cell: Decodable {
      case number(Double)
      case text(String)
      case numbers([Double])

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
          self = .number(number)
        } else if let text = try? container.decode(String.self) {
          self = .text(text)
        } else {
          self = .numbers(try container.decode([Double].self))
        }
      }
    }

    package init(from decoder: any Decoder) throws {
      cells = try decoder.singleValueContainer().decode([Cell].self)
    }

    /// The number in a column; NaN, which compares equal to nothing, if there is none.
    package subscript(column: Int) -> Double {
      if case .number(let number) = cells[column] { number } else { .nan }
    }

    package func text(_ column: Int) -> String {
      if case .text(let text) = cells[column] { text } else { "" }
    }

    package func numbers(_ column: Int) -> [Double] {
      if case .numbers(let numbers) = cells[column] { numbers } else { [] }
    }

    /// The sample that the first five columns describe, as make_statistics.py makes it.
    package var sample: [Double] {
      let values = fixtureSample(
        seed: self[0], count: Int(self[1]), scale: self[2], shift: self[3])
      return self[4] == 0 ? values : values.map { ($0 / self[4]).rounded(.down) * self[4] }
    }

    package var description: String {
      cells.map { cell in
        switch cell {
        case .number(let number): "\(number)"
        case .text(let text): text
        case .numbers(let numbers): "\(numbers)"
        }
      }.joined(separator: " ")
    }
  }

  package init(_ name: String) throws {
    let contents = try JSONDecoder().decode(
      [String: Table].self, from: Data(contentsOf: fixture("statistics/\(name)")))
    tables = contents.compactMapValues(\.rows)
  }

  /// The key `columns` holds words instead of rows.
  private struct Table: Decodable {
    let rows: [Row]?
    init(from decoder: any Decoder) throws {
      rows = try? decoder.singleValueContainer().decode([Row].self)
    }
  }

  package subscript(table: String) -> [Row] { tables[table] ?? [] }
}

/// |a - b| relative to the larger of |b| and `floor`.
package func deviation(_ a: Double, _ b: Double, floor: Double = .leastNormalMagnitude) -> Double {
  a == b ? 0 : abs(a - b) / max(abs(b), floor)
}

/// Sums of four uniform numbers, less 2, times `scale`, plus `shift`, as make_statistics.py makes
/// them.
package func fixtureSample(
  seed: Double, count: Int, scale: Double, shift: Double
) -> [Double] {
  var state = UInt32(seed)
  return (0..<count).map { _ in
    var total: UInt32 = 0
    for _ in 0..<4 {
      state = state &* 1_664_525 &+ 1_013_904_223
      total += state >> 8
    }
    return (Double(total) / 0x1p24 - 2) * scale + shift
  }
}

/// The points that make_measures.py makes: N x `dimension` numbers.
package func fixturePoints(
  seed: Double, count: Int, dimension: Int, scale: Double, shift: Double
) -> [Double] {
  var points = fixtureSample(seed: seed, count: count * dimension, scale: scale, shift: shift)
  for place in points.indices where place % dimension > 0 {
    points[place] += 0.5 * points[place - 1]
  }
  return points
}

/// The two sets of points of a row of `pairs` in measures.json.
package struct PointPair {
  package let dimension: Int
  package let reference, others: [Double]

  package init(_ row: Fixture.Row) {
    dimension = Int(row[2])
    reference = fixturePoints(
      seed: row[0], count: Int(row[1]), dimension: dimension, scale: row[3], shift: row[4])
    others = fixturePoints(
      seed: row[5], count: Int(row[6]), dimension: dimension, scale: row[7], shift: row[8])
  }
}
