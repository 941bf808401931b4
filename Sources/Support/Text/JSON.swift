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

extension DecodingError {
  /// What is wrong with the content, and where.
  package var reason: String {
    func place(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
      let keys = context.codingPath + (key.map { [$0] } ?? [])
      if keys.isEmpty { return "the whole" }
      return keys.map { key in
        // Foundation's name of a list's item; names of members may have numbers too.
        key.intValue.flatMap { key.stringValue == "Index \($0)" ? "\($0)" : nil } ?? key.stringValue
      }.joined(separator: ".")
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
