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
package struct LivePayload {
  /// Where bytes lie, counted from the end of the header.
  package struct Section: Codable, Equatable {
    package let offset: Int
    package let count: Int
  }

  /// What the sections hold. "Planes" are the first bytes of all numbers, then the second bytes and
  /// so on, which compresses better.
  package struct Header: Codable, Equatable {
    /// The standard deviation of the styles' prior.
    package let priorScale: Double
    /// The SHA-256 of the page without its payload; see `LivePage`.
    package let frame: String
    /// The SHA-256 of every number on the page; see `LivePage`.
    package let numbers: String
    /// The network as WebAssembly.
    package let network: Section
    /// N digits, a byte each.
    package let labels: Section
    package let samples: Samples
    package let models: [Model]
  }

  /// Test images whose pixels are here: the first of each digit.
  package struct Samples: Codable, Equatable {
    package let indices: [Int]
    /// 28 x 28 bytes each.
    package let pixels: Section
  }

  package struct Model: Codable, Equatable {
    package let name: String
    /// `sae` or `aae`.
    package let kind: String
    package let styleSize: Int
    /// The encoder's, then the decoder's, in the order of their layouts.
    package let tensors: [Tensor]
    /// 16-bit integers in two planes: numbers of all tensors, each over its tensor's scale.
    package let weights: Section
    /// N predicted digits, a byte each.
    package let predictions: Section
    /// S x N floats in four planes: of every image the first feature, then the second and so on.
    package let styles: Section
    /// Styles in which the ten digits' drawings are here: the first and the last, which is zero, of
    /// those that the page shows as generated.
    package let goldenStyles: [[Float]]
    /// A style after the other, ten digits of 28 x 28 bytes each.
    package let goldenImages: Section
  }

  package struct Tensor: Codable, Equatable {
    package let count: Int
    package let scale: Float
  }

  package let bytes: [UInt8]

  /// The test images whose pixels are in a payload.
  static func sampleIndices(labels: [UInt8]) -> [Int] {
    (0..<10).compactMap { labels.firstIndex(of: $0) }
  }

  /// - Parameters:
  ///   - pictures: one for each model.
  ///   - network: the network as WebAssembly.
  ///   - frame: the SHA-256 of the page's frame.
  ///   - numbers: the SHA-256 of the page's numbers.
  init(
    _ input: ReportInput, _ report: ReportData, _ pictures: [DigitPictures], network: [UInt8],
    frame: String, numbers: String
  ) {
    let images = input.images
    var sections = Sections()
    let indices = Self.sampleIndices(labels: images.labels)
    let header = Header(
      priorScale: report.checkpoints[0].ks.priorScale,
      frame: frame,
      numbers: numbers,
      network: sections.add(network),
      labels: sections.add(images.labels),
      samples: Samples(
        indices: indices, pixels: sections.add(indices.flatMap(images.pixels(of:)))),
      models: input.models.indices.map { index in
        Model(
          input.models[index], report.checkpoints[index], pictures[index], adding: &sections)
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
    _ model: EvaluatedModel, _ report: ReportData.ModelReport, _ pictures: DigitPictures,
    adding sections: inout Sections
  ) {
    let checkpoint = model.checkpoint
    let encodings = model.evaluation.encodings
    let size = checkpoint.styleSize
    name = report.name
    kind = report.kind
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
        // A tensor so small that its scale vanishes is no different from zero.
        weights += values.map { scale > 0 ? Int16(clamping: Int(($0 / scale).rounded())) : 0 }
      }
    }
    self.tensors = tensors
    self.weights = sections.add(planes(of: weights))

    predictions = sections.add(encodings.predictions)
    let styles = (0..<size).flatMap { feature in
      stride(from: feature, to: encodings.styles.count, by: size).map {
        encodings.styles[$0].bitPattern
      }
    }
    self.styles = sections.add(planes(of: styles))

    // The first random style and the zero style.
    let rows = Set([0, pictures.generated.count - 1]).sorted()
    let all = report.generated.styles + [[Float](repeating: 0, count: size)]
    goldenStyles = rows.map { all[$0] }
    goldenImages = sections.add(rows.flatMap { Array(pictures.generated[$0].joined()) })
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
