import ArgumentParser
import Drawing
import Glibc
import Learning
import Reporting
import StyleNet
import Support

/// `vis encode`: pictures to digits and styles.
struct EncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Says which digit a picture shows, and in which style.",
    discussion: """
      A picture is a PNG, JPEG, TIFF, WebP, GIF or BMP file of at most 2^26 pixels (8192 x 8192), \
      told by its first bytes, dark on light or light on dark, and turned as its EXIF orientation \
      says; - is one on standard input, #17 a test image. Its digits are found by what the model \
      makes of them and made as MNIST's are: thin strokes thickened, scaled to fit 20 x 20 pixels \
      and laid with the centre of mass in the centre of 28 x 28. A picture that is so already is \
      taken as it is.

      Of several digits, each has an answer, line by line, from left to right: photo.jpg#1, \
      photo.jpg#2, … As an argument, photo.jpg#2 is the second alone. --json tells where each is (box, in pixels of the \
      picture turned upright), how badly the model's own drawing of it fits (misfit: 0.1 to 0.3 as \
      a rule, below 0.6 always) and the same of what else was looked at in its place (rivals). \
      Standard error is told of digits that may be none. A picture without any is an error.

      EXAMPLES:
        vis encode seven.png
        vis encode --csv scans/*.png > styles.csv
        vis encode --index 17 --json
        vis generate --digit 3 -o - | vis encode -
        vis encode photo.png --show seen.png
      """)

  @Argument(
    help: ArgumentHelp("Pictures, - or test images.", valueName: "image"), completion: .file())
  var images: [PictureSource] = []

  @Option(
    name: .customLong("index"),
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A test image, counted from 0; may come again.", valueName: "n"))
  var indices: [Int] = []

  @OptionGroup var model: ModelOptions
  @OptionGroup var pictures: PictureOptions

  @Option(
    help: ArgumentHelp(
      "Writes a PNG file of the 28 x 28 images that the network is shown, side by side.",
      discussion: """
        Below each, darker, are what else was looked at in its place, the best fitting first. \
        Standard error is told how badly each fits. The digits of a picture are chosen together, so \
        that one of them may fit worse than what it was preferred to.
        """,
      valueName: "file"),
    completion: .file(extensions: ["png"]))
  var show: String?

  @Flag var format: Format = .text

  enum Format: String, EnumerableFlag {
    case text
    case json
    case csv

    static func help(for value: Format) -> ArgumentHelp? {
      switch value {
      case .text: "Answers in a line each, rounded."
      case .json: "Answers as JSON, unrounded, with the probabilities of all ten digits."
      case .csv:
        """
        Answers as comma-separated values with a line of names, unrounded. A picture's name that a \
        spreadsheet would take for a formula has an apostrophe before it.
        """
      }
    }
  }

  func validate() throws {
    guard !images.isEmpty || !indices.isEmpty else {
      throw ValidationError("no picture is named")
    }
    if let index = indices.first(where: { $0 < 0 }) {
      throw ValidationError("--index must be from 0, not \(index)")
    }
    if let show {
      try requirePNG(show, "--show")
      guard show != "-" else {
        throw ValidationError("--show must name a file: standard output is for the answers")
      }
    }
  }

  func run() throws {
    let model = try model.load()
    let sources = images + indices.map(PictureSource.testImage)
    // One bad scan among many is no reason to say nothing of the others.
    let readable = try pictures.readAll(sources, for: model) {
      Program.tell($0.description, of: "vis")
    }
    if !readable.isEmpty {
      let digits = readable.flatMap { $0 }
      let encoded = try encode(digits, with: model)
      if let show {
        try writeOutput(Self.sheet(of: digits).png(), to: show)
        digits.forEach(Self.explain)
      }
      try Console.write(format.text(encoded, of: model))
    }
    if readable.count < sources.count { throw ExitCode(EXIT_FAILURE) }
  }

  /// The most digits side by side in what is shown, and the most rivals below each.
  private static let (shownInRow, mostRivals) = (20, 5)

  /// Says why a digit was chosen.
  private static func explain(_ digit: DigitPicture) {
    guard let finding = digit.finding, let misfit = finding.misfit else { return }
    let rivals = finding.rivals.prefix(mostRivals).map { decimal($0.misfit, places: 3) }
    let ink = finding.candidate.mask.isLight ? "light" : "dark"
    Program.tell(
      "\(printable(digit.source.description)): \(ink) ink, misfit \(decimal(misfit, places: 3))"
        + (rivals.isEmpty ? "" : ", preferred to misfits of \(list(rivals))"), of: "vis")
  }

  /// What the network is shown, and below it, darker, what else was looked at in its place.
  private static func sheet(of digits: [DigitPicture]) throws(CanvasError) -> DigitSheet {
    let columns = min(digits.count, shownInRow)
    var images: [[UInt8]] = []
    for start in stride(from: 0, to: digits.count, by: columns) {
      let row = digits[start..<min(start + columns, digits.count)]
      let stacks = row.map { digit in
        let rivals = digit.finding?.rivals.prefix(mostRivals) ?? []
        return [digit.pixels] + rivals.map { $0.pixels.map { $0 / 2 } }
      }
      for height in 0..<(stacks.map(\.count).max() ?? 0) {
        for column in 0..<columns {
          let stack = column < stacks.count ? stacks[column] : []
          images.append(
            height < stack.count ? stack[height] : [UInt8](repeating: 0, count: Model.pixels))
        }
      }
    }
    return try DigitSheet(images.flatMap { $0 }, columns: columns)
  }
}

/// What a model says of a picture.
struct EncodedPicture: Encodable {
  var image: String
  /// The digit that it shows, if that is known.
  let digit: Int?
  let prediction: Int
  /// What the model calls the two; nil if they are called by their numbers.
  let digitName, predictionName: String?
  /// Of the predicted digit.
  let probability: Float
  /// Of the ten digits.
  let probabilities: [Float]
  let style: [Float]
  /// Where it is in a file's picture, upright.
  let box: Box?
  /// How badly the model's own drawing fits, if the picture was not taken as it is.
  let misfit: Double?
  /// What else was looked at in its place, the best fitting first.
  let rivals: [FoundDigit.Rival]?

  /// The same for JSON, which is UTF-8.
  var withReadableName: EncodedPicture {
    var picture = self
    picture.image = readable(image)
    return picture
  }
}

/// Encodes pictures.
///
/// - Throws: `FileError` if what the model says is not finite.
func encode(
  _ pictures: [DigitPicture], with model: ModelOptions.Model
) throws(FileError) -> [EncodedPicture] {
  let encodings = try model.encode(pictures.flatMap(\.pixels))
  return pictures.enumerated().map { index, picture in
    let probabilities = encodings.probabilities(of: index)
    let prediction = Int(encodings.predictions[index])
    let names = model.classNames.areDigits ? nil : model.classNames.names
    return EncodedPicture(
      image: picture.source.description, digit: picture.label, prediction: prediction,
      digitName: picture.label.flatMap { names?[$0] }, predictionName: names?[prediction],
      probability: probabilities[prediction], probabilities: probabilities,
      style: Array(encodings.style(of: index)), box: picture.finding?.candidate.box,
      misfit: picture.finding?.misfit, rivals: picture.finding?.rivals)
  }
}

extension EncodeCommand.Format {
  func text(_ pictures: [EncodedPicture], of model: ModelOptions.Model) throws -> String {
    switch self {
    case .text: pictures.map { line($0, model.classNames) }.joined()
    case .json: try jsonText(pictures.map(\.withReadableName))
    case .csv: csv(pictures, model.classNames, styleSize: model.styleSize)
    }
  }

  private func line(_ picture: EncodedPicture, _ classes: ClassNames) -> String {
    let percentage = decimal(100 * Double(picture.probability), places: 2)
    let truth = picture.digit.map {
      $0 == picture.prediction ? "" : ", which is \(printable(classes.phrase($0)))"
    }
    let prediction = "\(classes.noun) \(printable(classes.names[picture.prediction]))"
    return "\(printable(picture.image))\(truth ?? ""): \(prediction) (\(percentage) %), "
      + "style \(StyleVector(picture.style))\n"
  }

  private func csv(
    _ pictures: [EncodedPicture], _ classes: ClassNames, styleSize: Int
  ) -> String {
    let names =
      ["image", "digit", "prediction", "probability"] + (1...styleSize).map { "style_\($0)" }
    let rows = pictures.map { picture in
      [
        csvField(picture.image), picture.digit.map { csvField(classes.names[$0]) } ?? "",
        csvField(classes.names[picture.prediction]), picture.probability.description,
      ] + picture.style.map(\.description)
    }
    return ([names] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
  }
}

/// A value as indented JSON, its keys in alphabetical order.
///
/// - Throws: `EncodingError` if a number is not finite.
func jsonText(_ value: some Encodable) throws -> String {
  String(decoding: try json(value, pretty: true), as: UTF8.self) + "\n"
}
