import Glibc

/// A number on the page: its text, and where the unrounded number stands in `report.json`.
package struct Quantity: Sendable {
  /// Names and indices from the root of the JSON, with dots between.
  package let path: String
  package let text: String
}

extension Quantity {
  /// A count.
  package init(_ count: Int, at path: String) {
    self.init(path: path, text: grouped(count))
  }

  /// A number rounded to `places` decimals.
  package init(_ value: Double, places: Int, at path: String) {
    self.init(path: path, text: fixed(value, places: places))
  }

  /// A share of 1 as a percentage.
  package init(percent share: Double, places: Int, at path: String) {
    self.init(path: path, text: percent(share, places: places))
  }

  /// A difference, its sign always written.
  package init(difference value: Double, places: Int, at path: String) {
    self.init(path: path, text: signed(value, places: places))
  }

  /// A difference of shares in percentage points.
  package init(points value: Double, places: Int, at path: String) {
    self.init(path: path, text: signed(value * 100, places: places) + "\u{a0}pp")
  }
}

/// A number rounded to a number of decimals, with a true minus sign and no negative zero.
package func fixed(_ value: Double, places: Int) -> String {
  var buffer = [CChar](repeating: 0, count: 400)
  let length = withVaList([Int32(places), abs(value)]) {
    vsnprintf(&buffer, buffer.count, "%.*f", $0)
  }
  let digits = String(
    decoding: buffer[..<min(Int(length), buffer.count - 1)].map(UInt8.init(bitPattern:)),
    as: UTF8.self)
  let isZero = !digits.utf8.contains { (UInt8(ascii: "1")...UInt8(ascii: "9")).contains($0) }
  return value < 0 && !isZero ? "\u{2212}" + digits : digits
}

/// The same with a plus sign before positive numbers.
package func signed(_ value: Double, places: Int) -> String {
  let text = fixed(value, places: places)
  let isZero = text == fixed(0, places: places)
  return value > 0 && !isZero ? "+" + text : text
}

/// A share of 1 as a percentage.
package func percent(_ share: Double, places: Int) -> String {
  fixed(share * 100, places: places) + "\u{a0}%"
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
func counted(_ count: Int, _ noun: String) -> String {
  "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}

/// A number with at most six decimals, and no zeros at their end.
package func trimmed(_ value: Double) -> String {
  var text = fixed(value, places: 6)
  while text.hasSuffix("0") { text.removeLast() }
  if text.hasSuffix(".") { text.removeLast() }
  return text
}
