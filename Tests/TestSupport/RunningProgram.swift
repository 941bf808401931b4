import Foundation

/// One of the package's programs, run as a process of its own.
package final class RunningProgram {
  /// What a program left when it ended.
  package struct Result {
    package let output: String
    package let errors: String
    /// The exit status; nil if a signal ended it.
    package let status: Int32?
  }

  private let process = Process()
  private let folder: ScratchDirectory

  /// Starts a program that was built beside the tests.
  ///
  /// - Parameters:
  ///   - environment: put over the tests' own.
  ///   - directory: where it runs; a scratch directory of its own if nil.
  package init(
    _ name: String, _ arguments: [String], environment: [String: String] = [:],
    directory: String? = nil
  ) throws {
    folder = try ScratchDirectory()
    let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent()
    process.executableURL = products.appending(path: name)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.currentDirectoryURL = URL(filePath: directory ?? folder.path)
    // Files, since a pipe that nobody empties would block the program.
    for name in ["output", "errors"] { try folder.write(name, []) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: folder("output")))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: folder("errors")))
    try process.run()
  }

  /// Runs a program to its end.
  package static func run(
    _ name: String, _ arguments: [String], environment: [String: String] = [:],
    directory: String? = nil
  ) throws -> Result {
    try RunningProgram(name, arguments, environment: environment, directory: directory).wait()
  }

  /// Sends a signal.
  package func send(_ signal: Int32) {
    kill(process.processIdentifier, signal)
  }

  /// What it has printed so far.
  package var output: String { text("output") }

  /// What it has printed to standard error so far.
  package var errors: String { text("errors") }

  private func text(_ name: String) -> String {
    String(decoding: contents(of: folder(name)) ?? [], as: UTF8.self)
  }

  /// Waits until it has printed something, or has ended.
  package func waitForOutput() {
    while output.isEmpty && process.isRunning { usleep(1000) }
  }

  /// Waits for its end.
  package func wait() -> Result {
    process.waitUntilExit()
    return Result(
      output: text("output"), errors: text("errors"),
      status: process.terminationReason == .exit ? process.terminationStatus : nil)
  }
}
