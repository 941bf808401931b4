import TestSupport
import Testing

@testable import StyleNet

/// Both uses of the layer: from features to codes in the encoder, the other way in the decoder.
struct LinearLayerTests {
  static let styleSizes = [1, 2, 4, 9, 33, 64]
  private static let features = LinearLayer.features

  @Test(arguments: styleSizes)
  func codesEqualReference(styleSize: Int) {
    let layer = LinearLayer(width: 10 + styleSize)
    var random = FixtureNumbers(seed: 60)
    let weight = random.tensor([layer.width, Self.features])
    let images = (0..<8).map { _ in random.tensor([32, 7, 7]) }
    let tall = KernelBuffer(zeros: layer.tallCount)
    let wide = KernelBuffer(zeros: layer.wideCount)
    pack(layer, weight, codeFirst: true, tall, wide)
    let features = KernelBuffer(images.flatMap { $0.pixelByPixel() })
    let codes = KernelBuffer(unwritten: 8 * layer.pitch)
    layer.toCodes(features.floats, tall: tall.floats, into: codes.floats)
    for (row, image) in images.enumerated() {
      let found = codes.values[row * layer.pitch..<(row + 1) * layer.pitch]
      expectClose(found.prefix(layer.width), image.transformed(by: weight))
      #expect(found.dropFirst(layer.width).allSatisfy { $0 == 0 })
    }
  }

  @Test(arguments: styleSizes)
  func featuresEqualReference(styleSize: Int) {
    let layer = LinearLayer(width: 10 + styleSize)
    var random = FixtureNumbers(seed: 61)
    let weight = random.tensor([Self.features, layer.width])
    let codes = random.values(8 * layer.width)
    let tall = KernelBuffer(zeros: layer.tallCount)
    let wide = KernelBuffer(zeros: layer.wideCount)
    pack(layer, weight, codeFirst: false, tall, wide)
    // What stands between two rows of codes must not matter.
    let rows = KernelBuffer(spaced(codes, width: layer.width, pitch: layer.pitch, filler: .nan))
    let features = KernelBuffer(unwritten: 8 * Self.features)
    layer.toFeatures(rows.floats, wide: wide.floats, into: features.floats)
    for row in 0..<8 {
      let code = Array(codes[row * layer.width..<(row + 1) * layer.width])
      let found = features.values[row * Self.features..<(row + 1) * Self.features]
      expectClose(
        channelByChannel(Array(found), channels: 32),
        Tensor([layer.width], code).transformed(by: weight))
    }
  }

  @Test("gradients equal differences", arguments: styleSizes, [true, false])
  func gradientsEqualDifferences(styleSize: Int, codeFirst: Bool) {
    let layer = LinearLayer(width: 10 + styleSize)
    let count = 3
    var random = FixtureNumbers(seed: 62)
    let weight = random.tensor(
      codeFirst ? [layer.width, Self.features] : [Self.features, layer.width])
    let codes = (0..<count).map { _ in random.values(layer.width) }
    let images = (0..<count).map { _ in random.tensor([32, 7, 7]) }

    // Either side's values are the gradient of the output on the other side.
    let rows = KernelBuffer(
      spaced(codes.flatMap { $0 }, width: layer.width, pitch: layer.pitch))
    let features = KernelBuffer(images.flatMap { $0.pixelByPixel() })
    let sums = KernelBuffer(zeros: layer.wideCount)
    let gradient = KernelBuffer(unwritten: layer.wideCount)
    for times in [1.0, 2.0] {
      layer.addWeightGradient(rows.floats, features.floats, count: count, to: sums.floats)
      layer.unpack(sums.floats, into: gradient.floats, codeFirst: codeFirst)
      expectGradient(gradient.values, at: weight.values, directions: 2, coordinates: 3) {
        let weight = Tensor(weight.shape, $0)
        return times
          * zip(codes, images).reduce(0) { sum, pair in
            let (code, image) = pair
            return sum
              + (codeFirst
                ? dot(image.transformed(by: weight), code)
                : dot(Tensor([code.count], code).transformed(by: weight), image.values))
          }
      }
    }
  }

  @Test("both directions are adjoint", arguments: styleSizes, [true, false])
  func directionsAreAdjoint(styleSize: Int, codeFirst: Bool) {
    let layer = LinearLayer(width: 10 + styleSize)
    var random = FixtureNumbers(seed: 63)
    let weight = random.tensor(
      codeFirst ? [layer.width, Self.features] : [Self.features, layer.width])
    let tall = KernelBuffer(zeros: layer.tallCount)
    let wide = KernelBuffer(zeros: layer.wideCount)
    pack(layer, weight, codeFirst: codeFirst, tall, wide)
    let codes = KernelBuffer(
      spaced(random.values(8 * layer.width), width: layer.width, pitch: layer.pitch))
    let features = KernelBuffer(random.values(8 * Self.features))
    let (forward, back) = (8 * Self.features, 8 * layer.pitch)
    let toFeatures = KernelBuffer(unwritten: forward)
    let toCodes = KernelBuffer(unwritten: back)
    layer.toFeatures(codes.floats, wide: wide.floats, into: toFeatures.floats)
    layer.toCodes(features.floats, tall: tall.floats, into: toCodes.floats)
    expectAdjoint(
      codes.values, mapped: toFeatures.values, features.values, back: toCodes.values)
  }

  @Test("unpacking is the adjoint of packing", arguments: styleSizes, [true, false])
  func unpackingIsTheAdjointOfPacking(styleSize: Int, codeFirst: Bool) {
    let layer = LinearLayer(width: 10 + styleSize)
    var random = FixtureNumbers(seed: 64)
    let weight = random.tensor([layer.wideCount])
    let tall = KernelBuffer(zeros: layer.tallCount)
    let wide = KernelBuffer(zeros: layer.wideCount)
    pack(layer, weight, codeFirst: codeFirst, tall, wide)
    let sums = KernelBuffer(random.values(layer.wideCount))
    let unpacked = KernelBuffer(unwritten: layer.wideCount)
    layer.unpack(sums.floats, into: unpacked.floats, codeFirst: codeFirst)
    expectAdjoint(weight.values.floats, mapped: wide.values, sums.values, back: unpacked.values)

    let (rows, columns) = (tall.values, wide.values)
    let agree = rows.indices.allSatisfy { index in
      let (feature, code) = (index / layer.pitch, index % layer.pitch)
      return rows[index] == (code < layer.width ? columns[code * Self.features + feature] : 0)
    }
    #expect(agree, "the two orders of the weights differ")
  }

  private func pack(
    _ layer: LinearLayer, _ weight: Tensor, codeFirst: Bool, _ tall: borrowing KernelBuffer,
    _ wide: borrowing KernelBuffer
  ) {
    let source = KernelBuffer(weight.values)
    layer.pack(source.floats, codeFirst: codeFirst, tall: tall.floats, wide: wide.floats)
  }
}
