/// The maximum of 3x3 neighbours, stride 2, padding 1: 14 x 14 x 32 to 7 x 7 x 32.
///
///     output[y][x] = max input[2y + ky - 1][2x + kx - 1], 0 <= ky, kx < 3
///
/// Its input comes from a ReLU, so nothing in it is negative. Gradients go to the largest neighbour,
/// the first of equals, and nowhere if that is zero.
enum MaxPool {
  static let channels = 32
  static let inputCount = 14 * 14 * channels
  /// Of the output and of `choice`.
  static let outputCount = 7 * 7 * channels

  /// A window with NaN in its centre comes out as NaN. A channel that holds a NaN or an infinity is
  /// all NaN after its normalisation, and so does not pass for zeros.
  ///
  /// - Parameters:
  ///   - input: 14 x 14 x 32.
  ///   - choice: 7 x 7 x 32, for `backward`: which of the nine neighbours, counted by lines, was the
  ///     largest; -1 where none is above zero.
  ///   - output: 7 x 7 x 32.
  static func forward(_ input: Floats, choice: Floats, into output: Floats) {
    for c in stride(from: 0, to: channels, by: 16) {
      for y in 0..<7 {
        for x in 0..<7 {
          let centre: Vector16 = input.vector((2 * y * 14 + 2 * x) * channels + c)
          // Zero; or NaN, which nothing is larger than and so stays.
          var best = Vector16.zero.replacing(with: centre, where: centre .!= centre)
          var index = Vector16(repeating: -1)
          for ky in (y == 0 ? 1 : 0)..<3 {
            for kx in (x == 0 ? 1 : 0)..<3 {
              let pixel = (2 * y + ky - 1) * 14 + 2 * x + kx - 1
              let value: Vector16 = input.vector(pixel * channels + c)
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

  /// - Parameters:
  ///   - outputGradient: 7 x 7 x 32.
  ///   - choice: from `forward`.
  ///   - inputGradient: 14 x 14 x 32.
  static func backward(_ outputGradient: Floats, choice: Floats, into inputGradient: Floats) {
    for i in stride(from: 0, to: inputCount, by: 16) { inputGradient.set(i, Vector16.zero) }
    for c in stride(from: 0, to: channels, by: 16) {
      for y in 0..<7 {
        for x in 0..<7 {
          let d: Vector16 = outputGradient.vector((y * 7 + x) * channels + c)
          let index: Vector16 = choice.vector((y * 7 + x) * channels + c)
          for ky in (y == 0 ? 1 : 0)..<3 {
            for kx in (x == 0 ? 1 : 0)..<3 {
              let pixel = (2 * y + ky - 1) * 14 + 2 * x + kx - 1
              let target = inputGradient + pixel * channels + c
              let chosen = index .== Vector16(repeating: Float(ky * 3 + kx))
              target.set(0, target.vector(0) + Vector16.zero.replacing(with: d, where: chosen))
            }
          }
        }
      }
    }
  }
}
