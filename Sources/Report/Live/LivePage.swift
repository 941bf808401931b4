import Files

/// A rendered page that is given what its live part computes with.
enum LivePage {
  private static let place = "<script type=\"application/gzip\" id=\"payload\">"

  /// The page with the payload in the element that the template keeps for it.
  ///
  /// - Parameter payload: makes the payload for a page whose numbers have the CRC-32 given.
  /// - Throws: `FileError` naming the template if there is no such element.
  static func fill(
    _ page: [UInt8], payload: (_ numbers: UInt32) -> LivePayload
  ) throws(FileError) -> [UInt8] {
    guard let found = page.firstRange(of: Array(place.utf8)) else {
      throw FileError(
        "report.mustache", "holds no element \(place)</script> for the payload")
    }
    let text = base64(gzip(payload(crc32(numbers(of: page))).bytes))
    return page[..<found.upperBound] + Array(text.utf8) + page[found.upperBound...]
  }

  /// Every number of the page in order: where it comes from, `=`, what is printed, a line feed.
  ///
  /// Their check sum lets the page notice that a printed number was changed, whether or not it can
  /// compute that number again.
  static func numbers(of page: [UInt8]) -> [UInt8] {
    let attribute = Array("data-json=\"".utf8)
    var numbers: [UInt8] = []
    var rest = page[...]
    while let found = rest.firstRange(of: attribute) {
      rest = rest[found.upperBound...]
      numbers += rest.prefix { $0 != UInt8(ascii: "\"") }
      numbers.append(UInt8(ascii: "="))
      let text = rest.drop { $0 != UInt8(ascii: ">") }.dropFirst()
      numbers += text.prefix { $0 != UInt8(ascii: "<") }
      numbers.append(UInt8(ascii: "\n"))
      rest = text
    }
    return numbers
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
