/// Numbers by name, such as the losses of an epoch; nil for one that is missing.
///
/// In JSON they are an object that has every name: a missing number is `null`. A name that a file
/// lacks, since the program that wrote it did not know it yet, reads as a missing number.
package struct Numbers<Name: CodingKey & CaseIterable & RawRepresentable<Int> & Sendable>:
  Codable, Sendable, Equatable
{
  private var values = [Double?](repeating: nil, count: Name.allCases.count)

  init(_ numbers: KeyValuePairs<Name, Double> = [:]) {
    for (name, number) in numbers { self[name] = number }
  }

  package subscript(name: Name) -> Double? {
    get { values[name.rawValue] }
    set { values[name.rawValue] = newValue }
  }

  /// Those that there are.
  var present: [Double] { values.compactMap { $0 } }

  /// The sum, in which a missing number counts as 0 beside one that there is.
  static func + (a: Numbers, b: Numbers) -> Numbers {
    var sum = a
    for name in Name.allCases {
      if let number = b[name] { sum[name] = (a[name] ?? 0) + number }
    }
    return sum
  }

  static func / (numbers: Numbers, count: Int) -> Numbers {
    var quotients = numbers
    for name in Name.allCases { quotients[name]? /= Double(count) }
    return quotients
  }

  // MARK: JSON

  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Name.self)
    for name in Name.allCases {
      self[name] = try members.decodeIfPresent(Double.self, forKey: name)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Name.self)
    for name in Name.allCases { try members.encode(self[name], forKey: name) }
  }
}
