import ArgumentParser

/// The `vis` program.
struct Vis: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vis",
    abstract: "Looks at what a handwriting style model has learnt.",
    discussion: Program.exitStatuses,
    version: Program.version,
    subcommands: [
      ReportCommand.self, EncodeCommand.self, GenerateCommand.self, TransferCommand.self,
      MorphCommand.self, FigureCommand.self, CheckCommand.self, VerifyCommand.self,
      DataCommand.self,
    ])

}
