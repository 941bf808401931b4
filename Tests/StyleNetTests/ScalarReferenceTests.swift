import TestSupport
import Testing

@testable import StyleNet

/// The reference itself: by hand where that is short, and against PyTorch as a whole.
struct ScalarReferenceTests {
  @Test func convolvesByHand() {
    let input = Tensor([1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9])
    let weight = Tensor([1, 1, 3, 3], [0, 0, 0, 0, 1, 10, 0, 100, 0])
    #expect(
      input.convolved(with: weight, bias: [1000], padding: 1).values == [
        1421, 1532, 1603, 1754, 1865, 1906, 1087, 1098, 1009,
      ])
    #expect(input.convolved(with: weight, stride: 2, padding: 1).values == [421, 603, 87, 9])
    #expect(input.convolved(with: weight, padding: 0).values == [865])
  }

  @Test func poolsAndEnlargesByHand() {
    let input = Tensor([1, 3, 3], [-1, -2, -3, -4, -5, -6, -7, -8, -9])
    #expect(input.maxPooled().values == [-1, -2, -4, -5])
    #expect(
      Tensor([1, 1, 2], [1, 2]).enlarged().values == [1, 1, 2, 2, 1, 1, 2, 2])
  }

  @Test func normalizesGroupsByHand() {
    let input = Tensor([2, 1, 2], [1, 3, 5, 7])
    let one = input.groupNormalized(groups: 1, weight: [1, 2], bias: [0, 1]).values
    let two = input.groupNormalized(groups: 2, weight: [1, 2], bias: [0, 1]).values
    let (far, near) = (3 / 5.00001.squareRoot(), 1 / 5.00001.squareRoot())
    let single = 1 / 1.00001.squareRoot()
    expectClose(one.floats, [-far, -near, 1 + 2 * near, 1 + 2 * far], tolerance: 1e-7)
    expectClose(two.floats, [-single, single, 1 - 2 * single, 1 + 2 * single], tolerance: 1e-7)
  }

  @Test("encoder agrees with PyTorch", arguments: [1, 2, 9, 33])
  func encoderAgrees(styleSize: Int) throws {
    let pixels = try #require(TensorFile("pytorch/forward-input.safetensors").tensors["pixels"])
    let expected = try TensorFile("pytorch/forward-\(styleSize).safetensors").tensors
    let logits = try #require(expected["logits"])
    let styles = try #require(expected["style"])
    let parameters = ReferenceParameters(
      Encoder.layout(styleSize: styleSize),
      FixtureNumbers.encoder(styleSize: styleSize).map { Double($0) })
    for n in 0..<4 {
      let image = referenceImage(pixels[n * 784..<(n + 1) * 784].map { UInt8($0) })
      let wanted =
        logits[n * 10..<(n + 1) * 10] + styles[n * styleSize..<(n + 1) * styleSize]
      expectClose(wanted, referenceEncoding(of: image, parameters), tolerance: 1e-5)
    }
  }

  @Test("decoder agrees with PyTorch", arguments: [1, 2, 9, 33])
  func decoderAgrees(styleSize: Int) throws {
    let expected = try TensorFile("pytorch/forward-\(styleSize).safetensors").tensors
    let logits = try #require(expected["logits"])
    let styles = try #require(expected["style"])
    let images = try #require(expected["images"])
    let parameters = ReferenceParameters(
      Decoder.layout(styleSize: styleSize),
      FixtureNumbers.decoder(styleSize: styleSize).map { Double($0) })
    for n in 0..<4 {
      let code =
        softmax(logits[n * 10..<(n + 1) * 10])
        + styles[n * styleSize..<(n + 1) * styleSize].map { Double($0) }
      expectClose(
        images[n * 784..<(n + 1) * 784], referenceDecoding(of: code, parameters).values,
        tolerance: 1e-5)
    }
  }
}
