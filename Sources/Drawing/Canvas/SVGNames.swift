/// Numbers the names in an SVG file anew.
///
/// Cairo names parts of a file (`surface845`, `image12`) by counters of the whole process, so that
/// the bytes of a file would depend on what was drawn before and by how many threads.
///
/// - Returns: The file with each kind of name numbered from 1, in order of appearance.
package func renumbered(_ svg: [UInt8]) -> [UInt8] {
  let (quote, hash) = (UInt8(ascii: "\""), UInt8(ascii: "#"))
  let definition = Array(" id=\"".utf8)
  var result: [UInt8] = []
  result.reserveCapacity(svg.count)
  var numbers: [[UInt8]: Int] = [:]
  var counts: [[UInt8]: Int] = [:]
  var position = 0
  while position < svg.count {
    result.append(svg[position])
    position += 1
    let last = svg[position - 1]
    let isName = last == hash || last == quote && result.suffix(definition.count) == definition[...]
    guard isName else { continue }
    // A name of letters and one number; those with more (`glyph0-1`) count within the file.
    let letters = Array(svg[position...].prefix { (0x61...0x7a).contains($0) })
    let digits = svg[(position + letters.count)...].prefix { (0x30...0x39).contains($0) }
    let end = digits.endIndex
    guard !letters.isEmpty, !digits.isEmpty, end < svg.count, svg[end] != UInt8(ascii: "-") else {
      continue
    }
    let name = letters + digits
    let number = numbers[name] ?? (counts[letters] ?? 0) + 1
    if numbers[name] == nil {
      numbers[name] = number
      counts[letters] = number
    }
    result += letters
    result += String(number).utf8
    position = end
  }
  return result
}
