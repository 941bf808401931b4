package import ArgumentParser
import CPlatform
package import Support

/// The `--threads` flag.
package struct ThreadOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: ArgumentHelp("How many threads work at once.", valueName: "n"))
  package var threads: Int = Int(usable_processors())

  package init() {}

  package var workers: Workers { Workers(threads: threads) }

  package func validate() throws {
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads must be from 1 to 1024, not \(threads)")
    }
  }
}
