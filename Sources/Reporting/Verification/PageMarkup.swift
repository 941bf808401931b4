/// How a page of `vis report` holds its numbers and its data, which leaves no room for others that a
/// browser would not show, or show in their place.
package enum PageMarkup {
  /// What the page holds that no page of `vis report` does, in a few words each.
  ///
  /// - a comment;
  /// - more than one element for the payload;
  /// - a number in an element that is not exactly as the templates write it, such as one with a
  ///   `hidden`, `style` or `class` of its own.
  ///
  /// Whether the elements around a number hide it is not looked at.
  package static func objections(to page: [UInt8]) -> [String] {
    var objections: [String] = []
    if page.firstRange(of: Array("<!--".utf8)) != nil {
      objections.append("the page holds a comment, as none of vis report does")
    }
    let payloads = occurrences(of: #"id="payload""#, in: page).count
    if payloads != 1 {
      objections.append("the page holds \(payloads) elements for its data")
    }
    let strange = occurrences(of: "data-json", in: page).count { !isPlain($0, page) }
    if strange > 0 {
      objections.append(
        "\(strange) printed number\(strange == 1 ? " is" : "s are") not in an element as vis"
          + " report writes it")
    }
    return objections
  }

  /// Whether this `data-json` is a number as the templates write it, or in a selector of the style
  /// sheet and the scripts.
  private static func isPlain(_ name: Range<Int>, _ page: [UInt8]) -> Bool {
    let before = page[..<name.lowerBound]
    let after = page[name.upperBound...]
    if before.last == UInt8(ascii: "["), after.first == UInt8(ascii: "]") { return true }
    return ["span", "code"].contains { element in
      guard page[name].elementsEqual("data-json".utf8),
        before.suffix(element.utf8.count + 2).elementsEqual("<\(element) ".utf8),
        after.starts(with: #"=""#.utf8)
      else { return false }
      let path = after.dropFirst(2).prefix(while: isInPath)
      let end = page[path.endIndex...]
      guard !path.isEmpty, end.starts(with: #"">"#.utf8) else { return false }
      let text = end.dropFirst(2).prefix { $0 != UInt8(ascii: "<") }
      return !text.isEmpty && page[text.endIndex...].starts(with: "</\(element)>".utf8)
    }
  }

  private static func isInPath(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// Where a text of lower-case letters occurs, in letters of either case, as HTML reads names.
  private static func occurrences(of text: String, in page: [UInt8]) -> [Range<Int>] {
    func folded(_ byte: UInt8) -> UInt8 {
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
    let pattern = Array(text.utf8)
    guard let first = pattern.first else { return [] }
    return page.indices.filter { start in
      folded(page[start]) == first && page.count - start >= pattern.count
        && pattern.indices.allSatisfy { folded(page[start + $0]) == pattern[$0] }
    }.map { $0..<$0 + pattern.count }
  }
}
