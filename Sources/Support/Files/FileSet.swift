import Glibc

/// Files of one directory that are replaced together, at one instant.
///
/// Renaming several files takes several instants, and a process killed between two of them would
/// leave some files new and some old. So the names become links for the moment of the change:
///
/// 1. The new files are written to `.saving/new` and synchronised.
/// 2. `.saving/old` gets the present files (hard links, or copies), `.saving/current` leads to
///    `old`, and one by one the names are replaced by links to `.saving/current/NAME`: the same
///    contents as before.
/// 3. One rename makes `.saving/current` lead to `new`. This is the instant: every name changes.
/// 4. One by one the links are replaced by the files they lead to, and `.saving` is removed.
///
/// A reader of the names, in any program, finds the old set or the new one, complete, whenever the
/// process or the machine stopped, and ordinary files as soon as the change is over. The next
/// process to open the directory finishes step 4, or goes back to `old`. Other files in the
/// directory are left alone.
///
/// A file system without symbolic links (FAT) has the files renamed one after the other. A process
/// killed between two of these renames then leaves a mixture.
package struct FileSet: ~Copyable, Sendable {
  /// A file and its name in the directory.
  package typealias File = (name: String, bytes: [UInt8])

  let path: String
  /// Locked as long as the value lives.
  private let lock: Descriptor
  private let change: FileSetChange

  /// Opens a directory for changes, makes it if need be, and settles what a process that was
  /// stopped has left there.
  ///
  /// - Throws: `FileError` if it is not a directory, cannot be written to, or another process has
  ///   it open for changes.
  package init(_ path: String) throws(FileError) {
    try self.init(path, observer: nil)
  }

  /// - Parameter observer: what tests see and stop the steps with.
  init(_ path: String, observer: Steps.Observer?) throws(FileError) {
    try FileSystem.createDirectory(path)
    let lock = try Self.lock(path)
    let change = FileSetChange(path: path, steps: Steps(directory: path, observer: observer))
    try change.settle()
    try change.probe()
    self.path = path
    self.lock = lock
    self.change = change
  }

  private static func lock(_ path: String) throws(FileError) -> Descriptor {
    let directory = try Descriptor(path, O_RDONLY | O_DIRECTORY, to: "open")
    // A file system without locks admits every process.
    if flock(directory.number, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK {
      throw FileError(path, "another process is saving there")
    }
    return directory
  }

  /// Replaces the files; afterwards the directory holds exactly the new ones under these names.
  ///
  /// - Parameters:
  ///   - files: the new files, of different names.
  ///   - others: names of files that do not belong to the new set, and go at the same instant.
  /// - Throws: `FileError` if that fails. The old files are then in place, unless a step after the
  ///   change failed.
  package borrowing func replace(
    with files: [File], removing others: [String] = []
  ) throws(FileError) {
    let names = files.map(\.name) + others
    precondition(names.allSatisfy { !$0.utf8.contains(UInt8(ascii: "/")) && !$0.isEmpty })
    for name in names {
      let place = FileSystem.join(path, name)
      if let status = FileSystem.status(of: place) {
        try FileSystem.requireRegular(status, place)
      }
    }
    // An earlier failure may have left something.
    try change.settle()
    do throws(FileError) {
      try change.stage(files)
      try change.perform(on: files.map(\.name), removing: others)
    } catch {
      // The first failure is the one to report. A second one comes again at the next change.
      try? change.settle()
      throw error
    }
    try change.settle()
  }
}

// MARK: Reading

extension FileSet {
  /// Reads files as they stood at one instant, also while another process replaces them.
  ///
  /// - Parameters:
  ///   - names: the files' names in the directory.
  ///   - limit: the most bytes each may hold.
  /// - Returns: the files' bytes, in the order of the names; nil where there is no such file.
  /// - Throws: `FileError` if a file cannot be read.
  package static func read(
    _ names: [String], in directory: String, limit: Int
  ) throws(FileError) -> [[UInt8]?] {
    let places = names.map { FileSystem.join(directory, $0) }
    for _ in 0..<100 {
      let before = places.map(Version.init)
      let result = Result { () throws(FileError) in
        try places.map { place throws(FileError) -> [UInt8]? in
          FileSystem.exists(place) ? try FileSystem.read(place, limit: limit) : nil
        }
      }
      // Files that changed meanwhile may be a mixture, or have failed to be read for that.
      if places.map(Version.init) == before { return try result.get() }
    }
    throw FileError(directory, "its files keep changing while they are read")
  }

  /// Tells one version of a file from the next, as far as can be told without reading it: by the
  /// name's own entry, which may be a link, and by what it leads to.
  private struct Version: Equatable {
    private let numbers: [Int]

    init(_ path: String) {
      var entry = stat()
      guard lstat(cString(path), &entry) == 0 else {
        numbers = []
        return
      }
      numbers = [entry, FileSystem.status(of: path) ?? stat()].flatMap {
        [
          Int(truncatingIfNeeded: $0.st_dev), Int(truncatingIfNeeded: $0.st_ino),
          Int($0.st_size), $0.st_mtim.tv_sec, $0.st_mtim.tv_nsec,
        ]
      }
    }
  }
}
