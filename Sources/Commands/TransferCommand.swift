import ArgumentParser
import Drawing
import Support

/// `vis transfer`: the ten digits in the style of a picture.
struct TransferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transfer",
    abstract: "Draws the ten digits in the style of a picture.",
    discussion: """
      Pictures are read as vis encode reads them; of several digits in one, photo.jpg#2 chooses \
      the second from the left. Each gives a row of digits, 28 x 28 pixels each.

      EXAMPLES:
        vis transfer seven.png -o sheet.png
        vis transfer '#17' '#42' --digit 0,1,2 --upscale 4 -o sheet.png
      """)

  @Argument(
    help: ArgumentHelp(PictureOptions.help, valueName: "image"), completion: .file())
  var images: [PictureSource]

  @Option(number: DigitList.help, "d") var digit = DigitList.all

  @OptionGroup var output: PictureOutput
  @OptionGroup var model: ModelOptions
  @OptionGroup var pictures: PictureOptions

  func run() throws {
    try output.require(images: images.count * digit.count)
    let model = try model.load()
    let encoded = try encode(pictures.read(images, for: model), with: model)
    try output.write(digit.digits(of: model.classNames), in: encoded.map(\.style), by: model)
  }
}
