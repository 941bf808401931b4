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
    let payload: Content

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
      payload = try Content(content)
    }

    /// The models, each with its header.
    var pairs: [(EvaluatedModel, LivePayload.Model)] {
      Array(zip(models, payload.header.models))
    }
  }

  /// A payload as a browser reads it.
  private struct Content {
    let header: LivePayload.Header
    let sections: [UInt8]

    init(_ content: [UInt8]) throws {
      let length = content.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      header = try JSONDecoder().decode(
        LivePayload.Header.self, from: Data(content[4..<4 + length]))
      sections = Array(content[(4 + length)...])
    }

    func bytes(_ section: LivePayload.Section) -> [UInt8] {
      Array(sections[section.offset..<section.offset + section.count])
    }

    /// How far the numbers of each tensor are off, in steps of its scale.
    func errors(
      _ section: LivePayload.Section, _ tensors: [LivePayload.Tensor],
      from values: [ArraySlice<Float>]
    ) -> [Float] {
      let planes = bytes(section)
      let count = planes.count / 2
      #expect(tensors.map(\.count) == values.map(\.count))
      #expect(tensors.reduce(0) { $0 + $1.count } == count)
      var start = 0
      return zip(tensors, values).map { tensor, values in
        defer { start += tensor.count }
        #expect(tensor.scale == values.reduce(0) { max($0, abs($1)) } / 32767)
        return zip(start..., values).reduce(0) { most, pair in
          let number = Int16(
            bitPattern: UInt16(planes[pair.0]) | UInt16(planes[count + pair.0]) << 8)
          return max(most, abs(Float(number) * tensor.scale - pair.1) / tensor.scale)
        }
      }
    }
  }

  @Test func sectionsComeBackAsTheyWere() throws {
    let made = try Self.made.get().payload
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

  @Test func spreadsOfEachDigitsStylesComeBackExactly() throws {
    let made = try Self.made.get()
    for (model, header) in made.pairs {
      let expected = DigitStyles(model.evaluation.encodings, labels: Self.images.labels)
      #expect(header.digitStyles == expected.moments)
      #expect(header.digitStyles.allSatisfy { $0.count == header.styleSize })
    }
  }

  /// Half a step, and what a float rounds away.
  @Test func weightsAndStylesAreOffByHalfAStepAtMost() throws {
    let made = try Self.made.get()
    for (model, header) in made.pairs {
      let size = header.styleSize
      let weights =
        Encoder.layout(styleSize: size).tensors.map {
          model.checkpoint.encoder[$0.offset..<$0.offset + $0.count]
        }
        + Decoder.layout(styleSize: size).tensors.map {
          model.checkpoint.decoder[$0.offset..<$0.offset + $0.count]
        }
      let errors =
        made.payload.errors(header.weights, header.tensors, from: weights)
        + made.payload.errors(
          header.styles, header.features, from: model.features.map { $0[...] })
      #expect(errors.allSatisfy { $0 <= 0.505 } && errors.contains { $0 > 0.4 })
      #expect(made.payload.bytes(header.predictions) == model.evaluation.encodings.predictions)
    }
  }

  /// The map of models with many features shows fewer images: here ten, of three features at most.
  @Test func holdsNoMoreNumbersOfStyleThanTheMapShows() throws {
    let models = try Self.made.get().models
    let report = try UntrainedModels.report(models, on: Self.images)
    let payload = LivePayload(report, network: [], mostNumbers: 32)
    let content = try Content(payload.bytes)
    #expect(payload.images == 10)
    #expect(content.bytes(content.header.labels) == Array(Self.images.labels.prefix(10)))
    #expect(content.header.samples.indices.allSatisfy { $0 < 10 })
    for (model, header) in zip(models, content.header.models) {
      #expect(header.styles.count == 2 * 10 * header.styleSize)
      let errors = content.errors(
        header.styles, header.features, from: model.features.map { $0.prefix(10) })
      #expect(errors.allSatisfy { $0 <= 0.505 })
      #expect(
        content.bytes(header.predictions)
          == Array(model.evaluation.encodings.predictions.prefix(10)))
    }
  }

  @Test func goldenDrawingsAreOfTheFirstStyleAndZero() throws {
    let made = try Self.made.get()
    for (report, header) in zip(made.report.checkpoints, made.payload.header.models) {
      let zero = [Float](repeating: 0, count: header.styleSize)
      #expect(header.goldenStyles == [report.generated.styles[0], zero])
      let images = made.payload.bytes(header.goldenImages)
      #expect(images.count == 2 * 10 * 784)
      #expect(Set(images).count > 10)
    }
  }

  /// The header says where everything lies: one section after the other, to the end.
  @Test func sectionsLieOneAfterTheOther() throws {
    let made = try Self.made.get().payload
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
