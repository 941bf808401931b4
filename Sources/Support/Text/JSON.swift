import FoundationEssentials

/// A value as JSON: keys in alphabetical order, slashes as they are, no line break at the end.
///
/// - Parameter pretty: whether every member has a line of its own, indented.
/// - Throws: `EncodingError` if a number is not finite.
package func json(_ value: some Encodable, pretty: Bool = false) throws -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
  return Array(try encoder.encode(value))
}

/// A value that may be missing and whose key never is: a missing one is `null` in JSON.
///
/// Swift's own conformances leave out the key of a property that is nil. A reader then cannot tell
/// a value that is missing from one that the writer does not know.
@propertyWrapper
package struct Nullable<Value: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
  package var wrappedValue: Value?

  package init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = container.decodeNil() ? nil : try container.decode(Value.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue)
  }
}

extension DecodingError {
  /// What is wrong with the content, and where.
  package var reason: String {
    func place(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
      let keys = context.codingPath + (key.map { [$0] } ?? [])
      if keys.isEmpty { return "the whole" }
      return keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
    return switch self {
    case .keyNotFound(let key, let context): "\(place(context, key)) is missing"
    case .valueNotFound(_, let context): "\(place(context)) is null"
    case .typeMismatch(let type, let context):
      "\(place(context)) is not \(Self.jsonName(of: type))"
    case .dataCorrupted(let context) where context.codingPath.isEmpty: "not JSON"
    case .dataCorrupted(let context): "\(place(context)) makes no sense"
    @unknown default: "\(self)"
    }
  }

  /// What JSON calls a type that was expected.
  private static func jsonName(of type: any Any.Type) -> String {
    switch type {
    case is Double.Type, is Int.Type: "a number"
    case is String.Type: "a string"
    case is [Any].Type: "a list"
    default: "an object"
    }
  }
}
