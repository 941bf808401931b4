package import ArgumentParser
import Reporting
import Support

/// `vis verify`: whether a page says what follows from the data in it.
package struct VerifyCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Computes again what a page states, from the data in it.",
    discussion: """
      A page of vis report holds its models' weights, what they made of each test image, and some of \
      what they drew. From that the command computes accuracies, confusions, Kolmogorov-Smirnov \
      tests and drawings, and compares them with what the page prints and shows. That nothing else \
      was changed is told by check sums, which are no signature: a page that was forged with care, \
      its data and check sums too, agrees with itself. The exit status is 2 if anything does not \
      agree.

      EXAMPLES:
        vis verify out/index.html
      """)

  @Argument(
    help: ArgumentHelp("The page.", valueName: "page"), completion: .file(extensions: ["html"]))
  var page: String

  @OptionGroup var threads: ThreadOptions

  /// The most bytes of a page that are read.
  private static let limit = 64 << 20
  /// The most mismatches that are listed.
  private static let listed = 20

  package init() {}

  package func validate() throws {
    try requireName(page, "the page")
  }

  package func run() throws {
    let bytes = try FileSystem.read(page, limit: Self.limit)
    let network = network()
    let result = try PageVerification(
      page: bytes, path: page, network: network, workers: threads.workers)
    guard result.mismatches.isEmpty else {
      let count = result.mismatches.count
      let lines = result.mismatches.prefix(Self.listed).map { "\(printable($0))\n" }
      try Console.write(lines.joined() + (count > lines.count ? "and more\n" : ""))
      Console.note(
        "vis: \(printable(page)): does not agree with the data in it:"
          + " \(count) mismatch\(count == 1 ? "" : "es")\n")
      throw ExitCode(Program.mismatch)
    }
    try Console.write(
      "\(printable(page)): \(result.numbers) printed numbers and \(result.images) images agree with"
        + " the data in the page\n")
    if network == nil {
      Console.note(
        "vis: the network in the page was not compared with this program's, which `make wasm`"
          + " builds\n")
    }
  }

  /// The network that this program puts into pages, if it is there.
  private func network() -> [UInt8]? {
    guard let resources = try? SharedResources.locate() else { return nil }
    return try? FileSystem.read(resources.network, limit: SharedResources.networkLimit)
  }
}
