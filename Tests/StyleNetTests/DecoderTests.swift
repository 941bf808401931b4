import TestSupport
import Testing

@testable import StyleNet

struct DecoderTests {
  /// Two whole chunks and one code.
  private static let count = 17

  @Test(arguments: [1, 4, 9, 64])
  func imagesEqualReference(styleSize: Int) {
    let parameters = FixtureNumbers.decoder(styleSize: styleSize, seed: 5)
    let width = Model.classes + styleSize
    let codes = Self.codes(width, seed: 100)
    let found = decode(codes, styleSize: styleSize, parameters)
    let reference = ReferenceParameters(
      Decoder.layout(styleSize: styleSize), parameters.map { Double($0) })
    for n in stride(from: 0, to: Self.count, by: styleSize == 4 ? 1 : 4) {
      let code = codes[n * width..<(n + 1) * width].map { Double($0) }
      expectClose(
        found[n * 784..<(n + 1) * 784], referenceDecoding(of: code, reference).values,
        "code \(n)")
    }
  }

  @Test("an image does not depend on the size of the batch", arguments: 1...count)
  func batchSizeDoesNotShow(size: Int) {
    let parameters = FixtureNumbers.decoder(styleSize: 4)
    let codes = Self.codes(14, seed: 101)
    let all = decode(codes, styleSize: 4, parameters)
    let found = decode(Array(codes.prefix(size * 14)), styleSize: 4, parameters)
    #expect(found.bits == Array(all.prefix(size * 784)).bits)
  }

  @Test("an image does not depend on its place in the batch nor on its neighbours")
  func placeDoesNotShow() {
    let parameters = FixtureNumbers.decoder(styleSize: 4)
    let code = Array(Self.codes(14, seed: 102).prefix(14))
    let alone = decode(code, styleSize: 4, parameters)
    for value in [1e38, -.infinity, .nan] as [Float] {
      for place in 0..<Self.count {
        var batch = [Float](repeating: value, count: Self.count * 14)
        batch.replaceSubrange(place * 14..<(place + 1) * 14, with: code)
        let found = decode(batch, styleSize: 4, parameters)
        #expect(Array(found[place * 784..<(place + 1) * 784]).bits == alone.bits)
        let next = (place + 1) % Self.count
        #expect(!found[next * 784..<(next + 1) * 784].allSatisfy { $0.isFinite })
      }
    }
  }

  @Test(
    "parameters of any size give some result",
    arguments: [1e30, -1e30, 1e38, .infinity, .nan, 0] as [Float])
  func survivesHostileParameters(value: Float) {
    let plain = FixtureNumbers.decoder(styleSize: 4)
    let codes = Self.codes(14, seed: 103)
    let everywhere = decode(codes, styleSize: 4, plain.map { $0 * value })
    #expect(everywhere.count == Self.count * 784)
    for tensor in Decoder.layout(styleSize: 4).tensors {
      var parameters = plain
      for i in tensor.offset..<tensor.offset + tensor.count { parameters[i] = value }
      let found = decode(codes, styleSize: 4, parameters)
      if value.isNaN {
        #expect(found.contains { !$0.isFinite }, "\(tensor.name) of NaN passes unnoticed")
      }
    }
  }

  @Test func decodesNothing() {
    #expect(decode([], styleSize: 4, FixtureNumbers.decoder(styleSize: 4)).isEmpty)
  }

  private static func codes(_ width: Int, seed: UInt64) -> [Float] {
    var random = FixtureNumbers(seed: seed)
    return random.values(count * width, scale: 2).floats
  }

  private func decode(_ codes: [Float], styleSize: Int, _ parameters: [Float]) -> [Float] {
    let decoder = Decoder(styleSize: styleSize, parameters: parameters)
    var images = [Float](
      repeating: -12345, count: codes.count / (Model.classes + styleSize) * 784)
    codes.withUnsafeBufferPointer { codes in
      images.withUnsafeMutableBufferPointer { decoder.decode(codes, into: $0) }
    }
    #expect(!images.contains(-12345))
    return images
  }
}
