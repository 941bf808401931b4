import Glibc

/// The steps of a change, as `FileSet` describes them.
struct FileSetChange {
  /// The set's directory.
  let path: String
  let steps: Steps

  private var area: String { FileSystem.join(path, Self.areaName) }
  /// Where a link lies before it is renamed into its place.
  private var link: String { FileSystem.join(area, "link") }
  private static let areaName = ".saving"

  /// Fails if the directory cannot be written to, before the work that is to be saved there.
  func probe() throws(FileError) {
    try steps.makeDirectory(area)
    try steps.removeDirectory(area)
  }

  /// Writes the new files to `.saving/new`.
  func stage(_ files: [FileSet.File]) throws(FileError) {
    let new = FileSystem.join(area, "new")
    try steps.makeDirectory(area)
    try steps.makeDirectory(new)
    for file in files {
      let former = FileSystem.status(of: FileSystem.join(path, file.name))
      try steps.write(file.bytes, to: FileSystem.join(new, file.name), replacing: former)
    }
    try steps.synchronizeDirectory(new)
  }

  /// Lets the names lead to `.saving/old`, then to `.saving/new`.
  func perform(
    on names: [String], removing others: [String]
  ) throws(FileError) {
    let old = FileSystem.join(area, "old")
    let current = FileSystem.join(area, "current")
    try steps.makeDirectory(old)
    guard try steps.linkIfSupported("old", at: current) else {
      try changeOneByOne(names, removing: others)
      return
    }
    var present = names
    for name in names + others {
      let place = FileSystem.join(path, name)
      guard FileSystem.exists(place) else { continue }
      try steps.duplicate(place, as: FileSystem.join(old, name))
      if !names.contains(name) { present.append(name) }
    }
    try steps.synchronizeDirectory(old)
    try steps.synchronizeDirectory(area)
    for name in present {
      try steps.link(Self.linkText(name), at: link)
      try steps.rename(link, to: FileSystem.join(path, name))
    }
    try steps.synchronizeDirectory(path)
    try steps.link("new", at: link)
    try steps.rename(link, to: current)
    try steps.synchronizeDirectory(area)
  }

  private func changeOneByOne(
    _ names: [String], removing others: [String]
  ) throws(FileError) {
    for name in names {
      let new = FileSystem.join(FileSystem.join(area, "new"), name)
      try steps.rename(new, to: FileSystem.join(path, name))
    }
    for name in others where FileSystem.exists(FileSystem.join(path, name)) {
      try steps.remove(FileSystem.join(path, name))
    }
  }

  /// Makes the names ordinary files again, those that `.saving/current` leads to, and removes
  /// `.saving`.
  func settle() throws(FileError) {
    // A link in its place could lead to another directory, whose files would be removed.
    guard FileSystem.isOwnDirectory(area) else { return }
    if try FileSystem.list(area).contains("link") { try steps.remove(link) }
    for name in try FileSystem.list(path) {
      let place = FileSystem.join(path, name)
      guard (try? FileSystem.readLink(place)) == Self.linkText(name) else { continue }
      if FileSystem.exists(place) {
        // A second name, not a rename: a reader may be following the link to the file.
        try steps.duplicate(place, as: link)
        try steps.rename(link, to: place)
      } else {
        try steps.remove(place)
      }
    }
    try steps.synchronizeDirectory(path)
    for folder in ["new", "old"] {
      let folder = FileSystem.join(area, folder)
      guard FileSystem.isOwnDirectory(folder) else { continue }
      for name in try FileSystem.list(folder) { try steps.remove(FileSystem.join(folder, name)) }
      try steps.removeDirectory(folder)
    }
    for name in try FileSystem.list(area) { try steps.remove(FileSystem.join(area, name)) }
    try steps.removeDirectory(area)
  }

  private static func linkText(_ name: String) -> String { "\(areaName)/current/\(name)" }
}

/// The system calls by which a `FileSet` changes a directory, each of them a step at which a
/// process can be killed or fail; tests observe and fail them one by one.
struct Steps: Sendable {
  /// Called before each step with what it will do; returns 0 to go on, or the `errno` value to fail
  /// with instead.
  typealias Observer = @Sendable (_ step: String) -> Int32

  /// What errors name: the user knows the directory, not the files in `.saving`.
  let directory: String
  let observer: Observer?

  func makeDirectory(_ path: String) throws(FileError) {
    let code = attempt("make \(path)") { mkdir(cString(path), 0o777) }
    // Something else stands where `.saving` has to be made.
    if code == EEXIST { throw FileError(path, "stands in the way of saving") }
    if code != 0 { throw failure(code) }
  }

  func removeDirectory(_ path: String) throws(FileError) {
    try perform("remove \(path)") { rmdir(cString(path)) }
  }

  func remove(_ path: String) throws(FileError) {
    try perform("remove \(path)") { unlink(cString(path)) }
  }

  func rename(_ path: String, to place: String) throws(FileError) {
    try perform("rename \(path) to \(place)") { Glibc.rename(cString(path), cString(place)) }
  }

  func synchronizeDirectory(_ path: String) throws(FileError) {
    try announce("synchronize \(path)")
    try FileSystem.synchronizeDirectory(path)
  }

  /// Writes a new file, synchronised, with mode and group of the one that it will replace.
  func write(_ bytes: [UInt8], to path: String, replacing former: stat?) throws(FileError) {
    try announce("create \(path)")
    do {
      let file = try Descriptor(replacing: former, path)
      try announce("write \(path)")
      try file.write(bytes)
      try announce("synchronize \(path)")
      try file.synchronize()
    } catch {
      throw FileError(directory, error.reason)
    }
  }

  func link(_ text: String, at path: String) throws(FileError) {
    try perform("link \(path) to \(text)") { symlink(cString(text), cString(path)) }
  }

  /// Makes a symbolic link; false if the file system has none.
  func linkIfSupported(_ text: String, at path: String) throws(FileError) -> Bool {
    switch attempt("link \(path) to \(text)", { symlink(cString(text), cString(path)) }) {
    case 0: return true
    case EPERM, ENOSYS, EOPNOTSUPP: return false
    case let code: throw failure(code)
    }
  }

  /// Makes a second name for a file's contents, or a copy where the file system cannot.
  func duplicate(_ path: String, as place: String) throws(FileError) {
    let code = attempt("link \(place) to \(path)") {
      linkat(AT_FDCWD, cString(path), AT_FDCWD, cString(place), AT_SYMLINK_FOLLOW)
    }
    switch code {
    case 0: return
    case EPERM, EXDEV, EMLINK, ENOSYS, EOPNOTSUPP:
      try write(
        FileSystem.read(path, limit: .max - 1), to: place, replacing: FileSystem.status(of: path))
    default: throw failure(code)
    }
  }

  /// A step that the caller takes itself.
  private func announce(_ step: String) throws(FileError) { try perform(step) { 0 } }

  private func perform(_ step: String, _ call: () -> Int32) throws(FileError) {
    let code = attempt(step, call)
    if code != 0 { throw failure(code) }
  }

  /// - Returns: 0, or the `errno` value of the failure.
  private func attempt(_ step: String, _ call: () -> Int32) -> Int32 {
    if let code = observer?(step), code != 0 { return code }
    return call() == 0 ? 0 : errno
  }

  private func failure(_ code: Int32) -> FileError {
    errno = code
    return FileError(directory, "cannot save: \(systemReason())")
  }
}
