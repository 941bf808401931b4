import Glibc

// `decimal` writes for programs. The other functions write for readers: a true minus sign (U+2212),
// no-break spaces, and signs in place of "nan" and "inf".

// MARK: For programs

/// A number rounded to a number of decimals, as C's `printf` rounds: ties of the exact binary value
/// go to the even digit.
///
/// The minus sign is ASCII, and there is no negative zero.
package func decimal(_ value: Double, places: Int) -> String {
  // A Double has at most 309 digits before the point.
  let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 320 + places) { buffer in
    let length = withVaList([Int32(places), value]) {
      vsnprintf(buffer.baseAddress, buffer.count, "%.*f", $0)
    }
    return String(
      decoding: buffer.prefix(Int(max(0, length))).lazy.map(UInt8.init(bitPattern:)),
      as: UTF8.self)
  }
  let isZero = text.utf8.allSatisfy { "-.0".utf8.contains($0) }
  return isZero && text.hasPrefix("-") ? String(text.dropFirst()) : text
}

// MARK: For readers

/// A number rounded to a number of decimals, as `decimal` rounds.
package func fixed(_ value: Double, places: Int) -> String {
  guard value.isFinite else { return value.isNaN ? "–" : value < 0 ? "\u{2212}∞" : "∞" }
  let text = decimal(value, places: places)
  return text.hasPrefix("-") ? "\u{2212}" + text.dropFirst() : text
}

/// The same with a plus sign before positive numbers.
package func signed(_ value: Double, places: Int) -> String {
  let text = fixed(value, places: places)
  let isZero = text == fixed(0, places: places)
  return value > 0 && !isZero ? "+" + text : text
}

/// A share of 1 as a percentage.
package func percent(_ share: Double, places: Int) -> String {
  let text = fixed(share * 100, places: places)
  return share.isNaN ? text : text + "\u{a0}%"
}

/// A number with at most six decimals, and no zeros at their end.
package func trimmed(_ value: Double) -> String {
  var text = fixed(value, places: 6)
  guard text.contains(".") else { return text }
  while text.hasSuffix("0") { text.removeLast() }
  if text.hasSuffix(".") { text.removeLast() }
  return text
}

/// A whole number with a comma before every three digits.
package func grouped(_ count: Int) -> String {
  var digits = Array(String(count.magnitude).utf8)
  for index in stride(from: digits.count - 3, to: 0, by: -3) {
    digits.insert(UInt8(ascii: ","), at: index)
  }
  return (count < 0 ? "\u{2212}" : "") + String(decoding: digits, as: UTF8.self)
}

/// "1 image", "2 images".
package func counted(_ count: Int, _ noun: String) -> String {
  "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}
