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
