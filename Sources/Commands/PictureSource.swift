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

/// The `--data-dir` flag, and reading pictures from wherever they are.
struct PictureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the test images are; without it, those that come with the program.",
      valueName: "dir"),
    completion: .directory)
  var dataDir: String?

  func validate() throws {
    try requireName(dataDir, "--data-dir")
  }

  /// Makes sure that every source can be read.
  ///
  /// - Throws: `ValidationError` if standard input is asked for twice.
  func require(_ sources: [PictureSource]) throws {
    guard sources.count(where: { $0 == .standardInput }) <= 1 else {
      throw ValidationError("- may come only once, since standard input can be read only once")
    }
  }

  /// Reads pictures, or else none.
  ///
  /// - Throws: `FileError` naming the file and what is wrong with it; `ValidationError` if there is
  ///   no such test image or standard input is asked for twice.
  func read(_ sources: [PictureSource], _ resources: SharedResources) throws -> [DigitPicture] {
    try require(sources)
    var reader = reader(resources)
    return try sources.map { try reader.read($0) }
  }

  /// Reads pictures one after the other.
  func reader(_ resources: SharedResources) -> PictureReader {
    PictureReader(dataDir: dataDir ?? resources.testSet)
  }
}

/// Reads pictures from wherever they are; the test set only if one of them is in it.
struct PictureReader {
  /// The most bytes of a PNG file that are read.
  private static let fileLimit = 128 << 20

  private let dataDir: String
  private var testSet: LabelledImages?

  init(dataDir: String) { self.dataDir = dataDir }

  /// - Throws: `FileError` naming the file and what is wrong with it; `ValidationError` if there is
  ///   no such test image.
  mutating func read(_ source: PictureSource) throws -> DigitPicture {
    switch source {
    case .file(let path):
      let png = try FileSystem.read(path, limit: Self.fileLimit)
      return DigitPicture(
        source: source, pixels: try ScannedDigit(png: png, path: path).pixels, label: nil)
    case .standardInput:
      let png = try Console.read(limit: Self.fileLimit)
      return DigitPicture(
        source: source, pixels: try ScannedDigit(png: png, path: source.description).pixels,
        label: nil)
    case .testImage(let index):
      let images = try testSet ?? MNIST.load(.test, from: dataDir)
      testSet = images
      guard images.labels.indices.contains(index) else {
        throw ValidationError(
          "there is no test image \(index): they are counted from 0 to \(images.count - 1)")
      }
      return DigitPicture(
        source: source, pixels: Array(images.pixels[index * 784..<(index + 1) * 784]),
        label: Int(images.labels[index]))
    }
  }
}
