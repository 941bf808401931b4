/// Group normalisation's affine map, ReLU and the 3x3 maximum of stride 2, padding 1, in one:
/// 14 x 14 x 32 to 7 x 7 x 32.
enum MaxPool {
  static let channels = 32
  static let outputCount = 7 * 7 * channels

  /// A channel that holds a NaN or an infinity comes out as NaN: its statistics are spoilt.
  ///
  /// - Parameters:
  ///   - raw: 14 x 14 x 32, before normalisation.
  ///   - scale: 32.
  ///   - shift: 32.
  ///   - output: 7 x 7 x 32.
  ///   - choice: 7 x 7 x 32: which of the nine neighbours, counted by lines, was the largest (the
  ///     first of equals); -1 where the ReLU lets nothing through.
  static func forward(
    _ raw: Floats, scale: Floats, shift: Floats, into output: Floats, choice: Floats
  ) {
    for c in stride(from: 0, to: channels, by: 16) {
      let (a, b): (Vector16, Vector16) = (scale.vector(c), shift.vector(c))
      // Zero; or NaN, which nothing is larger than and so stays, if the statistics are not finite.
      let nothing = (a - a) + (b - b)
      for y in 0..<7 {
        for x in 0..<7 {
          var best = nothing
          var index = Vector16(repeating: -1)
          for ky in (y == 0 ? 1 : 0)..<3 {
            for kx in (x == 0 ? 1 : 0)..<3 {
              let pixel = (2 * y + ky - 1) * 14 + 2 * x + kx - 1
              var value = b
              value.add(raw.vector(pixel * channels + c), times: a)
              let larger = value .> best
              best = best.replacing(with: value, where: larger)
              index = index.replacing(with: Vector16(repeating: Float(ky * 3 + kx)), where: larger)
            }
          }
          output.set((y * 7 + x) * channels + c, best)
          choice.set((y * 7 + x) * channels + c, index)
        }
      }
    }
  }

  /// The gradient of the normalised values.
  ///
  /// - Parameters:
  ///   - outputGradient: 7 x 7 x 32.
  ///   - gradient: 14 x 14 x 32.
  static func differentiate(_ outputGradient: Floats, choice: Floats, into gradient: Floats) {
    for i in stride(from: 0, to: 14 * 14 * channels, by: 16) { gradient.set(i, Vector16.zero) }
    for c in stride(from: 0, to: channels, by: 16) {
      for y in 0..<7 {
        for x in 0..<7 {
          let d: Vector16 = outputGradient.vector((y * 7 + x) * channels + c)
          let index: Vector16 = choice.vector((y * 7 + x) * channels + c)
          for ky in (y == 0 ? 1 : 0)..<3 {
            for kx in (x == 0 ? 1 : 0)..<3 {
              let target = gradient + ((2 * y + ky - 1) * 14 + 2 * x + kx - 1) * channels + c
              let chosen = index .== Vector16(repeating: Float(ky * 3 + kx))
              target.set(0, target.vector(0) + Vector16.zero.replacing(with: d, where: chosen))
            }
          }
        }
      }
    }
  }
}
