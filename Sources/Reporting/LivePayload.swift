import Drawing
import FoundationEssentials
import Learning
import StyleNet
import Support

/// What the live part of the page computes with, as one block of bytes.
///
/// A little-endian 32-bit count, as many bytes of JSON (a `Header`), then the sections that the
/// header points to. Weights are stored as 16-bit integers and a scale for each tensor: digits
/// decoded with them are off by a tenth of a grey level, and the page is half as large as with
/// floats. Style vectors are stored exactly, so that what is computed from them again is exactly
/// what the page prints.
struct LivePayload {
  /// Where bytes lie, counted from the end of the header.
  struct Section: Codable, Equatable {
    let offset: Int
    let count: Int
  }

  /// What the sections hold. "Planes" are the first bytes of all numbers, then the second bytes and
  /// so on, which compresses better.
  struct Header: Codable, Equatable {
    /// The standard deviation of the styles' prior.
    let sigma: Double
    /// The network as WebAssembly.
    let network: Section
    /// What stands for each of the ten digits after a verb: "a 7".
    let phrases: [String]
    /// What can be written between digits.
    let marks: [Mark]
    /// N digits, a byte each.
    let labels: Section
    let samples: Samples
    let models: [Model]
  }

  /// Test images whose pixels are here: the first of each digit.
  struct Samples: Codable, Equatable {
    let indices: [Int]
    /// 28 x 28 bytes each.
    let pixels: Section
  }

  struct Model: Codable, Equatable {
    let name: String
    /// `sae` or `aae`.
    let kind: String
    let styleSize: Int
    /// The encoder's, then the decoder's, in the order of their layouts.
    let tensors: [Tensor]
    /// 16-bit integers in two planes: numbers of all tensors, each over its tensor's scale.
    let weights: Section
    /// N predicted digits, a byte each.
    let predictions: Section
    /// S x N floats in four planes: of every image the first feature, then the second and so on.
    let styles: Section
    /// K x S: how the styles of each digit are spread, of every digit component by component.
    let digitStyles: [[Moments]]
    /// Styles in which the ten digits' drawings are here: the first random one and the zero style.
    let goldenStyles: [[Float]]
    /// A style after the other, ten digits of 28 x 28 bytes each.
    let goldenImages: Section
  }

  struct Tensor: Codable, Equatable {
    let count: Int
    let scale: Float
  }

  let bytes: [UInt8]

  /// The test images whose pixels are in a payload.
  static func sampleIndices(labels: [UInt8]) -> [Int] {
    (0..<10).compactMap { labels.firstIndex(of: $0) }
  }

  /// - Parameter network: the network as WebAssembly.
  init(_ report: Report, network: [UInt8]) {
    let images = report.input.images
    var sections = Sections()
    let indices = Self.sampleIndices(labels: images.labels)
    let header = Header(
      sigma: report.input.prior.scale,
      network: sections.add(network),
      phrases: report.words.phrases,
      marks: Mark.all,
      labels: sections.add(images.labels),
      samples: Samples(
        indices: indices, pixels: sections.add(images.pixels[indices])),
      models: report.models.map { Model($0, labels: images.labels, adding: &sections) })

    do {
      let text = try json(header)
      bytes = littleEndian(UInt32(text.count)) + text + sections.bytes
    } catch {
      preconditionFailure("a header holds finite numbers: \(error)")
    }
  }
}

extension LivePayload.Model {
  fileprivate init(_ model: ReportedModel, labels: [UInt8], adding sections: inout Sections) {
    let checkpoint = model.source.checkpoint
    let encodings = model.source.evaluation.encodings
    let size = checkpoint.styleSize
    name = model.data.name
    kind = model.data.kind
    styleSize = size

    var tensors: [LivePayload.Tensor] = []
    var weights: [Int16] = []
    for (layout, block) in [
      (Encoder.layout(styleSize: size), checkpoint.encoder),
      (Decoder.layout(styleSize: size), checkpoint.decoder),
    ] {
      for tensor in layout.tensors {
        let values = block[tensor.offset..<tensor.offset + tensor.count]
        let largest = values.reduce(0) { max($0, abs($1)) }
        let scale = largest / Float(Int16.max)
        tensors.append(LivePayload.Tensor(count: tensor.count, scale: scale))
        // If the scale rounds to 0, all values are stored as 0.
        weights += values.map { scale > 0 ? Int16(clamping: Int(($0 / scale).rounded())) : 0 }
      }
    }
    self.tensors = tensors
    self.weights = sections.add(planes(of: weights))

    predictions = sections.add(encodings.predictions)
    styles = sections.add(
      planes(of: model.source.features.flatMap { $0.map(\.bitPattern) }))
    digitStyles = DigitStyles(encodings, labels: labels).moments

    goldenStyles = [model.data.generated.styles[0], [Float](repeating: 0, count: size)]
    let rows = [model.exhibits.generated[0], model.exhibits.zero]
    goldenImages = sections.add(rows.flatMap { $0.digits.flatMap(\.pixels) })
  }
}

/// Bytes in the making, and where the parts of them lie.
private struct Sections {
  var bytes: [UInt8] = []

  mutating func add(_ part: [UInt8]) -> LivePayload.Section {
    defer { bytes += part }
    return LivePayload.Section(offset: bytes.count, count: part.count)
  }
}

/// The lowest bytes of all numbers, then the next and so on.
private func planes<Number: FixedWidthInteger>(of numbers: [Number]) -> [UInt8] {
  (0..<Number.bitWidth / 8).flatMap { plane in
    numbers.map { UInt8(truncatingIfNeeded: $0 >> (8 * plane)) }
  }
}

private func littleEndian(_ number: UInt32) -> [UInt8] {
  (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}
