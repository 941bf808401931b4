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
/// floats. So are the images' style vectors, of which the map takes no more than it can show.
struct LivePayload {

  /// Where bytes lie, counted from the end of the header.
  struct Section: Codable, Equatable {
    let offset: Int
    let count: Int
  }

  /// What the sections hold. "Planes" are the lower bytes of all numbers, then the higher ones, which
  /// compresses better.
  struct Header: Codable, Equatable {
    /// The standard deviation of the styles' prior.
    let sigma: Double
    /// The network as WebAssembly.
    let network: Section
    /// What stands for each of the ten digits after a verb: "a 7".
    let phrases: [String]
    /// What can be written between digits.
    let marks: [Mark]
    /// The digits of the first N images, a byte each.
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
    let featureNames: [String]
    /// The encoder's, then the decoder's, in the order of their layouts.
    let tensors: [Tensor]
    /// 16-bit integers in two planes: numbers of all tensors, each over its tensor's scale.
    let weights: Section
    /// N predicted digits, a byte each.
    let predictions: Section
    /// S times the first N images' numbers: of every image the first feature, then the second and so
    /// on.
    let features: [Tensor]
    /// Like the weights.
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
  /// How many images the map shows, the first of all.
  let images: Int

  /// The test images whose pixels are in a payload.
  private static func sampleIndices(labels: [UInt8]) -> [Int] {
    (0..<10).compactMap { labels.firstIndex(of: $0) }
  }

  /// - Parameters:
  ///   - network: the network as WebAssembly.
  ///   - mostNumbers: the most numbers of style of a model; as many as ten thousand images of four
  ///     features have.
  init(_ report: Report, network: [UInt8], mostNumbers: Int = 40_000) {
    let images = report.input.images
    let features = report.data.checkpoints.map(\.styleSize).max() ?? 1
    let count = min(images.count, max(1, mostNumbers / features))
    self.images = count
    let labels = Array(images.labels.prefix(count))
    var sections = Sections()
    let indices = Self.sampleIndices(labels: labels)
    let header = Header(
      sigma: report.input.prior.scale,
      network: sections.add(network),
      phrases: report.words.phrases,
      marks: Mark.all,
      labels: sections.add(labels),
      samples: Samples(
        indices: indices, pixels: sections.add(images.pixels[indices])),
      models: report.models.map {
        Model($0, labels: images.labels, count: count, adding: &sections)
      })

    do {
      let text = try json(header)
      bytes = littleEndian(UInt32(text.count)) + text + sections.bytes
    } catch {
      preconditionFailure("a header holds finite numbers: \(error)")
    }
  }
}

extension LivePayload.Model {
  fileprivate init(
    _ model: ReportedModel, labels: [UInt8], count: Int, adding sections: inout Sections
  ) {
    let checkpoint = model.source.checkpoint
    let encodings = model.source.evaluation.encodings
    let size = checkpoint.styleSize
    name = model.data.name
    kind = model.data.kind
    styleSize = size
    featureNames = model.data.featureNames

    let parameters = [
      (Encoder.layout(styleSize: size), checkpoint.encoder),
      (Decoder.layout(styleSize: size), checkpoint.decoder),
    ].flatMap { layout, block in
      layout.tensors.map { block[$0.offset..<$0.offset + $0.count] }
    }
    (tensors, weights) = sections.add(scaled: parameters)

    predictions = sections.add(Array(encodings.predictions.prefix(count)))
    (features, styles) = sections.add(scaled: model.source.features.map { $0.prefix(count) })
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

  /// Adds finite numbers as integers times a scale for each tensor.
  mutating func add(
    scaled tensors: [ArraySlice<Float>]
  ) -> ([LivePayload.Tensor], LivePayload.Section) {
    var integers: [Int16] = []
    let descriptions = tensors.map { values in
      let largest = values.reduce(0) { max($0, abs($1)) }
      let scale = largest / Float(Int16.max)
      // If the scale rounds to 0, all values are stored as 0.
      integers += values.map { scale > 0 ? Int16(clamping: Int(($0 / scale).rounded())) : 0 }
      return LivePayload.Tensor(count: values.count, scale: scale)
    }
    let planes = [0, 8].flatMap { shift in
      integers.map { UInt8(truncatingIfNeeded: $0 >> shift) }
    }
    return (descriptions, add(planes))
  }
}

private func littleEndian(_ number: UInt32) -> [UInt8] {
  (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}
