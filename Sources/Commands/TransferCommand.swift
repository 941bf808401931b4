import ArgumentParser
import Drawing
import Learning
import Support

/// `vis transfer`: the ten digits in the hand of pictures.
struct TransferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transfer",
    abstract: "Draws the ten digits in the hand of one picture or more.",
    discussion: """
      Pictures are read as vis encode reads them. All their digits are samples of one hand: each \
      style is taken as so many standard deviations from the mean of its digit's styles over the \
      test images, and the mean of the samples is the hand, in which every digit is drawn, 28 x 28 \
      pixels each. Ten samples tell much more of a hand than one.

      The hand is printed as vis write --hand takes it, and the spread of the samples: their \
      standard deviation, in the same unit, over all style features together. That of samples that \
      have nothing in common stands beside it; a smaller spread than that says that they are alike.

      EXAMPLES:
        vis transfer seven.png -o sheet.png
        vis transfer mine/*.jpg --digit 0,1,2 --upscale 4 -o sheet.png
      """)

  @Argument(
    help: ArgumentHelp(PictureOptions.help, valueName: "image"), completion: .file())
  var images: [PictureSource]

  @Option(number: DigitList.help, "d") var digit = DigitList.all

  @OptionGroup var output: PictureOutput
  @OptionGroup var model: ModelOptions
  @OptionGroup var pictures: PictureOptions

  func run() throws {
    try output.require(images: digit.count)
    let model = try model.load()
    let digits = try digit.digits(of: model.classNames)
    let hand = try pictures.hand(of: images, seenBy: model)
    try output.write(
      digits.flatMap { code(digit: $0, style: hand.style(of: $0)) }, columns: digits.count,
      by: model)
    if output.output != "-" { try Console.write(hand.text) }
  }
}

// MARK: Hands

extension PictureOptions {
  /// The hand that wrote the pictures, each of whose digits is a sample.
  ///
  /// - Throws: `FileError` naming the file and what is wrong with it, or `ValidationError`.
  func hand(of sources: [PictureSource], seenBy model: ModelOptions.Model) throws -> Hand {
    let digits = try readAll(sources, for: model).flatMap { $0 }
    let samples = try encode(digits, with: model).map { picture in
      (digit: picture.digit ?? picture.prediction, style: picture.style)
    }
    return Hand(samples: samples, try digitStyles(of: model))
  }

  /// How the model's styles are spread over the test images of each digit.
  ///
  /// - Throws: `FileError` naming the file and what is wrong with it.
  func digitStyles(of model: ModelOptions.Model) throws -> DigitStyles {
    let images = try testImages.load()
    return DigitStyles(
      try model.encode(images.pixels[0..<images.count]), labels: images.labels)
  }
}

extension Hand {
  /// For readers, in lines.
  var text: String {
    let spread = spread.map { spread in
      "\(count) samples with a spread of \(decimal(spread, places: 2)); of unrelated ones it would"
        + " be \(decimal(spreadOfUnrelated, places: 2))\n"
    }
    return "hand \(StyleVector(style.map { Float($0) }))\n" + (spread ?? "")
  }
}
