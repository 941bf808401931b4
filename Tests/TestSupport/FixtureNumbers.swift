package import StyleNet

/// The parameters and noise of the PyTorch fixtures, made again bit by bit.
///
/// Tests/Fixtures/pytorch/model.py says how, and is the other side of this file.
package struct FixtureNumbers {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  /// In [-1, 1), a multiple of 2^-23.
  package mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return Double(z >> 40) * 0x1p-23 - 1
  }

  /// `count` numbers of mean 0 and standard deviation 2.
  package mutating func noise(_ count: Int) -> [Float] {
    (0..<count).map { _ in
      var sum = 0.0
      for _ in 0..<12 { sum += 0.5 * uniform() }
      return Float(2 * sum)
    }
  }

  /// A parameter block of this layout.
  package mutating func parameters(_ layout: ParameterLayout) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(layout.count)
    var fanIn = 1
    for (index, tensor) in layout.tensors.enumerated() {
      // A vector that follows a vector of its length is a normalisation's bias.
      let isBias = "\(tensor.name)".hasSuffix("bias")
      let normalizes =
        isBias
        ? layout.tensors[index - 1].shape == tensor.shape
        : tensor.shape.count == 1
      if tensor.shape.count > 1 { fanIn = tensor.count / tensor.shape[0] }
      for _ in 0..<tensor.count {
        let base = normalizes && !isBias ? 1.0 : 0.0
        let scale = normalizes ? 0.2 : 1 / Double(fanIn).squareRoot()
        values.append(Float(base + scale * uniform()))
      }
    }
    return values
  }

  /// The fixtures' encoder of this style size.
  package static func encoder(styleSize: Int, seed: UInt64 = 0) -> [Float] {
    var numbers = FixtureNumbers(seed: seed + UInt64(1000 + styleSize))
    return numbers.parameters(Encoder.layout(styleSize: styleSize))
  }

  /// The fixtures' decoder of this style size.
  package static func decoder(styleSize: Int, seed: UInt64 = 0) -> [Float] {
    var numbers = FixtureNumbers(seed: seed + UInt64(2000 + styleSize))
    return numbers.parameters(Decoder.layout(styleSize: styleSize))
  }

  /// The fixtures' discriminator of this style size.
  package static func discriminator(styleSize: Int, seed: UInt64 = 0) -> [Float] {
    var numbers = FixtureNumbers(seed: seed + UInt64(3000 + styleSize))
    return numbers.parameters(Discriminator.layout(styleSize: styleSize))
  }
}
