import ArgumentParser
import Drawing
import Learning
import StyleNet
import Support

/// `vis transfer`: the ten digits in the style of a picture.
struct TransferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transfer",
    abstract: "Draws the ten digits in the style of a picture.",
    discussion: """
      Pictures are read as vis encode reads them. Each gives a row of digits, 28 x 28 pixels each.

      EXAMPLES:
        vis transfer seven.png -o sheet.png
        vis transfer '#17' '#42' --digit 0,1,2 --upscale 4 -o sheet.png
      """)

  @Argument(
    help: ArgumentHelp(
      "A PNG file, - for one on standard input, or #17 for a test image.", valueName: "image"),
    completion: .file(extensions: ["png"]))
  var images: [PictureSource]

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The digits to draw: all, or some as in 7 or 3,5,8.", valueName: "d"))
  var digit: DigitList = .all

  @OptionGroup var output: PictureOutput
  @OptionGroup var model: ModelOptions
  @OptionGroup var pictures: PictureOptions

  init() {}

  func run() throws {
    try output.require(images: images.count * digit.digits.count)
    let resources = try SharedResources.locate()
    let model = try model.load(resources)
    let encoded = try encode(pictures.read(images, resources), with: model)
    let codes = encoded.flatMap { picture in
      digit.digits.flatMap { code(digit: $0, style: picture.style) }
    }
    try output.write(output.sheet(model.decode(codes), columns: digit.digits.count).png())
  }
}
