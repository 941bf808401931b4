package import ArgumentParser
import Support

/// `vis data`: all of MNIST into a directory.
package struct DataCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Fetches the MNIST images that are missing.",
    discussion: """
      Puts the four files into MNIST/raw of the directory, each when its check sum has been \
      verified. Files that are there are left alone.
      """)

  @Option(help: ArgumentHelp("Where the images go.", valueName: "dir"))
  var dataDir: String = "./data"

  @Option(
    name: .customLong("mirror"),
    help: ArgumentHelp(
      "Where to fetch them from; again for another to try next.",
      discussion: "Without it, two servers that have had them for years.", valueName: "url"))
  var mirrors: [String] = []

  @Flag(help: "Prints nothing unless something goes wrong.")
  var quiet = false

  package init() {}

  package func validate() throws {
    try requireName(dataDir, "--data-dir")
    for mirror in mirrors
    where !["https://", "http://", "file://"].contains(where: mirror.hasPrefix) {
      throw ValidationError("--mirror must be an http(s) or file URL, not \(printable(mirror))")
    }
  }

  package func run() throws {
    try fetchMNIST(into: dataDir, mirrors: mirrors, progress: Progress(isShown: !quiet))
  }
}
