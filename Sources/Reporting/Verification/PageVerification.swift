import FoundationEssentials
import Learning
import StyleNet
package import Support

/// Whether a page tells the truth about itself: what it prints against what follows from the data
/// in it.
///
/// Computed again are
/// - accuracies, their intervals, confusions and what single images were read as, from the
///   predictions;
/// - the Kolmogorov-Smirnov tests with their -log10 p, from the style vectors;
/// - the drawings in the styles that come with drawings, by the decoder;
/// - the readings of the test images that come with pixels, by the encoder.
///
/// L1, cross-entropy and the probabilities of single images would need the pixels of all images,
/// which a page does not hold. That these numbers, like all others, and all the rest of the page,
/// pictures and prose too, are what the page was made with is told by check sums.
///
/// Check sums are no signature. Whoever changes the page or its data and puts the sums right again
/// is not stopped by them, but only by what is computed again; whoever writes other data and prints
/// what follows from those makes a page that agrees with itself. To know who made a page, make it
/// again, or get it from somebody trusted.
package struct PageVerification: Sendable {
  /// How many printed numbers were computed again.
  package private(set) var numbers = 0
  /// How many images were drawn or read again.
  package private(set) var images = 0
  /// What does not agree, in a few words each.
  package private(set) var mismatches: [String] = []

  /// Weights are rounded in a page, so that grey levels may differ by one.
  private static let levelTolerance = 1
  /// How far, for the same reason, components of style and logits may be off.
  private static let readingTolerance: Float = 0.02
  /// The most bytes that are inflated, so that a small page cannot take much memory.
  private static let limit = 64 << 20

  /// - Parameters:
  ///   - page: the bytes of an `index.html`.
  ///   - path: where it is, for messages.
  ///   - network: the network as WebAssembly that this program puts into pages; nil if that is not
  ///     known.
  /// - Throws: `FileError` if that is no whole page of `vis report` with its data in it.
  package init(
    page: [UInt8], path: String, network: [UInt8]? = nil, workers: Workers
  ) throws(FileError) {
    guard let parts = LivePage(page) else {
      throw FileError(path, "no whole page of vis report with its data in it")
    }
    let content: [UInt8]
    do throws(FileError) {
      content = try Self.inflate(parts.payload, path: path)
    } catch {
      mismatches = ["the data in the page are not those it was made with: \(error.reason)"]
      return
    }
    guard content.count <= Self.limit else {
      throw FileError(path, "the data in the page inflate to more than \(Self.limit) bytes")
    }
    let data = try EmbeddedData(content, path: path)

    mismatches = PageMarkup.objections(to: parts.frame)
    let checkSum = sha256(content)
    if parts.checkSum != checkSum {
      mismatches.append("the data in the page are not those it was made with: another SHA-256")
    }
    if parts.printedCheckSum != checkSum {
      mismatches.append("the SHA-256 printed is not that of the data in the page")
    }
    if sha256(parts.frame) != data.frame {
      mismatches.append("the page around its data is not the one that was made with them")
    }
    if let network, network != data.network {
      mismatches.append("the network in the page is not the one that comes with this program")
    }
    check(LivePage.numbers(of: parts.frame), data, workers)
    for model in data.models {
      checkDrawings(model, workers)
      checkReadings(model, data, workers)
    }
  }

  /// The first bytes of a payload, one more than the limit at most.
  ///
  /// - Throws: `FileError` if they were damaged, which the check sum of gzip tells.
  private static func inflate(
    _ payload: ArraySlice<UInt8>, path: String
  ) throws(FileError) -> [UInt8] {
    guard let compressed = Data(base64Encoded: Data(payload)) else {
      throw FileError(path, "not base64")
    }
    var reader = try GzipReader(Array(compressed), path: path)
    let content = try reader.read(upTo: limit + 1)
    if content.count <= limit { try reader.finish(after: content.count) }
    return content
  }

  private mutating func check(_ printed: [Quantity], _ data: EmbeddedData, _ workers: Workers) {
    if LivePage.checkSum(of: printed) != data.numbers {
      mismatches.append("a printed number is not the one that the page was made with")
    }
    let expected = ExpectedNumbers(data, printed: printed, workers: workers).values
    let missing = Set(expected.keys).subtracting(printed.map(\.path)).sorted()
    if let first = missing.first {
      mismatches.append(
        missing.count == 1
          ? "1 number that follows from the data is not printed, such as \(first)"
          : "\(missing.count) numbers that follow from the data are not printed, such as \(first)")
    }
    for quantity in printed {
      guard let value = expected[quantity.path] else { continue }
      numbers += 1
      let text = quantity.text(of: value)
      if text != quantity.text {
        mismatches.append(
          "\(quantity.path) is printed as \(quantity.text) and comes out as \(text)")
      }
    }
  }

  /// Draws the digits again in the styles that come with drawings.
  private mutating func checkDrawings(_ model: EmbeddedModel, _ workers: Workers) {
    let decoder = Decoder(styleSize: model.styleSize, parameters: model.decoder)
    let codes = model.goldenStyles.flatMap { style in
      (0..<Model.classes).flatMap { code(digit: $0, style: style) }
    }
    guard let drawn = try? decoder.greyImages(codes: codes, workers: workers) else {
      mismatches.append("\(model.name) draws what is not finite")
      return
    }
    for start in stride(from: 0, to: drawn.count, by: Model.pixels) {
      images += 1
      let largest = (start..<start + Model.pixels).reduce(0) {
        max($0, abs(Int(drawn[$1]) - Int(model.goldenImages[$1])))
      }
      if largest > Self.levelTolerance {
        mismatches.append(
          "\(model.name) draws a \(start / Model.pixels % Model.classes) that is off by"
            + " \(largest) grey levels")
      }
    }
  }

  /// Reads the test images again that come with pixels.
  private mutating func checkReadings(
    _ model: EmbeddedModel, _ data: EmbeddedData, _ workers: Workers
  ) {
    let encoder = Encoder(styleSize: model.styleSize, parameters: model.encoder)
    guard
      let read = try? Encodings(encoder: encoder, pixels: data.samplePixels, workers: workers)
    else {
      mismatches.append("\(model.name) reads what is not finite")
      return
    }
    for (sample, index) in data.sampleIndices.enumerated() {
      images += 1
      let style = model.styles[index * model.styleSize..<(index + 1) * model.styleSize]
      if !zip(read.style(of: sample), style).allSatisfy({
        abs($0 - $1) <= Self.readingTolerance
      }) {
        mismatches.append("\(model.name) reads another style from test image \(index)")
      }
      let logits = read.logits[sample * Model.classes..<(sample + 1) * Model.classes]
      let logit = logits[logits.startIndex + Int(model.predictions[index])]
      if !logits.allSatisfy({ $0 - logit <= Self.readingTolerance }) {
        mismatches.append("\(model.name) reads another digit from test image \(index)")
      }
    }
  }
}

extension Quantity {
  /// What would be printed of a value in place of the text, with as many decimals and in the same
  /// unit.
  func text(of value: Double) -> String {
    let fraction = text.utf8.drop { $0 != UInt8(ascii: ".") }.dropFirst()
    let places = fraction.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
    if text.hasSuffix("%") { return Quantity(percent: value, places: places, at: path).text }
    if text.hasSuffix("pp") { return Quantity(points: value, places: places, at: path).text }
    if text.contains(","), let count = Int(exactly: value) { return grouped(count) }
    return text.hasPrefix("+") ? signed(value, places: places) : fixed(value, places: places)
  }
}
