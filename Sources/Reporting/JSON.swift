import FoundationEssentials

/// A value of JSON, as far as reports have them.
enum JSON: Decodable, Equatable, Sendable {
  case null
  /// Not a `Double`, for which a seed may be too large.
  case whole(UInt64)
  case number(Double)
  case text(String)
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
    case .list(let items): "a list of \(items.count)"
    case .object: "an object"
    }
  }
}
