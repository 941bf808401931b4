import FoundationEssentials

/// An empty directory of a test's own, removed with all it holds when the value goes.
package final class ScratchDirectory: Sendable {
  package let path: String

  package init() throws {
    // In memory, where synchronising costs nothing, if that is possible.
    let memory = "/dev/shm"
    let parent =
      FileManager.default.isWritableFile(atPath: memory)
      ? URL(filePath: memory) : FileManager.default.temporaryDirectory
    let url = parent.appending(path: "mnist-style-test-\(UInt64.random(in: .min ... .max))")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of something in the directory.
  package func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file, without the project's own writer.
  @discardableResult
  package func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(filePath: self(name)))
    return self(name)
  }

  /// Removes a file.
  package func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: self(name))
  }
}

/// The bytes of a file, without the project's own reader; nil if there is none.
package func contents(of path: String) -> [UInt8]? {
  FileManager.default.contents(atPath: path).map(Array.init)
}

/// The package's directory.
package let packageDirectory = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
