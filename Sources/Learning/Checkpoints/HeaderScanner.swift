import Support

/// Reads the JSON of a safetensors header, more strictly than a general parser would.
///
/// A header is objects of strings, lists of sizes and nothing else, so there is no nesting to
/// bound. Keys are compared byte for byte after their escapes are resolved (Swift's `String`
/// would call "é" and "e" + accent equal), and a key that comes twice is refused, since readers
/// would disagree about which one counts. Numbers are whole, exact and fit an `Int`.
struct HeaderScanner {
  /// For messages.
  let path: String
  /// The whole file; the header lies in `position..<end`.
  let bytes: [UInt8]
  private(set) var position: Int
  let end: Int

  /// - Throws: `FileError` if the header is not valid UTF-8.
  init(path: String, bytes: [UInt8], header: Range<Int>) throws(FileError) {
    self.path = path
    self.bytes = bytes
    position = header.lowerBound
    end = header.upperBound
    do {
      _ = try UTF8Span(validating: bytes.span.extracting(header))
    } catch {
      throw FileError(
        path, "header: byte \(header.lowerBound + error.byteOffsets.lowerBound) is not UTF-8")
    }
  }

  // MARK: Structure

  /// Reads `{"key": value, ...}`; `member` reads each value, which follows.
  mutating func object(
    _ member: (inout HeaderScanner, _ key: String) throws(FileError) -> Void
  ) throws(FileError) {
    var keys: Set<[UInt8]> = []
    try expect("{")
    if try accept("}") { return }
    repeat {
      skipSpace()
      let start = position
      let key = try string()
      guard keys.insert(Array(key.utf8)).inserted else {
        throw error(at: start, "the name \"\(key)\" comes twice")
      }
      try expect(":")
      try member(&self, key)
    } while try accept(",")
    try expect("}")
  }

  /// Reads `[1, 2, ...]`.
  mutating func list() throws(FileError) -> [Int] {
    var numbers: [Int] = []
    try expect("[")
    if try accept("]") { return numbers }
    repeat {
      numbers.append(try number())
    } while try accept(",")
    try expect("]")
    return numbers
  }

  /// Steps over `null` if it comes next.
  mutating func acceptNull() -> Bool {
    skipSpace()
    guard bytes[position..<end].starts(with: "null".utf8) else { return false }
    position += 4
    return true
  }

  /// Makes sure that only white space is left.
  mutating func finish() throws(FileError) {
    skipSpace()
    if position < end { throw error(at: position, "expected the end of the header") }
  }

  // MARK: Values

  mutating func string() throws(FileError) -> String {
    try expect("\"")
    let start = position
    var value: [UInt8] = []
    while position < end {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: value, as: UTF8.self)
      case UInt8(ascii: "\\"): value += Array(String(try escape()).utf8)
      case 0..<0x20: throw error(at: position - 1, "a control character inside a string")
      default: value.append(byte)
      }
    }
    throw error(at: start, "a string without an end")
  }

  private mutating func number() throws(FileError) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < end, case let byte = bytes[position], isDigit(byte) {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      if overflow || carry { throw error(at: start, "a number above \(Int.max)") }
      value = sum
      position += 1
    }
    guard position > start else { throw error(at: start, "expected a whole number") }
    if position - start > 1, bytes[start] == UInt8(ascii: "0") {
      throw error(at: start, "a number with a leading zero")
    }
    return value
  }

  /// Reads what follows a backslash.
  private mutating func escape() throws(FileError) -> Unicode.Scalar {
    let start = position - 1
    guard position < end else { throw error(at: start, "a string without an end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var value = try codeUnit(start)
      if 0xd800..<0xdc00 ~= value, position + 1 < end, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        let low = try codeUnit(start)
        guard 0xdc00..<0xe000 ~= low else { throw error(at: start, "half of a surrogate pair") }
        value = 0x10000 + (value - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(value) else {
        throw error(at: start, "half of a surrogate pair")
      }
      return scalar
    default: throw error(at: start, "an escape that JSON does not have")
    }
  }

  /// Reads the four hexadecimal digits of an escape that began at `start`.
  private mutating func codeUnit(_ start: Int) throws(FileError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < end, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
      else { throw error(at: start, "expected four hexadecimal digits after \\u") }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  // MARK: Characters

  private mutating func expect(_ character: Unicode.Scalar) throws(FileError) {
    guard try accept(character) else { throw error(at: position, "expected '\(character)'") }
  }

  /// Steps over white space, and over the character if it comes next.
  private mutating func accept(_ character: Unicode.Scalar) throws(FileError) -> Bool {
    skipSpace()
    guard position < end, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < end, isSpace(bytes[position]) { position += 1 }
  }

  private func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }

  /// An error that says where in the file it is and what stands there.
  func error(at offset: Int, _ reason: String) -> FileError {
    FileError(path, "header: byte \(offset): \(reason)")
  }
}
