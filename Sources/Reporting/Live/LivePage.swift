import FoundationEssentials
import Support

/// A rendered page that is given what its live part computes with, and how to find that in it.
///
/// Three texts are filled in after the page was rendered: the payload, the SHA-256 of what it
/// inflates to, and a copy of that for the reader's eyes. The page without the three is its frame.
package struct LivePage {
  /// The text of the payload's element.
  package let payload: ArraySlice<UInt8>
  /// The SHA-256 that the payload's element carries.
  package let checkSum: String
  /// The SHA-256 that is printed.
  package let printedCheckSum: String
  /// The page as it was before it was filled.
  package let frame: [UInt8]

  /// - Returns: nil if the page has no whole payload.
  package init?(_ page: [UInt8]) {
    guard let places = Places(page) else { return nil }
    payload = page[places.payload]
    checkSum = String(decoding: page[places.checkSum], as: UTF8.self)
    printedCheckSum = String(decoding: page[places.printedCheckSum], as: UTF8.self)
    frame = places.filling(page, payload: [], checkSum: [])
  }

  /// The page with the payload in the elements that the templates keep for it.
  ///
  /// - Parameter payload: makes the payload for a page whose frame and numbers have the check sums
  ///   given.
  /// - Throws: `FileError` naming the template if there are no such elements.
  static func fill(
    _ page: [UInt8], payload: (_ frame: String, _ numbers: String) -> LivePayload
  ) throws(FileError) -> [UInt8] {
    guard let places = Places(page) else {
      throw FileError(
        "report.mustache",
        "it or its partials hold no elements"
          + " \(Places.elementStart)\(Places.attributeEnd)\(Places.elementEnd)"
          + " and \(Places.printedStart)\(Places.printedEnd) for the payload and its check sum")
    }
    let bytes = payload(sha256(page), checkSum(of: numbers(of: page))).bytes
    return places.filling(
      page, payload: Array(Data(gzipped(bytes)).base64EncodedData()),
      checkSum: Array(sha256(bytes).utf8))
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

  /// The SHA-256 of all numbers: where each comes from, `=`, what is printed, a line feed.
  ///
  /// It tells that a printed number was changed, whether or not that number can be computed again
  /// from what the page holds. A browser, which sees the frame only as it understood it, can
  /// compute this sum and not the frame's.
  package static func checkSum(of numbers: [Quantity]) -> String {
    sha256(numbers.flatMap { Array("\($0.path)=\($0.text)\n".utf8) })
  }
}

/// Where a page holds its payload and the check sum of it.
private struct Places {
  static let elementStart = #"<script type="application/gzip" id="payload" data-sha256=""#
  static let attributeEnd = #"">"#
  static let elementEnd = "</script>"
  static let printedStart = #"<code id="payload-sha256">"#
  static let printedEnd = "</code>"

  let payload: Range<Int>
  let checkSum: Range<Int>
  let printedCheckSum: Range<Int>

  /// - Returns: nil if the page lacks one or ends within it.
  init?(_ page: [UInt8]) {
    func text(from start: Int, to end: String) -> Range<Int>? {
      let first = end.utf8.first
      let text = page[start...].prefix { $0 != first }
      return page[text.endIndex...].starts(with: end.utf8) ? text.indices : nil
    }
    guard let element = page.firstRange(of: Array(Self.elementStart.utf8)),
      let checkSum = text(from: element.upperBound, to: Self.attributeEnd),
      let payload = text(
        from: checkSum.upperBound + Self.attributeEnd.utf8.count, to: Self.elementEnd),
      let printed = page.firstRange(of: Array(Self.printedStart.utf8)),
      let printedCheckSum = text(from: printed.upperBound, to: Self.printedEnd)
    else { return nil }
    self.payload = payload
    self.checkSum = checkSum
    self.printedCheckSum = printedCheckSum
  }

  /// The page with these texts in their places.
  func filling(_ page: [UInt8], payload text: [UInt8], checkSum sum: [UInt8]) -> [UInt8] {
    var page = page
    // From the last to the first, so that the places of the others stay where they are.
    let texts = [(payload, text), (checkSum, sum), (printedCheckSum, sum)]
    for (place, text) in texts.sorted(by: { $0.0.lowerBound > $1.0.lowerBound }) {
      page.replaceSubrange(place, with: text)
    }
    return page
  }
}

/// The SHA-256 of the bytes in hexadecimal digits.
func sha256(_ bytes: [UInt8]) -> String {
  hexadecimal(Digest.sha256(bytes))
}

extension RandomAccessCollection<UInt8> where Index == Int {
  /// Where the bytes of `pattern` first occur.
  func firstRange(of pattern: [UInt8]) -> Range<Int>? {
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
