import TestSupport
import Testing

@testable import StyleNet

struct EncoderTests {
  /// Two whole chunks and one image.
  private static let count = 17

  @Test(arguments: [1, 4, 9, 64])
  func encodingsEqualReference(styleSize: Int) {
    let parameters = FixtureNumbers.encoder(styleSize: styleSize, seed: 5)
    let images = Self.images(seed: 90)
    let width = Model.classes + styleSize
    let found = encode(images, styleSize: styleSize, parameters)
    let reference = ReferenceParameters(
      Encoder.layout(styleSize: styleSize), parameters.map { Double($0) })
    for n in stride(from: 0, to: Self.count, by: styleSize == 4 ? 1 : 4) {
      expectClose(
        found[n * width..<(n + 1) * width],
        referenceEncoding(of: referenceImage(images[n * 784..<(n + 1) * 784]), reference),
        "image \(n)")
    }
  }

  @Test("an encoding does not depend on the size of the batch", arguments: 1...count)
  func batchSizeDoesNotShow(size: Int) {
    let parameters = FixtureNumbers.encoder(styleSize: 4)
    let images = Self.images(seed: 91)
    let all = encode(images, styleSize: 4, parameters)
    let found = encode(Array(images.prefix(size * 784)), styleSize: 4, parameters)
    #expect(found.bits == Array(all.prefix(size * 14)).bits)
  }

  @Test("an encoding does not depend on its place in the batch nor on its neighbours")
  func placeDoesNotShow() {
    let parameters = FixtureNumbers.encoder(styleSize: 4)
    let others = Self.images(seed: 92)
    let image = Array(Self.images(seed: 93).prefix(784))
    let alone = encode(image, styleSize: 4, parameters)
    for place in 0..<Self.count {
      var batch = others
      batch.replaceSubrange(place * 784..<(place + 1) * 784, with: image)
      let found = encode(batch, styleSize: 4, parameters)
      #expect(Array(found[place * 14..<(place + 1) * 14]).bits == alone.bits)
    }
  }

  @Test("an image on which the network overflows does not spoil its neighbours")
  func overflowStaysWithItsImage() {
    // Large enough for the variance of a black image to overflow, and not that of a grey one.
    var parameters = FixtureNumbers.encoder(styleSize: 4)
    for i in 0..<16 * 25 { parameters[i] = 3e18 }
    let grey = (0..<784).map { UInt8(127 + $0 % 2) }
    let black = [UInt8](repeating: 0, count: 784)
    let alone = encode(grey, styleSize: 4, parameters)
    #expect(alone.allSatisfy { $0.isFinite })
    for place in 0..<9 {
      let batch = (0..<9).flatMap { $0 == place ? grey : black }
      let found = encode(batch, styleSize: 4, parameters)
      for n in 0..<9 {
        let row = Array(found[n * 14..<(n + 1) * 14])
        if n == place {
          #expect(row.bits == alone.bits)
        } else {
          #expect(row.allSatisfy { $0.isNaN }, "an overflow passes for a number")
        }
      }
    }
  }

  @Test(
    "parameters of any size give some result",
    arguments: [1e30, -1e30, 1e38, .infinity, .nan, 0] as [Float])
  func survivesHostileParameters(value: Float) {
    let plain = FixtureNumbers.encoder(styleSize: 4)
    let images = Self.images(seed: 94)
    let everywhere = encode(images, styleSize: 4, plain.map { $0 * value })
    #expect(everywhere.count == Self.count * 14)
    for tensor in Encoder.layout(styleSize: 4).tensors {
      var parameters = plain
      for i in tensor.offset..<tensor.offset + tensor.count { parameters[i] = value }
      let found = encode(images, styleSize: 4, parameters)
      if value.isNaN {
        #expect(found.contains { !$0.isFinite }, "\(tensor.name) of NaN passes unnoticed")
      }
    }
  }

  @Test func encodesNothing() {
    #expect(encode([], styleSize: 4, FixtureNumbers.encoder(styleSize: 4)).isEmpty)
  }

  private static func images(seed: UInt64) -> [UInt8] {
    var random = FixtureNumbers(seed: seed)
    return random.images(count)
  }

  private func encode(_ images: [UInt8], styleSize: Int, _ parameters: [Float]) -> [Float] {
    let encoder = Encoder(styleSize: styleSize, parameters: parameters)
    var outputs = [Float](
      repeating: -12345, count: images.count / 784 * (Model.classes + styleSize))
    images.withUnsafeBufferPointer { images in
      outputs.withUnsafeMutableBufferPointer { encoder.encode(images, into: $0) }
    }
    #expect(!outputs.contains(-12345))
    return outputs
  }
}
