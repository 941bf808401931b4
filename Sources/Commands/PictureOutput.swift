import ArgumentParser
import Drawing
import Support

/// The flags of commands that write digits as a picture.
struct PictureOutput: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The PNG file to write, 8-bit grey; - is standard output.", valueName: "file"),
    completion: .file(extensions: ["png"]))
  var output: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Pixels, across and down, for each of the 28 of a digit.", valueName: "n"))
  var upscale: Int = 1

  /// The most pixels of a picture, all frames of an animation together.
  private static let largest = 1 << 26

  func validate() throws {
    guard (1...64).contains(upscale) else {
      throw ValidationError("--upscale must be from 1 to 64, not \(upscale)")
    }
    try requirePNG(output, "--output")
  }

  /// Makes sure that a picture is not too large to make.
  ///
  /// - Throws: `ValidationError` if it is.
  func require(images: Int) throws {
    guard images <= Self.largest / (784 * upscale * upscale) else {
      throw ValidationError(
        "\(images) digits at --upscale \(upscale) are more than the \(Self.largest) pixels that"
          + " a picture may have")
    }
  }

  /// Images of 28 x 28 bytes in rows.
  ///
  /// - Throws: `CanvasError` if there are none.
  func sheet(_ images: [UInt8], columns: Int) throws(CanvasError) -> DigitSheet {
    try DigitSheet(images, columns: columns, zoom: upscale)
  }

  /// Writes a file, or to standard output.
  ///
  /// - Throws: `FileError` if it cannot be written.
  func write(_ bytes: [UInt8]) throws(FileError) {
    try writeOutput(bytes, to: output)
  }
}

/// Makes sure that an option or argument that names a file or directory is not empty, as one is that
/// a script makes from a variable it never set.
///
/// - Throws: `ValidationError` if it is.
func requireName(_ value: String?, _ option: String) throws {
  if value == "" { throw ValidationError("\(option) must not be empty") }
}

/// Makes sure that a file that is to be written does not end as if it held something else.
///
/// - Throws: `ValidationError` naming the option if it does, or is empty.
func requirePNG(_ path: String, _ option: String) throws {
  guard !path.isEmpty else {
    throw ValidationError("\(option) must name a file, or be - for standard output")
  }
  let name = path.utf8.split(separator: UInt8(ascii: "/")).last ?? path.utf8[...]
  // A dot at the beginning hides a file and begins no ending.
  guard let dot = name.dropFirst().lastIndex(of: UInt8(ascii: ".")) else { return }
  let ending = String(name[dot...]) ?? ""
  guard ending.lowercased() == ".png" || ending == "." else {
    throw ValidationError("\(option) must end in .png, not in \(printable(ending))")
  }
}

/// Writes a file so that it appears whole or not at all, or, if `path` is `-`, to standard output.
///
/// - Throws: `FileError` if it cannot be written.
func writeOutput(_ bytes: [UInt8], to path: String) throws(FileError) {
  if path == "-" {
    try Console.write(bytes)
  } else {
    try FileSystem.write(bytes, to: path)
  }
}
