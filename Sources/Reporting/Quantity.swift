import FoundationEssentials
import Mustache
import Support

/// A number on the page: its text, and where the unrounded number stands in `report.json`.
struct Quantity: Sendable {
  /// Names and indices from the root of the JSON, with dots between.
  let path: String
  let text: String
}

extension Quantity: MustacheCustomRenderable {
  /// What a template gets between three braces.
  var renderText: String { "<span data-json=\"\(path)\">\(text)</span>" }
  var isNull: Bool { false }
}

/// A place in `report.json`, which turns the number there into a `Quantity`.
///
/// Whoever prints a number asks for it by its place, so that what is printed and where it stands
/// cannot disagree. Asking for a place that is not there is a programmer's error.
struct Place: Sendable {
  private let path: String
  private let value: JSON

  /// The root of a report's JSON.
  init(_ report: JSON) {
    self.init(path: "", report)
  }

  private init(path: String, _ value: JSON) {
    self.path = path
    self.value = value
  }

  subscript(name: String) -> Place {
    guard case .object(let members) = value, let member = members[name] else {
      preconditionFailure("report.json has no \(name) at \(path)")
    }
    return Place(path: path.isEmpty ? name : "\(path).\(name)", member)
  }

  subscript(index: Int) -> Place {
    guard case .list(let items) = value, items.indices.contains(index) else {
      preconditionFailure("report.json has no item \(index) at \(path)")
    }
    return Place(path: "\(path).\(index)", items[index])
  }

  /// The places of the items of a list.
  var items: [Place] {
    guard case .list(let items) = value else {
      preconditionFailure("report.json has no list at \(path)")
    }
    return items.indices.map { self[$0] }
  }

  // MARK: Numbers in print

  /// What is there, as it is.
  var plain: Quantity { Quantity(path: path, text: renderText) }

  /// A count, with a comma before every three digits.
  var count: Quantity {
    guard case .whole(let number) = value else { return plain }
    return Quantity(path: path, text: grouped(Int(clamping: number)))
  }

  /// A number rounded to some decimals.
  func fixed(_ places: Int) -> Quantity { quantity { Support.fixed($0, places: places) } }

  /// A number with no more decimals than it needs.
  var trimmed: Quantity { quantity(Support.trimmed) }

  /// A difference, its sign always written.
  func signed(_ places: Int) -> Quantity { quantity { Support.signed($0, places: places) } }

  /// A share of 1 as a percentage.
  func percent(_ places: Int) -> Quantity { quantity { Support.percent($0, places: places) } }

  /// A difference of shares in percentage points.
  func points(_ places: Int) -> Quantity {
    quantity { Support.signed($0 * 100, places: places) + "\u{a0}pp" }
  }

  /// A number in print, a dash if it is missing; anything else as it is.
  private func quantity(_ text: (Double) -> String) -> Quantity {
    isNull
      ? Quantity(path: path, text: text(.nan))
      : number.map { Quantity(path: path, text: text($0)) } ?? plain
  }

  private var number: Double? {
    switch value {
    case .whole(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }
}

// MARK: Templates

extension Place: MustacheParent, MustacheTransformable, MustacheCustomRenderable {
  /// A member as a template sees it.
  func child(named name: String) -> Any? {
    guard case .object(let members) = value, members[name] != nil else { return nil }
    return self[name].content
  }

  /// A list as one, anything else as its place.
  private var content: Any {
    if case .list = value { items.map(\.content) } else { self }
  }

  /// What a template asks a number for: `{{{count(x)}}}`, `{{{trimmed(x)}}}` or, with so many
  /// decimals, `{{{fixed4(x)}}}`, `{{{signed2(x)}}}` and `{{{percent1(x)}}}` give a `Quantity`,
  /// `{{shade(x)}}` the class of a D, and `{{path(x)}}` where anything stands.
  func transform(_ name: String) -> Any? {
    if name == "path" { return path }
    guard let number else { return renderText.transform(name) }
    let places = name.last?.wholeNumberValue ?? 0
    switch name.prefix(while: \.isLetter) {
    case "plain": return plain
    case "count": return count
    case "trimmed": return trimmed
    case "fixed": return fixed(places)
    case "signed": return signed(places)
    case "percent": return percent(places)
    case "shade": return KSShade.of(number).style
    default: return nil
    }
  }

  var renderText: String {
    if case .text(let text) = value { pageText(text) } else { value.description }
  }

  var isNull: Bool { value == .null }
}

/// A value of JSON, as far as reports have them.
enum JSON: Decodable, Equatable, Sendable {
  case null
  /// Not a `Double`, for which a seed may be too large.
  case whole(UInt64)
  case number(Double)
  case text(String)
  case truth(Bool)
  case list([JSON])
  case object([String: JSON])

  init(bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(JSON.self, from: Data(bytes))
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let number = try? container.decode(Double.self) {
      let isWhole = number >= 0 && number.rounded() == number
      self = (isWhole ? try? container.decode(UInt64.self) : nil).map(JSON.whole) ?? .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let truth = try? container.decode(Bool.self) {
      self = .truth(truth)
    } else if let list = try? container.decode([JSON].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: JSON].self))
    }
  }

  /// A value that another of the same place is not.
  struct Difference: Equatable {
    let path: String
    /// What stands in the other, and what stands in this one.
    let found: String
    let expected: String
  }

  /// The first place, names in order, at which `other` differs from this value.
  func firstDifference(from other: JSON, at path: String = "") -> Difference? {
    func below(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
    switch (self, other) {
    case (.object(let members), .object(let others)):
      let names = Set(members.keys).union(others.keys).sorted()
      guard let name = names.first(where: { members[$0] != others[$0] }) else { return nil }
      guard let member = members[name], let other = others[name] else {
        return Difference(
          path: below(name), found: others[name]?.description ?? "missing",
          expected: members[name]?.description ?? "nothing")
      }
      return member.firstDifference(from: other, at: below(name))
    case (.list(let items), .list(let others)) where items.count == others.count:
      guard let index = items.indices.first(where: { items[$0] != others[$0] }) else { return nil }
      return items[index].firstDifference(from: others[index], at: below(String(index)))
    default:
      return self == other
        ? nil
        : Difference(
          path: path.isEmpty ? "the whole" : path, found: other.description, expected: description)
    }
  }
}

extension JSON: CustomStringConvertible {
  var description: String {
    switch self {
    case .null: "null"
    case .whole(let number): String(number)
    case .number(let number): String(number)
    case .text(let text): text.debugDescription
    case .truth(let truth): String(truth)
    case .list(let items): "a list of \(items.count)"
    case .object: "an object"
    }
  }
}
