import ArgumentParser
import Drawing
import Learning
import StyleNet
import Support

/// `vis write`: a number, a date or a time in a hand.
struct WriteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write",
    abstract: "Writes a number, a date or a time in a hand.",
    discussion: """
      The text consists of digits, spaces and - . , : /. The digits are drawn by the model; the \
      marks are strokes as thick and as slanted as those of the digits.

      With --like, the hand is that of pictures, as vis transfer takes it; every digit of them is a \
      sample. With --style or --random, all digits have one style, as vis generate draws them. \
      Without any, the style is zero, the middle of all.

      EXAMPLES:
        vis write 2026-11-27 --like mine.jpg --like seven.png -o date.svg
        vis write '12:45' --random --seed 7 --jitter 0.2 -o time.png
        vis write -o minus.pdf -- -273.15
      """)

  @Argument(help: "What to write.")
  var text: String

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A picture of the hand: a file, -, or a test image as #17; may come again.",
      valueName: "image"),
    completion: .file())
  var like: [PictureSource] = []

  @Option(number: "A hand, as vis transfer prints it.", "x,y,...") var hand: StyleVector?

  @Option(number: "A style vector, as vis encode prints it.", "x,y,...") var style: StyleVector?

  @Flag(help: "A random style.") var random = false

  @Option(number: "Chooses the random style, and how digits vary.") var seed: UInt64 = 0

  @Option(
    number: "How much the style varies from digit to digit, in standard deviations of the model's"
      + " prior: from 0, not at all, to 1.", "x")
  var jitter = 0.0

  @OptionGroup var output: FigureOutput
  @OptionGroup var model: ModelOptions
  @OptionGroup var pictures: PictureOptions

  /// The most characters of a text.
  private static let longest = 200

  func validate() throws {
    try require(jitter, "--jitter", in: 0...1)
    try output.requireFile()
    let choices = [!like.isEmpty, hand != nil, style != nil, random]
    guard choices.count(where: { $0 }) <= 1 else {
      throw ValidationError("only one of --like, --hand, --style and --random can be given")
    }
    guard (1...Self.longest).contains(text.count) else {
      throw ValidationError(
        "the text must have from 1 to \(Self.longest) characters, not \(text.count)")
    }
    guard !text.allSatisfy(\.isWhitespace) else {
      throw ValidationError("the text consists of spaces only")
    }
    var unknown: [String] = []
    for character in readable(text).map({ String($0) })
    where Self.digit(character) == nil && !Handwriting.marks.contains(character)
      && !unknown.contains(character)
    { unknown.append(character) }
    guard unknown.isEmpty else {
      throw ValidationError(
        "only digits, spaces and - . , : / can be written, not "
          + list(unknown.map { "'\(printable($0))'" }))
    }
  }

  func run() throws {
    let model = try model.load()
    let styles = try styles(of: model)
    // Its own numbers, so that a random style is the same with and without jitter.
    var generator = Xoshiro256(seed: seed, words: [1])
    let text = readable(text)
    let codes = text.compactMap { Self.digit(String($0)) }.flatMap { digit in
      let variation = generator.normals(count: model.styleSize, scale: jitter * model.prior.scale)
      return code(digit: digit, style: zip(styles[digit], variation).map { $0 + $1 })
    }
    let ten = styles.enumerated().flatMap { code(digit: $0, style: $1) }
    try output.write(
      Handwriting(text, digits: images(model.decode(codes)), hand: images(model.decode(ten))))
  }

  /// The digit that a character is; nil for another character.
  private static func digit(_ character: String) -> Int? {
    ClassNames.digits.names.firstIndex(of: character)
  }

  /// The styles of the ten digits. Told are those that were not known before.
  private func styles(of model: ModelOptions.Model) throws -> [[Float]] {
    func ofHand(_ hand: Hand) -> [[Float]] { (0..<Model.classes).map(hand.style(of:)) }

    if !like.isEmpty {
      let hand = try pictures.hand(of: like, seenBy: model)
      try tell(hand.text)
      return ofHand(hand)
    }
    if let hand {
      try model.require(hand)
      return ofHand(
        Hand(style: hand.components.map(Double.init), try pictures.digitStyles(of: model)))
    }
    var style = style ?? .zero(size: model.styleSize)
    try model.require(style)
    if random {
      var generator = Xoshiro256(seed: seed)
      style = .random(size: model.styleSize, scale: model.prior.scale, using: &generator)
      try tell("style \(style)\n")
    }
    return [[Float]](repeating: style.components, count: Model.classes)
  }

  private func tell(_ text: String) throws {
    if output.output != "-" { try Console.write(text) }
  }
}

/// Images of 28 x 28 bytes, one by one.
private func images(_ pixels: [UInt8]) -> [[UInt8]] {
  stride(from: 0, to: pixels.count, by: Model.pixels).map {
    Array(pixels[$0..<$0 + Model.pixels])
  }
}
