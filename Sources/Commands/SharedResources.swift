import Glibc
import Support

/// What ships with the program: the default test set, the default checkpoints, the judge of what
/// models draw, the page's templates and the network that runs in the page.
///
/// An installed program has them in `PREFIX/share/mnist-style` beside `PREFIX/bin`; a program in
/// its build directory finds those of the sources it was built from.
struct SharedResources: Sendable, Equatable {
  /// The directory of the default test set, as `.gz` files.
  let testSet: String
  /// The directory of `pt-sae` and `pt-aae`.
  let checkpoints: String
  /// The directory of the judge, which may be missing.
  let judge: String
  /// The directory of the templates.
  let templates: String
  /// The network as WebAssembly, a file that the build makes and that may be missing.
  let network: String
  /// The most bytes of that file that are read.
  static let networkLimit = 1 << 24

  /// Finds them from the running program's own place, links resolved.
  ///
  /// - Throws: `FileError` naming the places looked at.
  static func locate() throws(FileError) -> SharedResources {
    try locate(from: FileSystem.readLink("/proc/self/exe"))
  }

  /// Finds them for a program at the path given.
  ///
  /// - Throws: `FileError` naming the places looked at.
  static func locate(from executable: String) throws(FileError) -> SharedResources {
    var directory = FileSystem.parent(of: executable)
    let installed = FileSystem.join(FileSystem.parent(of: directory), "share/mnist-style")
    if FileSystem.isDirectory(installed) {
      return SharedResources(
        share: installed, templates: FileSystem.join(installed, "templates"))
    }
    while true {
      if FileSystem.exists(FileSystem.join(directory, "Package.swift")) {
        return SharedResources(
          share: FileSystem.join(directory, "share"),
          templates: FileSystem.join(directory, "templates"))
      }
      let parent = FileSystem.parent(of: directory)
      if parent == directory { break }
      directory = parent
    }
    throw FileError(
      executable,
      "the files that ship with it are missing: neither is \(installed) a directory"
        + " nor does the program lie in a package's build directory")
  }

  private init(share: String, templates: String) {
    testSet = FileSystem.join(share, "mnist")
    checkpoints = share
    judge = FileSystem.join(share, "judge")
    self.templates = templates
    network = FileSystem.join(share, "stylenet.wasm")
  }
}
