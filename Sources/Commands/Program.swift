import ArgumentParser
import CPlatform
import Glibc
import Support

/// What is true of all of the package's programs.
package enum Program {
  /// The version that `--version` prints and that a report names.
  static let version = "2.0.0"
  /// The exit status of a command that finds numbers not to be what they should be.
  static let mismatch: Int32 = 2

  /// What the exit statuses of `vis` mean, for its help.
  static let exitStatuses = """
    Exit status: 0 if all went well; 1 if something went wrong, told in one line on standard error; \
    2 if vis check or vis verify finds numbers that are not as they should be; 64 for arguments that \
    make no sense.
    """
  /// The same for a trainer.
  static let trainersExitStatuses = """
    Exit status: 0 if all went well; 1 if something went wrong, told in one line on standard error; \
    64 for arguments that make no sense; 130, 143, 129 or 138 if Ctrl-C, SIGTERM, SIGHUP or SIGUSR1 \
    stopped the training.
    """

  /// The program `vis`.
  package static func vis() -> Never { run(Vis.self) }
  /// The program `train-sae`.
  package static func trainSAE() -> Never { run(TrainSAE.self) }
  /// The program `train-aae`.
  package static func trainAAE() -> Never { run(TrainAAE.self) }

  /// Parses the process's arguments, runs the command and ends the process.
  ///
  /// The exit status is 0, 64 for arguments that make no sense, or 1 for anything that went wrong
  /// later; commands that judge numbers end with 2 if these are not as they should be. A failure is
  /// told in one line on standard error that begins with the program's name. Where nobody reads
  /// what it writes any more, it ends as any program does, by SIGPIPE.
  private static func run<Command: ParsableCommand>(_ command: Command.Type) -> Never {
    openMissingStandardFiles()
    // A reader that has gone away, or a file that may not grow, is then an ordinary error of `write`.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    guard processor_is_supported() else {
      fail(
        command, "this build needs a processor with AVX2 and FMA (Intel since 2013, AMD since 2015)"
      )
    }
    do {
      do {
        var parsed = try command.parseAsRoot(StyleVector.withoutMinus(in: arguments))
        try parsed.run()
      } catch  where command.exitCode(for: error) == .success {
        // A request for help or for the version.
        try Console.write(command.fullMessage(for: error) + "\n")
      }
      exit(EXIT_SUCCESS)
    } catch let status as ExitCode {
      exit(status.rawValue)
    } catch {
      if (error as? FileError)?.isUnread == true {
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
      }
      let status = command.exitCode(for: error)
      let hint =
        status == .validationFailure ? " (\(name(of: command)) --help lists the options)" : ""
      fail(command, command.message(for: error) + hint, status: status.rawValue)
    }
  }

  /// The process's arguments, of which every byte is kept.
  private static var arguments: [String] {
    (1..<max(1, Int(CommandLine.argc))).compactMap { index in
      CommandLine.unsafeArgv[index].map { String(system: $0) }
    }
  }

  /// The words that name the command that was asked for: its program's, and its own if it is a
  /// subcommand, which only the first argument can be.
  private static func name(of command: any ParsableCommand.Type) -> String {
    let subcommand = command.configuration.subcommands.first {
      $0._commandName == arguments.first
    }
    let name = command._commandName
    return subcommand.map { "\(name) \($0._commandName)" } ?? name
  }

  private static func fail(
    _ command: any ParsableCommand.Type, _ message: String, status: Int32 = EXIT_FAILURE
  ) -> Never {
    tell(message, of: command._commandName)
    exit(status)
  }

  /// The most characters of a message: what a file claims can be of any length.
  private static let longest = 500

  /// Writes one line to standard error that begins with the program's name.
  static func tell(_ message: String, of program: String) {
    let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    Console.note("\(program): \(shortened(line))\n")
  }

  /// A line of text that is safe to print. Of a long one, the middle is left out: it begins with
  /// what it is about and ends with what was expected.
  static func shortened(_ text: String) -> String {
    let line = printable(text)
    return line.count > longest
      ? "\(line.prefix(longest / 2)) … \(line.suffix(longest / 2))" : line
  }

  /// Opens /dev/null in place of each standard file that the caller closed, so that no file opened
  /// later gets its number and with it what was meant for a reader.
  private static func openMissingStandardFiles() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
      // Not for writing: what goes to a standard output that is closed is lost, which is an error.
      // The lowest free number is `descriptor`, since those below it are open.
      _ = open("/dev/null", O_RDONLY)
    }
  }
}

/// The `vis` program.
struct Vis: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vis",
    abstract: "Looks at what a handwriting style model has learnt.",
    discussion: Program.exitStatuses,
    version: Program.version,
    subcommands: [
      ReportCommand.self, EncodeCommand.self, GenerateCommand.self, TransferCommand.self,
      WriteCommand.self, MorphCommand.self, FigureCommand.self, CheckCommand.self,
      VerifyCommand.self,
      ExportCommand.self, DataCommand.self,
    ])
}
