import FoundationEssentials
import Learning
import StyleNet
package import Support

/// What a page computes with, as far as its numbers can be computed again from it: the other side
/// of `LivePayload`.
package struct EmbeddedData {
  /// The standard deviation of the styles' prior.
  let priorScale: Double
  /// The check sum of the page's frame.
  package let frame: String
  /// The check sum of the printed numbers.
  package let numbers: String
  /// The network as WebAssembly.
  package let network: [UInt8]
  /// N digits.
  package let labels: [UInt8]
  /// Of the test images whose pixels are here: the first of each digit.
  package let sampleIndices: [Int]
  /// 28 x 28 bytes each.
  package let samplePixels: [UInt8]
  package let models: [EmbeddedModel]

  /// The most bytes of a header that are read. A page of many models has some ten thousand.
  private static let headerLimit = 1 << 20

  /// - Parameters:
  ///   - content: what `LivePayload.bytes` are.
  ///   - path: the page's, for messages.
  /// - Throws: `FileError` if they make no sense, or lack anything that `LivePayload` puts in.
  package init(_ content: [UInt8], path: String) throws(FileError) {
    let count = content.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard content.count >= 4, count <= min(content.count - 4, Self.headerLimit) else {
      throw FileError(path, "the data in the page have no header")
    }
    let header: LivePayload.Header
    do {
      header = try JSONDecoder().decode(LivePayload.Header.self, from: Data(content[4..<4 + count]))
    } catch {
      throw FileError(path, "the header of the data in the page makes no sense")
    }

    var reader = SectionReader(content[(4 + count)...], path: path)
    try reader.expect(
      Checkpoint.priorScales.contains(header.priorScale), "a prior of scale \(header.priorScale)")
    priorScale = header.priorScale
    frame = header.frame
    numbers = header.numbers
    network = try reader.bytes(header.network, count: header.network.count)
    try reader.expect(
      (1...IDX.countLimit).contains(header.labels.count), "\(header.labels.count) labels")
    labels = try reader.digits(header.labels, count: header.labels.count)
    sampleIndices = header.samples.indices
    try reader.expect(
      sampleIndices == LivePayload.sampleIndices(labels: labels),
      "samples that are not the first image of each digit")
    samplePixels = try reader.bytes(
      header.samples.pixels, count: sampleIndices.count * Model.pixels)
    var models: [EmbeddedModel] = []
    for model in header.models {
      models.append(try EmbeddedModel(model, images: labels.count, &reader))
    }
    try reader.expect(!models.isEmpty, "no models")
    try reader.expectEnd()
    self.models = models
  }
}

/// One model of a page. Its weights are rounded to 16 bits.
package struct EmbeddedModel {
  package let name: String
  package let styleSize: Int
  /// As `Encoder.layout(styleSize:)` says.
  package let encoder: [Float]
  /// As `Decoder.layout(styleSize:)` says.
  package let decoder: [Float]
  /// N digits.
  package let predictions: [UInt8]
  /// N x S.
  package let styles: [Float]
  /// A random style and the zero style.
  package let goldenStyles: [[Float]]
  /// For each golden style ten digits of 28 x 28 bytes.
  package let goldenImages: [UInt8]
}

extension EmbeddedModel {
  fileprivate init(
    _ header: LivePayload.Model, images: Int, _ reader: inout SectionReader
  ) throws(FileError) {
    name = header.name
    styleSize = header.styleSize
    try reader.expect(Model.styleSizes.contains(styleSize), "a style size of \(styleSize)")
    let layout = Encoder.layout(styleSize: styleSize)
    let tensors = layout.tensors + Decoder.layout(styleSize: styleSize).tensors
    try reader.expect(
      header.tensors.map(\.count) == tensors.map(\.count), "tensors of another network")
    let integers = numbers(
      planes: try reader.bytes(header.weights, count: 2 * tensors.reduce(0) { $0 + $1.count }),
      of: UInt16.self)
    var weights: [Float] = []
    for tensor in header.tensors {
      weights += integers[weights.count..<weights.count + tensor.count].map {
        Float(Int16(bitPattern: $0)) * tensor.scale
      }
    }
    try reader.expect(weights.allSatisfy(\.isFinite), "weights that are not finite")
    encoder = Array(weights[..<layout.count])
    decoder = Array(weights[layout.count...])

    predictions = try reader.digits(header.predictions, count: images)
    let columns = numbers(
      planes: try reader.bytes(header.styles, count: 4 * images * styleSize), of: UInt32.self)
    styles = (0..<images * styleSize).map { place in
      let (image, feature) = place.quotientAndRemainder(dividingBy: header.styleSize)
      return Float(bitPattern: columns[feature * images + image])
    }
    goldenStyles = header.goldenStyles
    try reader.expect(
      goldenStyles.allSatisfy { $0.count == header.styleSize }
        && (styles + goldenStyles.joined()).allSatisfy(\.isFinite),
      "styles that are none of the model's")
    try reader.expect(
      goldenStyles.count == 2 && goldenStyles[1].allSatisfy { $0 == 0 },
      "drawings in other styles than a random one and the zero style")
    goldenImages = try reader.bytes(
      header.goldenImages, count: goldenStyles.count * Model.classes * Model.pixels)
  }
}

/// Takes one section after the other from the data in a page. That they lie in order and do not
/// overlap bounds what a header can ask for by what is there.
private struct SectionReader {
  private var rest: ArraySlice<UInt8>
  private var offset = 0
  private let path: String

  init(_ bytes: ArraySlice<UInt8>, path: String) {
    rest = bytes
    self.path = path
  }

  func expect(_ condition: Bool, _ otherwise: String) throws(FileError) {
    guard condition else {
      throw FileError(path, "the data in the page make no sense: \(otherwise)")
    }
  }

  func expectEnd() throws(FileError) {
    try expect(rest.isEmpty, "\(rest.count) bytes that belong to nothing")
  }

  mutating func bytes(_ section: LivePayload.Section, count: Int) throws(FileError) -> [UInt8] {
    try expect(
      section.offset == offset && section.count == count && (0...rest.count).contains(count),
      "\(section.count) bytes at \(section.offset), expected \(count) at \(offset)")
    offset += count
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  /// Bytes from 0 to 9.
  mutating func digits(_ section: LivePayload.Section, count: Int) throws(FileError) -> [UInt8] {
    let digits = try bytes(section, count: count)
    try expect(digits.allSatisfy { $0 < UInt8(Model.classes) }, "digits above 9")
    return digits
  }
}

/// Numbers whose lowest bytes come first, then the next and so on.
private func numbers<Number: FixedWidthInteger>(
  planes: [UInt8], of type: Number.Type
) -> [Number] {
  let size = Number.bitWidth / 8
  let count = planes.count / size
  return (0..<count).map { index in
    (0..<size).reduce(0) { $0 | Number(planes[$1 * count + index]) << (8 * $1) }
  }
}
