import ArgumentParser
import Learning
import Support

/// `vis export`: a checkpoint's networks as ONNX files.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes a model's encoder and decoder as ONNX files.",
    discussion: """
      The directory gets two files for opset 17 and any number of images N. encoder.onnx takes \
      images, N x 1 x 28 x 28 from -1 (paper) to 1 (ink), and gives logits, N x 10, and style, \
      N x S. decoder.onnx takes probabilities, N x 10, and style, N x S, and gives images.

      EXAMPLE:
        vis export --ckpt pt-aae -o pt-aae.onnx
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The directory for encoder.onnx and decoder.onnx; it is made.", valueName: "dir"),
    completion: .directory)
  var output: String

  @OptionGroup var model: ModelOptions

  func validate() throws {
    try requireName(output, "--output")
    guard output != "-" else {
      throw ValidationError("--output must name a directory: standard output takes one file")
    }
  }

  func run() throws {
    let checkpoint = try model.checkpoint().checkpoint
    try FileSet(output).replace(with: checkpoint.onnx(version: Program.version), removing: [])
    try Console.write(
      Checkpoint.onnxFileNames.map { "\(FileSystem.join(output, $0))\n" }.joined())
  }
}
