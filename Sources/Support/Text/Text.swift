/// Text made safe to print in one line: control characters, line breaks and the characters that
/// turn the direction of writing are written as `\u{…}`, bytes that are not UTF-8 as `\xff`.
package func printable(_ text: String) -> String {
  var result = ""
  for scalar in readable(text).unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned,
      .privateUse:
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// The beginning of a text that fits into so many columns of a terminal, cut between characters.
///
/// Terminals differ in how wide they draw what is far from Latin: two columns a scalar are the most.
package func fitted(_ text: String, columns: Int) -> String {
  var room = columns
  return String(
    text.prefix { character in
      for scalar in character.unicodeScalars {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: continue
        default: room -= scalar.value < 0x1100 ? 1 : 2
        }
      }
      return room >= 0
    })
}

/// "a", "a and b", "a, b and c".
package func list(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " and " + last
}

/// The words as one command line for a POSIX shell, each quoted if it has to be.
///
/// A word with bytes that are not UTF-8 is what `printf` makes of them.
package func shellCommand(_ words: [String]) -> String {
  words.map { word in
    let isPlain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "-_./,:=+@%".utf8.contains(byte)
      }
    }
    if isPlain && !word.isEmpty { return word }
    if word.unicodeScalars.contains(where: { $0.heldByte != nil }) {
      let format = word.unicodeScalars.map { scalar in
        if let byte = scalar.heldByte {
          return "\\" + String(0o1000 + Int(byte), radix: 8).dropFirst()
        }
        return ["'": "'\\''", "\\": "\\\\", "%": "%%"][scalar] ?? String(scalar)
      }
      return "\"$(printf '\(format.joined())')\""
    }
    // By scalars, since a quote that a combining mark follows ends the string all the same.
    let quoted = word.unicodeScalars.map { $0 == "'" ? "'\\''" : String($0) }.joined()
    return "'\(quoted)'"
  }.joined(separator: " ")
}

/// A field of a CSV file, in quotes where RFC 4180 asks for them.
///
/// A spreadsheet takes text that begins like a formula for one and computes it. Such a field gets an
/// apostrophe before it, unless it is a number.
package func csvField(_ text: String) -> String {
  let scalars = text.unicodeScalars
  let isNumber = Double(text)?.isFinite ?? false
  let isFormula = !isNumber && scalars.first.map("=+-@\t\r\n".unicodeScalars.contains) ?? false
  let needsQuotes = isFormula || scalars.contains { "\",\r\n".unicodeScalars.contains($0) }
  guard needsQuotes else { return text }
  let content = scalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
  return "\"\(isFormula ? "'" : "")\(content)\""
}

/// Two lower-case hexadecimal digits a byte.
package func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(
    decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
