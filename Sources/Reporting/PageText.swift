import Support

/// Text from outside, such as a name, made safe to stand in the page.
///
/// What `printable` writes out (line breaks, control characters, marks that turn the direction of
/// writing) is written out here too. The template engine then escapes markup characters one
/// grapheme at a time, and so would miss a `<` that a combining mark has joined; such a mark is
/// therefore written out as well.
package func pageText(_ text: String) -> String {
  var result = ""
  for character in printable(text) {
    let scalars = character.unicodeScalars
    if scalars.count > 1, scalars.contains(where: isMarkup) {
      for scalar in scalars {
        result += isMarkup(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
      }
    } else {
      result.append(character)
    }
  }
  return result
}

private func isMarkup(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar {
  case "<", ">", "&", "\"", "'": true
  default: false
  }
}

/// The words as one argument line for a POSIX shell, each quoted if it has to be.
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
    // By scalars, since a quote that a combining mark follows ends the string all the same.
    let quoted = word.unicodeScalars.map { $0 == "'" ? "'\\''" : String($0) }.joined()
    return "'\(quoted)'"
  }.joined(separator: " ")
}
