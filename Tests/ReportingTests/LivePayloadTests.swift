import FoundationEssentials
import TestSupport
import Testing

@testable import Drawing
@testable import Learning
@testable import Reporting
@testable import StyleNet
@testable import Support

/// From a report's input to the payload in its page, and back to what a browser reads from that.
@Suite struct LivePayloadTests {
  private static let images = UntrainedModels.images { $0 * 7 % 9 }
  private static let network: [UInt8] = [0, 97, 115, 109, 255]
  private static let made = Result { try Made() }

  /// The models, and the payload in the page that was made of them.
  private struct Made {
    let models: [EvaluatedModel]
    let report: ReportData
    let header: LivePayload.Header
    let sections: [UInt8]

    init() throws {
      models = try UntrainedModels.evaluated(on: images)
      let made = try UntrainedModels.report(models, on: images)
      report = made.data
      let files = try made.files(
        templates: Templates(directory: "\(packageDirectory)/templates"), network: network,
        workers: Workers(threads: 1))
      let html = String(decoding: try #require(files.last).bytes, as: UTF8.self)
      let element = #"<script type="application/gzip" id="payload">"#
      let text = try #require(html.split(separator: element).last?.prefix { $0 != "<" })
      let compressed = try #require(Data(base64Encoded: String(text)))
      var reader = try GzipReader(Array(compressed), path: "page")
      let content = try reader.read(upTo: 1 << 24)
      try reader.finish(after: content.count)
      let length = content.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      header = try JSONDecoder().decode(
        LivePayload.Header.self, from: Data(content[4..<4 + length]))
      sections = Array(content[(4 + length)...])
    }

    func bytes(_ section: LivePayload.Section) -> [UInt8] {
      Array(sections[section.offset..<section.offset + section.count])
    }

    /// Numbers whose lowest bytes come first, then the next and so on.
    func numbers<Number: FixedWidthInteger>(
      _ section: LivePayload.Section, of: Number.Type
    ) -> [Number] {
      let planes = bytes(section)
      let size = Number.bitWidth / 8
      let count = planes.count / size
      return (0..<count).map { index in
        (0..<size).reduce(0) { $0 | Number(planes[$1 * count + index]) << (8 * $1) }
      }
    }

    /// The models, each with its header.
    var pairs: [(EvaluatedModel, LivePayload.Model)] { Array(zip(models, header.models)) }
  }

  @Test func sectionsComeBackAsTheyWere() throws {
    let made = try Self.made.get()
    let header = made.header
    #expect(made.bytes(header.network) == Self.network)
    #expect(made.bytes(header.labels) == Self.images.labels)
    #expect(header.marks == Mark.all)
    // No image shows a 9.
    #expect(header.samples.indices == (0..<9).map { Self.images.labels.firstIndex(of: $0) })
    let pixels = made.bytes(header.samples.pixels)
    for (place, index) in header.samples.indices.enumerated() {
      #expect(
        pixels[place * 784..<(place + 1) * 784]
          == Self.images.pixels(of: index)[...])
    }
    #expect(header.models.map(\.name) == ["size-1", "size-3"])
    #expect(header.models.map(\.styleSize) == [1, 3])
  }

  /// The planes of bytes are put together again without a loss.
  @Test func stylesAndPredictionsComeBackExactly() throws {
    let made = try Self.made.get()
    for (model, header) in made.pairs {
      let encodings = model.evaluation.encodings
      let columns = made.numbers(header.styles, of: UInt32.self)
      let count = Self.images.labels.count
      let rows = (0..<count).flatMap { image in
        (0..<header.styleSize).map { columns[$0 * count + image] }
      }
      #expect(rows == encodings.styles.map(\.bitPattern))
      #expect(made.bytes(header.predictions) == encodings.predictions)
    }
  }

  @Test func spreadsOfEachDigitsStylesComeBackExactly() throws {
    let made = try Self.made.get()
    for (model, header) in made.pairs {
      let expected = DigitStyles(model.evaluation.encodings, labels: Self.images.labels)
      #expect(header.digitStyles == expected.moments)
      #expect(header.digitStyles.allSatisfy { $0.count == header.styleSize })
    }
  }

  /// Half a step of 1/32767 of the largest weight of a tensor, and what a float rounds away.
  @Test func weightsAreOffByHalfAStepAtMost() throws {
    let made = try Self.made.get()
    for (model, header) in made.pairs {
      let size = header.styleSize
      let integers = made.numbers(header.weights, of: UInt16.self)
      let tensors =
        Encoder.layout(styleSize: size).tensors.map {
          model.checkpoint.encoder[$0.offset..<$0.offset + $0.count]
        }
        + Decoder.layout(styleSize: size).tensors.map {
          model.checkpoint.decoder[$0.offset..<$0.offset + $0.count]
        }
      #expect(header.tensors.map(\.count) == tensors.map(\.count))
      var start = 0
      for (tensor, weights) in zip(header.tensors, tensors) {
        let read = integers[start..<start + tensor.count].map {
          Float(Int16(bitPattern: $0)) * tensor.scale
        }
        start += tensor.count
        let largest = weights.reduce(0) { max($0, abs($1)) }
        let error = zip(weights, read).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(error <= largest / 32767 * 0.505)
      }
    }
  }

  @Test func goldenDrawingsAreOfTheFirstStyleAndZero() throws {
    let made = try Self.made.get()
    for (report, header) in zip(made.report.checkpoints, made.header.models) {
      let zero = [Float](repeating: 0, count: header.styleSize)
      #expect(header.goldenStyles == [report.generated.styles[0], zero])
      let images = made.bytes(header.goldenImages)
      #expect(images.count == 2 * 10 * 784)
      #expect(Set(images).count > 10)
    }
  }

  /// The header says where everything lies: one section after the other, to the end.
  @Test func sectionsLieOneAfterTheOther() throws {
    let made = try Self.made.get()
    let header = made.header
    var sections = [header.network, header.labels, header.samples.pixels]
    for model in header.models {
      sections += [model.weights, model.predictions, model.styles, model.goldenImages]
    }
    var end = 0
    for section in sections {
      #expect(section.offset == end)
      end += section.count
    }
    #expect(end == made.sections.count)
    #expect(header.sigma == 2)
    #expect(header.models.map(\.kind) == ["sae", "sae"])
  }
}
