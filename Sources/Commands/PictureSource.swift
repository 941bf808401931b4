import ArgumentParser
import Drawing
import Learning
import Support

/// Where the picture of a digit comes from, as an argument: the path of a picture, `-` for one on
/// standard input, either followed by `#2` for the second of its digits, or `#17` for a test image.
enum PictureSource: ExpressibleByArgument, Equatable, CustomStringConvertible {
  case file(String)
  case standardInput
  /// Counted from 0.
  case testImage(Int)
  /// One of the digits in a picture, counted from 1 line by line, from left to right.
  indirect case digit(Int, of: PictureSource)

  init?(argument: String) {
    if argument == "-" {
      self = .standardInput
    } else if let number = Self.number(argument) {
      self = .testImage(number)
    } else if argument.isEmpty {
      return nil
    } else if let mark = argument.lastIndex(of: "#"), mark > argument.startIndex,
      let digit = Self.number(String(argument[mark...])), !FileSystem.exists(argument),
      let picture = PictureSource(argument: String(argument[..<mark])), !picture.isTestImage
    {
      self = .digit(digit, of: picture)
    } else {
      self = .file(argument)
    }
  }

  /// The n in `#n`.
  private static func number(_ argument: String) -> Int? {
    let digits = argument.utf8.dropFirst()
    guard argument.utf8.first == UInt8(ascii: "#"), !digits.isEmpty,
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    // A number that is too large for Int is too large for the test set.
    return Int(argument.dropFirst()) ?? .max
  }

  var description: String {
    switch self {
    case .file(let path): path
    case .standardInput: "standard input"
    case .testImage(let index): "#\(index)"
    case .digit(let number, let picture): "\(picture)#\(number)"
    }
  }

  /// The picture that holds it.
  fileprivate var picture: PictureSource {
    if case .digit(_, let picture) = self { picture.picture } else { self }
  }

  private var isTestImage: Bool {
    if case .testImage = self { true } else { false }
  }
}

/// The picture of a digit, ready to be encoded.
struct DigitPicture {
  let source: PictureSource
  /// 28 x 28 bytes; 0 is background, 255 ink.
  let pixels: [UInt8]
  /// The digit that a test image shows.
  var label: Int?
  /// How it was found in a file.
  var finding: FoundDigit?
}

/// Reading pictures from wherever they are.
struct PictureOptions: ParsableArguments {
  @OptionGroup var testImages: TestImageOptions

  /// How a picture is named, for the help of arguments.
  static let help = "A picture, - for one on standard input, or #17 for a test image."

  /// The most bytes of a picture that are read.
  private static let fileLimit = 128 << 20

  /// Reads pictures, each of one digit.
  ///
  /// - Throws: `FileError` naming the file and what is wrong with it, or how to choose one of its
  ///   digits; `ValidationError` if there is no such test image or standard input is asked for twice.
  func read(
    _ sources: [PictureSource], for model: ModelOptions.Model
  ) throws -> [DigitPicture] {
    try readAll(sources, for: model).map { digits in
      guard let digit = digits.first, digits.count == 1 else {
        throw FileError(
          digits.first?.source.picture.description ?? "",
          "shows \(digits.count) digits: choose one, as \(digits.last?.source.description ?? "")")
      }
      return digit
    }
  }

  /// Reads pictures and finds all of their digits; says on standard error which of them may be none.
  ///
  /// - Parameter skip: told of each picture that cannot be read; without it, the first such picture
  ///   ends the reading.
  /// - Throws: `FileError` naming the file and what is wrong with it; `ValidationError` if there is
  ///   no such test image or standard input is asked for twice.
  func readAll(
    _ sources: [PictureSource], for model: ModelOptions.Model, skip: ((FileError) -> Void)? = nil
  ) throws -> [[DigitPicture]] {
    guard sources.count(where: { $0.picture == .standardInput }) <= 1 else {
      throw ValidationError("- may come only once, since standard input can be read only once")
    }
    var reader = DigitReader(model: model, testImages: testImages)
    return try sources.compactMap { source in
      if case .testImage(let index) = source {
        return [try Self.testImage(index, of: reader.testImages())]
      }
      do throws(FileError) {
        let digits = try Self.scan(source, by: &reader)
        for digit in digits {
          guard let doubt = digit.finding?.doubt else { continue }
          Program.tell("\(printable(digit.source.description)): \(doubt)", of: "vis")
        }
        return digits
      } catch {
        guard let skip else { throw error }
        skip(error)
        return nil
      }
    }
  }

  /// The digits in a file, or the one of them that is asked for.
  private static func scan(
    _ source: PictureSource, by reader: inout DigitReader
  ) throws(FileError) -> [DigitPicture] {
    let bytes: [UInt8]
    switch source {
    case .digit(let number, let picture):
      let digits = try scan(picture, by: &reader)
      guard (1...digits.count).contains(number) else {
        throw FileError(
          source.description, "there is no such digit: they are counted from 1 to \(digits.count)")
      }
      let digit = digits[number - 1]
      return [DigitPicture(source: source, pixels: digit.pixels, finding: digit.finding)]
    case .file(let path): bytes = try FileSystem.read(path, limit: fileLimit)
    case .standardInput: bytes = try Console.read(limit: fileLimit)
    case .testImage: preconditionFailure("a test image is no file")
    }
    guard !bytes.isEmpty else { throw FileError(source.description, "is empty") }
    let found = try reader.digits(in: Scan(bytes, path: source.description))
    guard !found.isEmpty else { throw FileError(source.description, "no digit is found in it") }
    return found.enumerated().map { index, digit in
      DigitPicture(
        source: found.count == 1 ? source : .digit(index + 1, of: source), pixels: digit.pixels,
        finding: digit)
    }
  }

  private static func testImage(_ index: Int, of images: LabelledImages) throws -> DigitPicture {
    guard images.labels.indices.contains(index) else {
      throw ValidationError(
        "there is no test image \(index): they are counted from 0 to \(images.count - 1)")
    }
    return DigitPicture(
      source: .testImage(index), pixels: images.pixels(of: index),
      label: Int(images.labels[index]))
  }
}
