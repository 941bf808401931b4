import FoundationEssentials
import TestSupport
import Testing

@testable import Learning
@testable import Reporting
@testable import StyleNet
@testable import Support

/// From a report's input to the bytes of a payload, and back to the data that are read from them.
@Suite struct LivePayloadTests {
  private static let images = UntrainedModels.images { $0 * 7 % 9 }
  private static let network: [UInt8] = [0, 97, 115, 109, 255]
  private static let made = Result { try make() }

  /// The models, and the page that was made of them.
  private struct Made {
    let models: [EvaluatedModel]
    let report: ReportData
    let content: [UInt8]
    let data: EmbeddedData
    let page: LivePage
  }

  private static func make() throws -> Made {
    let models = try UntrainedModels.evaluated(on: images)
    let report = try UntrainedModels.report(models, on: images, network: network)
    let html = try #require(report.files.last).bytes
    let page = try #require(LivePage(html))
    let compressed = try #require(Data(base64Encoded: Data(page.payload)))
    var reader = try GzipReader(Array(compressed), path: "page")
    let content = try reader.read(upTo: 1 << 24)
    return Made(
      models: models, report: report.data, content: content,
      data: try EmbeddedData(content, path: "page"), page: page)
  }

  @Test func sectionsComeBackAsTheyWere() throws {
    let made = try Self.made.get()
    let data = made.data
    #expect(data.network == Self.network)
    #expect(data.labels == Self.images.labels)
    // No image shows a 9.
    #expect(data.sampleIndices == (0..<9).map { Self.images.labels.firstIndex(of: $0) })
    for (place, index) in data.sampleIndices.enumerated() {
      #expect(
        data.samplePixels[place * 784..<(place + 1) * 784]
          == Self.images.pixels[index * 784..<(index + 1) * 784])
    }
    #expect(data.models.map(\.name) == ["size-1", "size-3"])
    #expect(data.models.map(\.styleSize) == [1, 3])
  }

  /// The planes of bytes are put together again without a loss.
  @Test func stylesAndPredictionsComeBackExactly() throws {
    let made = try Self.made.get()
    for (model, embedded) in zip(made.models, made.data.models) {
      let encodings = model.evaluation.encodings
      #expect(embedded.styles.map(\.bitPattern) == encodings.styles.map(\.bitPattern))
      #expect(embedded.predictions == encodings.predictions)
    }
  }

  /// Half a step of 1/32767 of the largest weight of a tensor, and what a float rounds away.
  @Test func weightsAreOffByHalfAStepAtMost() throws {
    let made = try Self.made.get()
    for (model, embedded) in zip(made.models, made.data.models) {
      let size = embedded.styleSize
      let networks = [
        (Encoder.layout(styleSize: size), model.checkpoint.encoder, embedded.encoder),
        (Decoder.layout(styleSize: size), model.checkpoint.decoder, embedded.decoder),
      ]
      for (layout, weights, read) in networks {
        #expect(read.count == layout.count && weights.count == layout.count)
        for tensor in layout.tensors {
          let places = tensor.offset..<tensor.offset + tensor.count
          let largest = places.reduce(0) { max($0, abs(weights[$1])) }
          let error = places.reduce(0) { max($0, abs(weights[$1] - read[$1])) }
          #expect(error <= largest / 32767 * 0.505, "\(tensor)")
        }
      }
    }
  }

  @Test func goldenDrawingsAreOfTheFirstStyleAndZero() throws {
    let made = try Self.made.get()
    for (report, embedded) in zip(made.report.checkpoints, made.data.models) {
      let zero = [Float](repeating: 0, count: embedded.styleSize)
      #expect(embedded.goldenStyles == [report.generated.styles[0], zero])
      #expect(embedded.goldenImages.count == 2 * 10 * 784)
      #expect(Set(embedded.goldenImages).count > 10)
    }
  }

  @Test func checkSumsAreOfTheDataThePageAndTheNumbers() throws {
    let made = try Self.made.get()
    let sum = hexadecimal(Digest.sha256(made.content))
    #expect(made.page.checkSum == sum && made.page.printedCheckSum == sum)
    #expect(made.data.frame == hexadecimal(Digest.sha256(made.page.frame)))
    #expect(
      made.data.numbers == LivePage.checkSum(of: LivePage.numbers(of: made.page.frame)))
  }

  /// The header says where everything lies: one section after the other, to the end.
  @Test func sectionsLieOneAfterTheOther() throws {
    let made = try Self.made.get()
    let length = made.content.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONDecoder().decode(
      LivePayload.Header.self, from: Data(made.content[4..<4 + length]))
    var sections = [header.network, header.labels, header.samples.pixels]
    for model in header.models {
      sections += [model.weights, model.predictions, model.styles, model.goldenImages]
    }
    var end = 0
    for section in sections {
      #expect(section.offset == end)
      end += section.count
    }
    #expect(end == made.content.count - 4 - length)
    #expect(header.priorScale == 2)
    #expect(header.models.map(\.kind) == ["sae", "sae"])
  }

  @Test func refusesBytesAfterTheLastSection() throws {
    let content = try Self.made.get().content
    #expect(
      throws: FileError(
        "page", "the data in the page make no sense: 1 bytes that belong to nothing")
    ) {
      try EmbeddedData(content + [0], path: "page")
    }
    #expect(throws: FileError.self) { try EmbeddedData(content.dropLast(), path: "page") }
  }
}
