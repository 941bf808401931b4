import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import StyleNet

/// The networks against PyTorch's, on four test images and weights that both sides make.
struct ForwardFixtureTests {
  @Test("encoder agrees with PyTorch", arguments: [1, 2, 9, 33])
  func encoderAgrees(styleSize: Int) throws {
    let pixels = try #require(TensorFile("pytorch/forward-input.safetensors").tensors["pixels"])
    let expected = try TensorFile("pytorch/forward-\(styleSize).safetensors").tensors
    let logits = try #require(expected["logits"])
    let style = try #require(expected["style"])

    let encoder = Encoder(
      styleSize: styleSize, parameters: FixtureNumbers.encoder(styleSize: styleSize))
    let width = Model.classes + styleSize
    let images = pixels.map { UInt8($0) }
    var outputs = [Float](repeating: .nan, count: 4 * width)
    images.withUnsafeBufferPointer { images in
      outputs.withUnsafeMutableBufferPointer { encoder.encode(images, into: $0) }
    }

    for n in 0..<4 {
      let row = outputs[n * width..<(n + 1) * width]
      expectEqual(row.prefix(10), logits[n * 10..<(n + 1) * 10], "logits of image \(n)")
      expectEqual(
        row.dropFirst(10), style[n * styleSize..<(n + 1) * styleSize], "style of image \(n)")
    }
  }

  @Test("decoder agrees with PyTorch", arguments: [1, 2, 9, 33])
  func decoderAgrees(styleSize: Int) throws {
    let expected = try TensorFile("pytorch/forward-\(styleSize).safetensors").tensors
    let logits = try #require(expected["logits"])
    let style = try #require(expected["style"])
    let images = try #require(expected["images"])

    var codes: [Float] = []
    for n in 0..<4 {
      codes += softmax(logits[n * 10..<(n + 1) * 10]).floats
      codes += style[n * styleSize..<(n + 1) * styleSize]
    }
    let decoder = Decoder(
      styleSize: styleSize, parameters: FixtureNumbers.decoder(styleSize: styleSize))
    var outputs = [Float](repeating: .nan, count: images.count)
    codes.withUnsafeBufferPointer { codes in
      outputs.withUnsafeMutableBufferPointer { decoder.decode(codes, into: $0) }
    }

    for n in 0..<4 {
      let image = n * Model.pixels..<(n + 1) * Model.pixels
      expectEqual(outputs[image], images[image], "image \(n)")
    }
  }

  @Test("shipped models agree with PyTorch", arguments: ["pt-sae", "pt-aae"])
  func shippedModelsAgree(name: String) throws {
    struct Expected: Decodable {
      let logits, styles, images: [[Float]]
    }
    let file = fixture("pytorch/\(name)/expected.json")
    let expected = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: file))
    let styleSize = try #require(expected.styles.first?.count)
    let encoder = try Encoder(
      styleSize: styleSize,
      parameters: shippedParameters("\(name)/encoder", Encoder.layout(styleSize: styleSize)))
    let decoder = try Decoder(
      styleSize: styleSize,
      parameters: shippedParameters("\(name)/decoder", Decoder.layout(styleSize: styleSize)))

    // The input has fewer images than the logits are of.
    let pixels = try #require(TensorFile("pytorch/forward-input.safetensors").tensors["pixels"])
    let count = pixels.count / Model.pixels
    let width = Model.classes + styleSize
    var outputs = [Float](repeating: .nan, count: count * width)
    pixels.map { UInt8($0) }.withUnsafeBufferPointer { images in
      outputs.withUnsafeMutableBufferPointer { encoder.encode(images, into: $0) }
    }
    for n in 0..<count {
      let row = outputs[n * width..<(n + 1) * width]
      expectEqual(row.prefix(10), expected.logits[n][...], "logits of image \(n)")
      expectEqual(row.dropFirst(10), expected.styles[n][...], "style of image \(n)")
    }

    for (n, image) in expected.images.enumerated() {
      let code = softmax(expected.logits[n][...]).map { Float($0) } + expected.styles[n]
      var decoded = [Float](repeating: .nan, count: Model.pixels)
      code.withUnsafeBufferPointer { code in
        decoded.withUnsafeMutableBufferPointer { decoder.decode(code, into: $0) }
      }
      expectEqual(decoded[...], image[...], "image \(n)")
    }
  }

  /// The parameter block of one of the models that come with the package.
  private func shippedParameters(_ name: String, _ layout: ParameterLayout) throws -> [Float] {
    let file = try TensorFile("../../share/\(name).safetensors")
    return try layout.tensors.flatMap { try #require(file.tensors["\($0.name)"]) }
  }
}

/// Expects two runs of numbers to differ nowhere by more than 1e-4.
private func expectEqual(
  _ found: ArraySlice<Float>, _ expected: ArraySlice<Float>, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == expected.count, "\(what)", sourceLocation: sourceLocation)
  // Counted, not maximised: a NaN is not close to anything, and no maximum would show it.
  let close = zip(found, expected).count { abs($0 - $1) <= 1e-4 }
  #expect(close == expected.count, "\(what)", sourceLocation: sourceLocation)
}

func softmax(_ logits: ArraySlice<Float>) -> [Double] {
  let largest = logits.max() ?? 0
  let powers = logits.map { exp(Double($0 - largest)) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}
