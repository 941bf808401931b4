package import ArgumentParser

/// `vis report`: checkpoints to a page of figures and numbers.
package struct ReportCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Makes a page of figures and numbers from checkpoints.")

  @OptionGroup package var threads: ThreadOptions

  package init() {}

  package func run() throws {}
}
