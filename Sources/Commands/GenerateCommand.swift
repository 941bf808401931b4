import ArgumentParser
import Drawing
import Learning
import StyleNet
import Support

/// `vis generate`: digits and styles to a picture.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Draws digits in a style.",
    discussion: """
      The picture has a row for each style and a column for each digit, 28 x 28 pixels a digit. \
      Without --style and --random, the style is zero, the middle of all.

      EXAMPLES:
        vis generate --digit 7 --style 0.5,-1,0,2 -o seven.png
        vis generate --random 6 --seed 1 --upscale 4 -o sheet.png
        vis generate --digit 3,5,8 --random 20 --scale 1 -o - > timid.png
      """)

  @Option(number: DigitList.help, "d") var digit = DigitList.all

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A style vector, as vis encode prints it; may come again.", valueName: "x,y,..."))
  var style: [StyleVector] = []

  @Option(number: "How many random styles to draw in.") var random = 0
  @Option(number: "Chooses the random styles.") var seed: UInt64 = 0

  @Option(
    number: "Standard deviation of the random styles. (default: that of the model's prior)", "x")
  var scale: Double?

  @OptionGroup var output: PictureOutput
  @OptionGroup var model: ModelOptions

  func validate() throws {
    try require(random, "--random", in: 0...10_000)
    try requireScale(scale)
  }

  func run() throws {
    let model = try model.load()
    for vector in style { try model.require(vector) }
    let styles = styles(size: model.styleSize, scale: scale ?? model.prior.scale)
    try output.require(images: styles.count * digit.count)
    let digits = try digit.digits(of: model.classNames)
    let codes = styles.flatMap { style in
      digits.flatMap { code(digit: $0, style: style.components) }
    }
    try output.write(codes, columns: digits.count, by: model)
    if random > 0 && output.output != "-" {
      try Console.write(styles.map { "style \($0)\n" }.joined())
    }
  }

  /// The styles that were asked for, a row each.
  private func styles(size: Int, scale: Double) -> [StyleVector] {
    var generator = Xoshiro256(seed: seed)
    let drawn = (0..<random).map { _ in
      StyleVector.random(size: size, scale: scale, using: &generator)
    }
    let styles = style + drawn
    return styles.isEmpty ? [.zero(size: size)] : styles
  }
}
