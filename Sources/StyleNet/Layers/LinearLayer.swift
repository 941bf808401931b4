/// A linear layer between the 7 x 7 x 32 activations, kept pixel by pixel, and a short code of K+S
/// values, for the eight images of a chunk at once.
///
/// PyTorch flattens channel by channel: its feature c·49 + p is ours p·32 + c.
struct LinearLayer {
  static let features = 49 * 32

  /// K+S.
  let width: Int
  /// K+S rounded up to whole vectors: the pitch of a row of codes.
  let pitch: Int

  init(width: Int) {
    self.width = width
    pitch = (width + 15) / 16 * 16
  }

  /// Features x pitch.
  var tallCount: Int { Self.features * pitch }
  /// K+S x features.
  var wideCount: Int { width * Self.features }

  /// Copies a weight to both orders.
  ///
  /// - Parameters:
  ///   - weight: code x feature if `codeFirst`, else feature x code, features as PyTorch's.
  ///   - tall: feature x pitch.
  ///   - wide: code x feature.
  func pack(_ weight: Floats, codeFirst: Bool, tall: Floats, wide: Floats) {
    for c in 0..<32 {
      for p in 0..<49 {
        let (theirs, ours) = (c * 49 + p, p * 32 + c)
        for i in 0..<width {
          let value = weight[codeFirst ? i * Self.features + theirs : theirs * width + i]
          tall[ours * pitch + i] = value
          wide[i * Self.features + ours] = value
        }
      }
    }
  }

  /// Copies a gradient (code x feature) to PyTorch's order.
  func unpack(_ wide: Floats, into weight: Floats, codeFirst: Bool) {
    for c in 0..<32 {
      for p in 0..<49 {
        let (theirs, ours) = (c * 49 + p, p * 32 + c)
        for i in 0..<width {
          weight[codeFirst ? i * Self.features + theirs : theirs * width + i] =
            wide[i * Self.features + ours]
        }
      }
    }
  }

  /// Codes from features: 8 x features times feature x pitch.
  func toCodes(_ features: Floats, tall: Floats, into codes: Floats) {
    multiply(
      features, pitch: Self.features, by: tall, into: codes, count: chunkSize,
      inner: Self.features, columns: pitch)
  }

  /// Features from codes: 8 x pitch times code x feature.
  func toFeatures(_ codes: Floats, wide: Floats, into features: Floats) {
    multiply(
      codes, pitch: pitch, by: wide, into: features, count: chunkSize, inner: width,
      columns: Self.features)
  }

  /// Adds the gradient of the weights (code x feature).
  func addWeightGradient(_ codes: Floats, _ features: Floats, count: Int, to gradient: Floats) {
    addOuterProducts(
      codes, pitch, features, Self.features, to: gradient, count: count, height: width,
      width: Self.features)
  }
}
