import ArgumentParser
import Drawing
import Learning
import Support

/// Where the picture of a digit comes from, as an argument: the path of a PNG file, `-` for a PNG
/// file on standard input, or `#17` for a test image.
enum PictureSource: ExpressibleByArgument, Equatable, CustomStringConvertible {
  case file(String)
  case standardInput
  /// Counted from 0.
  case testImage(Int)

  init?(argument: String) {
    if argument == "-" {
      self = .standardInput
    } else if let number = Self.number(argument) {
      self = .testImage(number)
    } else if argument.isEmpty {
      return nil
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
    }
  }
}

/// The picture of a digit, ready to be encoded.
struct DigitPicture {
  let source: PictureSource
  /// 28 x 28 bytes; 0 is background, 255 ink.
  let pixels: [UInt8]
  /// The digit that a test image shows.
  let label: Int?
}

/// Reading pictures from wherever they are.
struct PictureOptions: ParsableArguments {
  @OptionGroup var testImages: TestImageOptions

  /// The most bytes of a PNG file that are read.
  private static let fileLimit = 128 << 20

  /// Reads pictures; the test set only if one of them is in it.
  ///
  /// - Parameter skip: told of each picture that cannot be read; without it, the first such picture
  ///   ends the reading.
  /// - Throws: `FileError` naming the file and what is wrong with it; `ValidationError` if there is
  ///   no such test image or standard input is asked for twice.
  func read(
    _ sources: [PictureSource], skip: ((FileError) -> Void)? = nil
  ) throws -> [DigitPicture] {
    guard sources.count(where: { $0 == .standardInput }) <= 1 else {
      throw ValidationError("- may come only once, since standard input can be read only once")
    }
    var loaded: LabelledImages?
    return try sources.compactMap { source in
      if case .testImage(let index) = source {
        let images = try loaded ?? testImages.load()
        loaded = images
        return try Self.testImage(index, of: images)
      }
      do throws(FileError) {
        return DigitPicture(source: source, pixels: try Self.scan(source), label: nil)
      } catch {
        guard let skip else { throw error }
        skip(error)
        return nil
      }
    }
  }

  private static func scan(_ source: PictureSource) throws(FileError) -> [UInt8] {
    let png =
      if case .file(let path) = source {
        try FileSystem.read(path, limit: fileLimit)
      } else {
        try Console.read(limit: fileLimit)
      }
    return try scannedDigit(png: png, path: source.description)
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
