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

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The digits to draw: all, or some as in 7 or 3,5,8.", valueName: "d"))
  var digit: DigitList = .all

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A style vector, as vis encode prints it; may come again.", valueName: "x,y,..."))
  var style: [StyleVector] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many random styles to draw in.", valueName: "n"))
  var random: Int = 0

  @Option(parsing: .unconditional, help: ArgumentHelp("Chooses the random styles.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Standard deviation of the random styles. (default: that of the model's prior)",
      valueName: "x"))
  var scale: Double?

  @OptionGroup var output: PictureOutput
  @OptionGroup var model: ModelOptions

  init() {}

  func validate() throws {
    guard (0...10_000).contains(random) else {
      throw ValidationError("--random must be from 0 to 10000, not \(random)")
    }
    try requireScale(scale)
  }

  func run() throws {
    let model = try model.load(SharedResources.locate())
    for vector in style { try model.require(vector) }
    let styles = styles(size: model.styleSize, scale: scale ?? model.prior.scale)
    try output.require(images: styles.count * digit.digits.count)

    let codes = styles.flatMap { style in
      digit.digits.flatMap { code(digit: $0, style: style.components) }
    }
    let sheet = try output.sheet(model.decode(codes), columns: digit.digits.count)
    try output.write(sheet.png())
    if random > 0 && output.output != "-" {
      try Console.write(styles.map { "style \($0)\n" }.joined())
    }
  }

  /// The styles that were asked for, a row each.
  private func styles(size: Int, scale: Double) -> [StyleVector] {
    var generator = Xoshiro256(seed: seed)
    // Drawn for the largest style size, so that models of different sizes share the components
    // that both have.
    let drawn = (0..<random).map { _ in
      StyleVector(
        Array(
          generator.normals(count: Model.styleSizes.upperBound, scale: scale).prefix(size)))
    }
    let styles = style + drawn
    return styles.isEmpty ? [StyleVector([Float](repeating: 0, count: size))] : styles
  }
}

/// Digits as an argument: `all`, or some with commas between them.
struct DigitList: ExpressibleByArgument, Equatable, CustomStringConvertible {
  /// At least one, each 0 to 9.
  let digits: [Int]

  static let all = DigitList(digits: Array(0..<Model.classes))

  private init(digits: [Int]) { self.digits = digits }

  init?(argument: String) {
    if argument == "all" {
      self = .all
      return
    }
    let fields = argument.split(separator: ",", omittingEmptySubsequences: false)
    let digits = fields.compactMap { field in
      field.utf8.count == 1 ? field.utf8.first.flatMap { Int($0) - 48 } : nil
    }
    guard digits.count == fields.count, digits.allSatisfy((0..<Model.classes).contains),
      digits.count <= 100
    else { return nil }
    self.init(digits: digits)
  }

  var description: String {
    self == .all ? "all" : digits.map(String.init).joined(separator: ",")
  }

  var defaultValueDescription: String { description }
}
