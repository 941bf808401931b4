import ArgumentParser
import Drawing
import Learning
import StyleNet
import Support

/// `vis morph`: the way from one digit or style to another.
struct MorphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "morph",
    abstract: "Draws the way from one picture or style to another.",
    discussion: """
      Pictures are read as vis encode reads them; of several digits in one, photo.jpg#2 chooses \
      the second from the left. Two pictures change into one another, digit and style, in equal \
      steps of what the model sees in them. With --digit, or between two styles, digits stay what \
      they are and only the style changes; each digit has a row. Between a picture and a style, \
      the digit is the picture's.

      The picture has a column for each step. With --animate it is an animated PNG, which goes \
      there and back for ever.

      EXAMPLES:
        vis morph '#17' seven.png --frames 12 -o strip.png
        vis morph -2,0,0,0 2,0,0,0 --digit 4 -o strip.png
        vis morph '#0' '#1' --animate --frames 24 --upscale 8 -o morph.png
      """)

  @Argument(
    help: ArgumentHelp(
      "The start: a picture, -, a test image as #17, or a style vector as 0.5,-1,0,2.",
      valueName: "a"),
    completion: .file())
  var start: MorphEnd

  @Argument(
    help: ArgumentHelp("The end, likewise.", valueName: "b"), completion: .file())
  var end: MorphEnd

  @Option(number: "How many steps, both ends included.") var frames = 12
  @Option(number: DigitList.help, "d") var digit: DigitList?
  @Flag(help: "Writes an animated PNG.") var animate = false
  @Option(number: "Steps a second of the animation.") var rate = 12

  @OptionGroup var output: PictureOutput
  @OptionGroup var model: ModelOptions
  @OptionGroup var pictures: PictureOptions

  func validate() throws {
    try require(frames, "--frames", in: 2...1000)
    try require(rate, "--rate", in: 1...120)
  }

  func run() throws {
    let model = try model.load()
    let rows = try codes(model)
    // There and back.
    let shown = animate ? 2 * frames - 2 : frames
    try output.require(images: rows.count * shown)

    let steps = (0..<frames).map { Float($0) / Float(frames - 1) }
    if animate {
      let there = try steps.map { step in
        try output.sheet(model.decode(rows.flatMap { $0.code(at: step) }), columns: 1)
      }
      let back = there.dropFirst().dropLast().reversed()
      try output.write(DigitSheet.animation(there + back, rate: rate))
    } else {
      let codes = rows.flatMap { row in steps.flatMap(row.code) }
      try output.write(codes, columns: frames, by: model)
    }
  }

  /// A way between two codes.
  private struct Row {
    let start: [Float]
    let end: [Float]

    /// - Parameter step: from 0, the start, to 1, the end.
    func code(at step: Float) -> [Float] {
      zip(start, end).map { (1 - step) * $0 + step * $1 }
    }
  }

  private func codes(_ model: ModelOptions.Model) throws -> [Row] {
    for end in [start, end] {
      if case .style(let style) = end { try model.require(style) }
    }
    let sources = [start, end].compactMap(\.picture)
    let encoded = try encode(pictures.read(sources, for: model), with: model)
    let styles = [
      start.style ?? encoded.first?.style ?? [], end.style ?? encoded.last?.style ?? [],
    ]
    if digit == nil, let first = encoded.first, let last = encoded.last {
      // Where only one end is a picture, that one says which digit both are.
      return [
        Row(start: first.probabilities + styles[0], end: last.probabilities + styles[1])
      ]
    }
    return try (digit ?? .all).digits(of: model.classNames).map { digit in
      Row(
        start: code(digit: digit, style: styles[0]), end: code(digit: digit, style: styles[1]))
    }
  }
}

/// One end of a morph as an argument: a picture or a style vector.
enum MorphEnd: ExpressibleByArgument, Equatable {
  case picture(PictureSource)
  case style(StyleVector)

  init?(argument: String) {
    if let style = StyleVector(argument: argument) {
      self = .style(style)
    } else if let picture = PictureSource(argument: argument) {
      self = .picture(picture)
    } else {
      return nil
    }
  }

  var picture: PictureSource? {
    if case .picture(let source) = self { source } else { nil }
  }

  var style: [Float]? {
    if case .style(let vector) = self { vector.components } else { nil }
  }
}
