import Glibc

/// The system calls by which a `FileSet` changes a directory, each of them a step at which a
/// process can be killed or fail; tests observe and fail them one by one.
package struct Steps: Sendable {
  /// Called before each step with what it will do.
  ///
  /// - Returns: 0 to go on, or the `errno` value to fail with instead.
  package typealias Observer = @Sendable (_ step: String) -> Int32

  /// Named in errors: what happens inside is not the user's concern.
  let directory: String
  let observer: Observer?

  func makeDirectory(_ path: String) throws(FileError) {
    let code = attempt("make \(path)") { mkdir(path, 0o777) }
    // Only here can something that is not ours stand in the way.
    if code == EEXIST { throw FileError(path, "stands in the way of saving") }
    if code != 0 { throw failure(code) }
  }

  func removeDirectory(_ path: String) throws(FileError) {
    try perform("remove \(path)") { rmdir(path) }
  }

  func remove(_ path: String) throws(FileError) {
    try perform("remove \(path)") { unlink(path) }
  }

  func rename(_ path: String, to place: String) throws(FileError) {
    try perform("rename \(path) to \(place)") { Glibc.rename(path, place) }
  }

  func synchronizeDirectory(_ path: String) throws(FileError) {
    try perform("synchronize \(path)") { 0 }
    try FileSystem.synchronizeDirectory(path)
  }

  /// Writes a new file, synchronised.
  func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    try perform("create \(path)") { 0 }
    do {
      let file = try Descriptor(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o666, to: "write")
      try perform("write \(path)") { 0 }
      try file.write(bytes)
      try perform("synchronize \(path)") { 0 }
      try file.synchronize()
    } catch {
      throw FileError(directory, error.reason)
    }
  }

  /// Makes a symbolic link.
  func link(_ text: String, at path: String) throws(FileError) {
    try perform("link \(path) to \(text)") { symlink(text, path) }
  }

  /// Makes a symbolic link.
  ///
  /// - Returns: false if the file system has no symbolic links.
  func linkIfSupported(_ text: String, at path: String) throws(FileError) -> Bool {
    switch attempt("link \(path) to \(text)", { symlink(text, path) }) {
    case 0: return true
    case EPERM, ENOSYS, EOPNOTSUPP: return false
    case let code: throw failure(code)
    }
  }

  /// Makes a second name for a file's contents, or a copy where the file system cannot.
  func duplicate(_ path: String, as place: String) throws(FileError) {
    let code = attempt("link \(place) to \(path)") {
      linkat(AT_FDCWD, path, AT_FDCWD, place, AT_SYMLINK_FOLLOW)
    }
    switch code {
    case 0: return
    case EPERM, EXDEV, EMLINK, ENOSYS, EOPNOTSUPP:
      try write(FileSystem.read(path, limit: .max - 1), to: place)
    default: throw failure(code)
    }
  }

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
