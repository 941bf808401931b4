import ArgumentParser
import Drawing
import Learning
import Support

/// The flags of commands that write digits as a picture.
struct PictureOutput: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The PNG file to write, 8-bit grey; - is standard output.", valueName: "file"),
    completion: .file(extensions: ["png"]))
  var output: String

  @Option(number: "Pixels, across and down, for each of the 28 of a digit.") var upscale = 1

  /// The most pixels of a picture, all frames of an animation together.
  private static let largest = 1 << 26

  func validate() throws {
    try Commands.require(upscale, "--upscale", in: 1...64)
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

  /// Draws codes in rows and writes the picture.
  ///
  /// - Throws: `FileError` if a drawing is not finite or the picture cannot be written.
  func write(_ codes: [Float], columns: Int, by model: ModelOptions.Model) throws {
    try write(sheet(model.decode(codes), columns: columns).png())
  }

  /// Writes a file, or to standard output.
  ///
  /// - Throws: `FileError` if it cannot be written.
  func write(_ bytes: [UInt8]) throws(FileError) {
    try writeOutput(bytes, to: output)
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
