import ArgumentParser
import Learning
import Support

/// `vis data`: all of MNIST into a directory.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Fetches the MNIST images that are missing.",
    discussion: """
      Puts the four files into MNIST/raw of the directory, each when its check sum has been \
      verified. Files of MNIST that are there are left alone; a damaged one in MNIST/raw is replaced.
      """)

  @Option(help: ArgumentHelp("Where the images go.", valueName: "dir"))
  var dataDir: String = "./data"

  @Option(
    name: .customLong("mirror"),
    help: ArgumentHelp(
      "Where to fetch them from; again for another to try next.",
      discussion: "Without it, two servers that have had them for years.", valueName: "url"))
  var mirrors: [String] = []

  @Flag(
    help: ArgumentHelp(
      "Fetches QMNIST's labels too, which say who wrote each test image.",
      discussion: "vis report --data-dir then says how well style tells a writer."))
  var writers = false

  @Flag(help: "Prints nothing unless something goes wrong.")
  var quiet = false

  func validate() throws {
    try requireName(dataDir, "--data-dir")
    for mirror in mirrors
    where !["https://", "http://", "file://"].contains(where: mirror.hasPrefix) {
      throw ValidationError("--mirror must be an http(s) or file URL, not \(printable(mirror))")
    }
  }

  func run() throws {
    try fetchMNIST(
      withWriters: writers, into: dataDir, mirrors: mirrors, progress: Progress(isShown: !quiet))
  }
}

/// Fetches what is missing of MNIST and tells on standard error what happens.
///
/// - Parameter mirrors: where to fetch from; the usual ones if empty.
/// - Throws: `FileError` if a file cannot be fetched or saved.
func fetchMNIST(
  _ subsets: [DataSet.Subset] = [.train, .test], withWriters: Bool = false,
  into directory: String, mirrors: [String] = [], progress: Progress
) throws(FileError) {
  defer { progress.finish() }
  let mirrors =
    mirrors.isEmpty
    ? nil : mirrors.map { $0.hasSuffix("/") ? $0 : "\($0)/" }
  var percent = -1
  try MNISTDownload(mirrors: mirrors).fetch(subsets, withWriters: withWriters, into: directory) {
    event in
    switch event {
    case .receiving(let name, let count, let total):
      if 100 * count / total != percent {
        percent = 100 * count / total
        progress.show("Fetching \(name): \(percent) % of \(total.formatted)")
      }
    case .mirrorFailed:
      // If all of them fail, the error tells why.
      progress.show("A mirror failed")
    case .isPresent(let path):
      progress.say("\(printable(path)) is there already")
    case .saved(let path):
      progress.finish()
      progress.say("Saved \(printable(path))")
    }
    return true
  }
}

extension Int {
  /// A number of bytes: `4.5 kB`, `9.9 MB`.
  fileprivate var formatted: String {
    let tenths = self < 1_000_000 ? (self + 50) / 100 : (self + 50_000) / 100_000
    return "\(tenths / 10).\(tenths % 10) \(self < 1_000_000 ? "kB" : "MB")"
  }
}
