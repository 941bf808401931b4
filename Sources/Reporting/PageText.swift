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
