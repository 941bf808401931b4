import Testing

@testable import Learning
@testable import StyleNet
@testable import Support

@Suite struct EncodingsTests {
  let workers = Workers(threads: 2)

  @Test func greyLevelsAreRoundedAndClamped() throws {
    let levels: [(Float, UInt8)] = [
      (0, 128), (1, 255), (-1, 0), (7, 255), (-7, 0), (0.5, 191), (-0.9999, 0),
    ]
    for (output, level) in levels {
      let decoder = constantDecoder(styleSize: 3, output: output)
      let images = try decoder.greyImages(
        codes: code(digit: 2, style: [0, 1, 2]), workers: workers)
      #expect(images == [UInt8](repeating: level, count: 784), "\(output)")
    }
  }

  @Test func drawsEveryCodeInOrder() throws {
    let checkpoint = try defaultCheckpoint("pt-aae")
    let decoder = Decoder(styleSize: 4, parameters: checkpoint.decoder)
    let codes = (0..<301).map { code(digit: $0 % 10, style: [Float($0) / 100, 0, -1, 1]) }
    let images = try decoder.greyImages(codes: Array(codes.joined()), workers: workers)
    #expect(images.count == 301 * 784)
    for index in [0, 124, 125, 250, 300] {
      let alone = try decoder.greyImages(codes: codes[index], workers: Workers(threads: 1))
      #expect(Array(images[index * 784..<(index + 1) * 784]) == alone)
    }
    #expect(try decoder.greyImages(codes: [], workers: workers).isEmpty)
  }

  @Test func codesAreOneHot() {
    #expect(code(digit: 9, style: [0.5, -2]) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0.5, -2])
  }
}
