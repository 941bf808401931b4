import ArgumentParser
import Learning
import Reporting
import Support

/// `vis verify`: whether a report is what its models, images and settings make.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Makes a report again and compares every file with what is there.",
    discussion: """
      The same models, images, settings and version give the same bytes. How a report was made \
      stands in its report.json: the command makes it again and compares all its files. It prints for \
      each what differs first, and ends with the status 2 if anything does.

      The models and images are taken from where they were, seen from the working directory, unless \
      --ckpt and --data-dir say where they are now. They must be the same files: report.json holds \
      their SHA-256.

      EXAMPLES:
        vis verify out
        vis verify downloaded --ckpt pt-sae --ckpt pt-aae
      """)

  @Argument(
    help: ArgumentHelp("The directory of the report.", valueName: "dir"), completion: .directory)
  var directory: String

  @Option(
    name: .customLong("ckpt"),
    help: ArgumentHelp(
      "Where a checkpoint is now; again for each of the report's, in their order.",
      valueName: "dir"),
    completion: .directory)
  var checkpoints: [String] = []

  @Option(
    help: ArgumentHelp("Where the test images are now.", valueName: "dir"), completion: .directory)
  var dataDir: String?

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    try requireName(directory, "the directory")
    for checkpoint in checkpoints { try requireName(checkpoint, "--ckpt") }
    try requireName(dataDir, "--data-dir")
  }

  func run() throws {
    let progress = Progress(isShown: true)
    defer { progress.finish() }
    let recorded = try RecordedReport(FileSystem.join(directory, Report.numbers))
    var command = try recorded.reportCommand()
    if !checkpoints.isEmpty {
      guard checkpoints.count == recorded.content.checkpoints.count else {
        throw ValidationError(
          "--ckpt comes \(counted(checkpoints.count, "time")), but the report is of"
            + " \(counted(recorded.content.checkpoints.count, "model"))")
      }
      command.evaluation.checkpoints = checkpoints
    }
    command.evaluation.testImages.dataDir = dataDir ?? command.evaluation.testImages.dataDir
    command.evaluation.threads = threads

    let choices = try recorded.choices(command.evaluation)
    let (models, images, halves) = try command.evaluation.evaluate(
      choices, seed: command.selection.seed, progress)
    try recorded.requireSameFiles(models, images, judge: halves?.judged?.judge)
    let settings = command.selection.settings(
      title: command.title, assets: command.assets, commit: recorded.content.commit,
      command: recorded.content.command)
    let files = try command.files(
      of: ReportInput(models: models, images: images, halves: halves, settings: settings),
      progress)
    progress.show("Comparing")
    let comparison = try Report.compare(files, with: directory)
    progress.finish()

    try Console.write(comparison.lines.map { "\(Program.shortened($0))\n" }.joined())
    guard !comparison.isSame else { return }
    let commit = try GitCommit.current()
    let isOther = commit != recorded.content.commit
    Console.note(
      "vis: \(printable(directory)): not the report that its inputs make"
        + (isOther
          ? "; it was made at commit \(printable(recorded.content.commit ?? "unknown")), this program"
            + " is at \(commit ?? "an unknown one")" : "") + "\n")
    throw ExitCode(Program.mismatch)
  }
}

/// What a `report.json` says about how it was made.
private struct RecordedReport {
  struct Content: Decodable {
    struct DataSet: Decodable {
      let files: [SourceFile]
    }

    struct Reference: Decodable {
      let judge: SourceFile?
    }

    struct Checkpoint: Decodable {
      let name: String
      let files: [SourceFile]
    }

    let version: String
    let commit: String?
    let command: [String]
    let data: DataSet
    let reference: Reference
    let checkpoints: [Checkpoint]
  }

  let path: String
  let content: Content

  /// - Throws: `FileError` if the file is no report of this program's version.
  init(_ path: String) throws(FileError) {
    self.path = path
    content = try readReport(Content.self, from: path)
    guard content.version == Program.version else {
      throw FileError(
        path, "made by version \(content.version), this program is version \(Program.version)")
    }
  }

  /// The command that made the report, with its options.
  func reportCommand() throws(FileError) -> ReportCommand {
    let name = ["vis", ReportCommand._commandName]
    // The parser takes quadratic time, and the longest command of a report has some thirty words.
    guard content.command.count <= 100, content.command.starts(with: name),
      let command = try? ReportCommand.parse(Array(content.command.dropFirst(name.count)))
    else { throw FileError(path, "its command is none of vis report") }
    return command
  }

  /// The report's models, by the names they have in it.
  func choices(
    _ options: EvaluationOptions
  ) throws(FileError) -> [EvaluationOptions.Choice] {
    let paths =
      options.checkpoints.isEmpty
      ? try EvaluationOptions.shipped().map(\.path) : options.checkpoints
    guard paths.count == content.checkpoints.count else {
      throw FileError(
        path, "it is of \(content.checkpoints.count) models, but its command of \(paths.count)")
    }
    return zip(content.checkpoints, paths).map { .init(name: $0.name, path: $1) }
  }

  /// Makes sure that models, images and judge are those that the report was made from.
  ///
  /// - Throws: `FileError` naming the file that is another.
  func requireSameFiles(
    _ models: [EvaluatedModel], _ images: LabelledImages, judge: Judge?
  ) throws(FileError) {
    for (model, old) in zip(models, content.checkpoints) {
      try requireSame(model.checkpoint.files, old.files, in: model.path)
    }
    try requireSame(images.sources, content.data.files, in: "the test images")
    func files(_ judge: SourceFile?) -> [SourceFile] { judge.map { [$0] } ?? [] }
    try requireSame(files(judge?.file), files(content.reference.judge), in: "the judge")
  }

  private func requireSame(
    _ files: [SourceFile], _ old: [SourceFile], in place: String
  ) throws(FileError) {
    guard
      let other = old.first(where: { !files.contains($0) })
        ?? files.first(where: { !old.contains($0) })
    else { return }
    func sum(in files: [SourceFile]) -> String {
      files.first { $0.name == other.name }?.sha256 ?? "none"
    }
    throw FileError(
      place,
      "not what \(path) was made from: the SHA-256 of \(other.name) is \(sum(in: files)), expected"
        + " \(sum(in: old))")
  }
}
