import Foundation
import TestSupport

/// A JSON file of Tests/Fixtures/statistics: tables, each a list of rows of numbers and words.
struct Fixture {
  private let tables: [String: [Row]]

  struct Row: Decodable, CustomStringConvertible {
    let cells: [Cell]

    enum Cell: Decodable {
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

    init(from decoder: any Decoder) throws {
      cells = try decoder.singleValueContainer().decode([Cell].self)
    }

    /// The number in a column; NaN, which compares equal to nothing, if there is none.
    subscript(column: Int) -> Double {
      if case .number(let number) = cells[column] { number } else { .nan }
    }

    func text(_ column: Int) -> String {
      if case .text(let text) = cells[column] { text } else { "" }
    }

    func numbers(_ column: Int) -> [Double] {
      if case .numbers(let numbers) = cells[column] { numbers } else { [] }
    }

    /// The sample that the first five columns describe, as make_statistics.py makes it.
    var sample: [Double] {
      var state = UInt32(self[0])
      return (0..<Int(self[1])).map { _ in
        var total: UInt32 = 0
        for _ in 0..<4 {
          state = state &* 1_664_525 &+ 1_013_904_223
          total += state >> 8
        }
        let value = (Double(total) / 0x1p24 - 2) * self[2] + self[3]
        return self[4] == 0 ? value : (value / self[4]).rounded(.down) * self[4]
      }
    }

    var description: String {
      cells.map { cell in
        switch cell {
        case .number(let number): "\(number)"
        case .text(let text): text
        case .numbers(let numbers): "\(numbers)"
        }
      }.joined(separator: " ")
    }
  }

  init(_ name: String) throws {
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

  subscript(table: String) -> [Row] { tables[table] ?? [] }
}

/// |a - b| relative to the larger of |b| and `floor`.
func deviation(_ a: Double, _ b: Double, floor: Double = .leastNormalMagnitude) -> Double {
  a == b ? 0 : abs(a - b) / max(abs(b), floor)
}
