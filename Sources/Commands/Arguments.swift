import ArgumentParser
import Learning
import StyleNet
import Support

// What several commands' arguments are made of.

// MARK: Declarations

extension Option {
  /// A number, which may be negative: what follows the flag is its value, dash or not.
  init(wrappedValue: Value, number help: String, _ valueName: String = "n")
  where Value: ExpressibleByArgument {
    self.init(
      wrappedValue: wrappedValue, parsing: .unconditional,
      help: ArgumentHelp(help, valueName: valueName))
  }

  /// The same without a default.
  init<Number: ExpressibleByArgument>(number help: String, _ valueName: String = "n")
  where Value == Number? {
    self.init(parsing: .unconditional, help: ArgumentHelp(help, valueName: valueName))
  }
}

/// Makes sure that an option is within its range.
///
/// - Throws: `ValidationError` naming the option, the range and the value if it is not.
func require<Number: Comparable>(
  _ value: Number?, _ option: String, in range: ClosedRange<Number>
) throws {
  guard let value, !range.contains(value) else { return }
  // A share is from 0 to 1, not from 0.0 to 1.0.
  let ends = [range.lowerBound, range.upperBound].map { end in
    let text = "\(end)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
  throw ValidationError("\(option) must be from \(ends[0]) to \(ends[1]), not \(value)")
}

/// Makes sure that an option or argument that names a file or directory is not empty, as one is that
/// a script makes from a variable it never set.
///
/// - Throws: `ValidationError` if it is.
func requireName(_ value: String?, _ option: String) throws {
  if value == "" { throw ValidationError("\(option) must not be empty") }
}

/// Makes sure that a file that is to be written does not end as if it held something else.
///
/// - Throws: `ValidationError` naming the option if it does, or is empty.
func requirePNG(_ path: String, _ option: String) throws {
  guard !path.isEmpty else {
    throw ValidationError("\(option) must name a file, or be - for standard output")
  }
  let name = path.utf8.split(separator: UInt8(ascii: "/")).last ?? path.utf8[...]
  // A dot at the beginning hides a file and begins no ending.
  guard let dot = name.dropFirst().lastIndex(of: UInt8(ascii: ".")) else { return }
  let ending = String(name[dot...]) ?? ""
  guard ending.lowercased() == ".png" || ending == "." else {
    throw ValidationError("\(option) must end in .png, not in \(printable(ending))")
  }
}

// MARK: Values

/// Digits, or the names of classes, as an argument: `all`, or some with commas between them.
struct DigitList: ExpressibleByArgument, Equatable, CustomStringConvertible {
  /// At least one; whether they are digits or names is for the model to say.
  private let fields: [String]

  static let all = DigitList(fields: ClassNames.digits.names)
  static let help =
    "The digits to draw: all, or some as in 7 or 3,5,8. Classes that a model has names for go by"
    + " these too, as in Sandal,Bag."

  var count: Int { fields.count }

  private init(fields: [String]) { self.fields = fields }

  init?(argument: String) {
    if argument == "all" {
      self = .all
      return
    }
    let fields = readable(argument).split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count <= 100, !fields.contains("") else { return nil }
    self.init(fields: fields.map(String.init))
  }

  /// The digits: the places of the names among a model's, or the numbers themselves.
  ///
  /// - Throws: `ValidationError` naming the first that is neither.
  func digits(of classNames: ClassNames) throws -> [Int] {
    // All ten go by number, since a name may be the number of another class.
    if self == .all { return Array(0..<Model.classes) }
    return try fields.map { field in
      if let label = classNames.names.firstIndex(of: field) { return label }
      if let label = ClassNames.digits.names.firstIndex(of: field) { return label }
      throw ValidationError(
        "--digit must be of \(list(classNames.names)), not '\(field)'")
    }
  }

  var description: String {
    self == .all ? "all" : fields.joined(separator: ",")
  }

  var defaultValueDescription: String { description }
}

/// A style vector as an argument: numbers with commas between them.
struct StyleVector: ExpressibleByArgument, CustomStringConvertible, Equatable {
  let components: [Float]

  init(_ components: [Float]) { self.components = components }

  init?(argument: String) {
    let fields = readable(argument).split(separator: ",", omittingEmptySubsequences: false)
    let numbers = fields.compactMap { field -> Float? in
      // Not names such as "nan" and "infinity", which Float would take.
      guard field.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }) else { return nil }
      return Float(field).flatMap { $0.isFinite ? $0 : nil }
    }
    guard numbers.count == fields.count else { return nil }
    components = numbers
  }

  /// The middle of all.
  static func zero(size: Int) -> StyleVector { Self([Float](repeating: 0, count: size)) }

  /// A style from N(0, scale²).
  static func random(
    size: Int, scale: Double, using generator: inout some RandomNumberGenerator
  ) -> StyleVector {
    // Drawn for the largest style size, so that models of different sizes share the components
    // that both have.
    Self(Array(generator.normals(count: Model.styleSizes.upperBound, scale: scale).prefix(size)))
  }

  var description: String {
    components.map { decimal(Double($0), places: 4) }.joined(separator: ",")
  }

  /// The words of a command line in which no style vector begins with a minus, which the parser would
  /// take for that of a flag: a stand-in takes its place.
  static func withoutMinus(in words: [String]) -> [String] {
    func isVector(_ word: String) -> Bool { word.hasPrefix("-") && Self(argument: word) != nil }
    return zip(words, [""] + words).map { word, before in
      // A single number after a flag is the flag's.
      let isFlags = !word.contains(",") && before.hasPrefix("-") && !isVector(before)
      return isVector(word) && !isFlags
        ? String(holding: UInt8(ascii: "-")) + word.dropFirst() : word
    }
  }
}
