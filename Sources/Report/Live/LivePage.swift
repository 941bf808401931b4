import Files

/// A rendered page that is given what its live part computes with, and how to find that in it.
package enum LivePage {
  private static let start = Array(#"<script type="application/gzip" id="payload">"#.utf8)
  private static let end = Array("</script>".utf8)

  /// The page with the payload in the element that the template keeps for it.
  ///
  /// - Parameter payload: makes the payload for a page whose numbers have the check sum given.
  /// - Throws: `FileError` naming the template if there is no such element.
  static func fill(
    _ page: [UInt8], payload: (_ numbers: UInt32) -> LivePayload
  ) throws(FileError) -> [UInt8] {
    guard let found = page.firstRange(of: start) else {
      throw FileError(
        "report.mustache",
        "holds no element \(String(decoding: start + end, as: UTF8.self)) for the payload")
    }
    let text = base64(gzip(payload(checkSum(of: numbers(of: page))).bytes))
    return page[..<found.upperBound] + Array(text.utf8) + page[found.upperBound...]
  }

  /// The text of the payload's element; nil if the page has none or ends within it.
  package static func payload(of page: [UInt8]) -> ArraySlice<UInt8>? {
    guard let found = page.firstRange(of: start) else { return nil }
    let text = page[found.upperBound...].prefix { $0 != UInt8(ascii: "<") }
    return page[text.endIndex...].starts(with: end) ? text : nil
  }

  /// Every number of the page, in order.
  package static func numbers(of page: [UInt8]) -> [Quantity] {
    let attribute = Array("data-json=\"".utf8)
    var numbers: [Quantity] = []
    var rest = page[...]
    while let found = rest.firstRange(of: attribute) {
      let path = rest[found.upperBound...].prefix { $0 != UInt8(ascii: "\"") }
      let text = rest[path.endIndex...].drop { $0 != UInt8(ascii: ">") }.dropFirst()
        .prefix { $0 != UInt8(ascii: "<") }
      numbers.append(
        Quantity(
          path: String(decoding: path, as: UTF8.self), text: String(decoding: text, as: UTF8.self)))
      rest = rest[text.endIndex...]
    }
    return numbers
  }

  /// The CRC-32 of all numbers: where each comes from, `=`, what is printed, a line feed.
  ///
  /// It tells that a printed number was changed, whether or not that number can be computed again
  /// from what the page holds.
  package static func checkSum(of numbers: [Quantity]) -> UInt32 {
    crc32(numbers.flatMap { Array("\($0.path)=\($0.text)\n".utf8) })
  }
}

extension RandomAccessCollection<UInt8> where Index == Int {
  /// Where the bytes of `pattern` first occur.
  fileprivate func firstRange(of pattern: [UInt8]) -> Range<Int>? {
    guard let first = pattern.first else { return nil }
    var start = startIndex
    while let candidate = self[start...].firstIndex(of: first) {
      if self[candidate...].starts(with: pattern) {
        return candidate..<candidate + pattern.count
      }
      start = candidate + 1
    }
    return nil
  }
}
