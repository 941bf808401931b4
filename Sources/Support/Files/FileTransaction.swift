import Glibc

/// Several files that appear together: all are written beside their places first, then renamed
/// into them in the order in which they were staged.
///
/// A failure before the first rename leaves everything as it was. No reader meets half a file, and
/// a reader of the file staged last finds all others in place. A transaction that goes out of scope
/// without `commit()` removes what it has written.
struct FileTransaction: ~Copyable {
  private var staged: [(temporary: String, destination: String)] = []

  deinit {
    for file in staged { unlink(cString(file.temporary)) }
  }

  /// Writes a file beside its place.
  ///
  /// - Parameter path: its place, in a directory that exists. A link there is followed. Mode and
  ///   group of a file that stands there stay.
  /// - Throws: `FileError` if it cannot be written or what stands there is not a regular file.
  mutating func stage(_ bytes: [UInt8], as path: String) throws(FileError) {
    let destination = try Self.followLinks(path)
    let former = FileSystem.status(of: destination)
    if let former { try FileSystem.requireRegular(former, path) }
    // A hidden name. It does not hold the destination's, which may be as long as names can be.
    let number = String(UInt64.random(in: .min ... .max), radix: 36)
    let temporary = FileSystem.join(
      FileSystem.parent(of: destination), ".mnist-style-\(number).tmp")
    do {
      let file = try Descriptor(replacing: former, temporary)
      staged.append((temporary, destination))
      try file.write(bytes)
      try file.synchronize()
    } catch {
      // The user knows the file that was asked for, not the temporary one.
      throw FileError(path, error.reason)
    }
  }

  /// Renames the files into their places.
  ///
  /// - Throws: `FileError` if a rename fails; files before it are in place, those after are not.
  consuming func commit() throws(FileError) {
    var directories: [String] = []
    while let file = staged.first {
      guard rename(cString(file.temporary), cString(file.destination)) == 0 else {
        throw FileError(file.destination, "cannot write: \(systemReason())")
      }
      staged.removeFirst()
      let directory = FileSystem.parent(of: file.destination)
      if !directories.contains(directory) { directories.append(directory) }
    }
    for directory in directories { try FileSystem.synchronizeDirectory(directory) }
  }

  /// Where a path leads when the links at its end are followed, whether or not something is there.
  private static func followLinks(_ path: String) throws(FileError) -> String {
    var place = path
    for _ in 0..<40 {
      var status = stat()
      guard lstat(cString(place), &status) == 0, status.st_mode & S_IFMT == S_IFLNK else {
        return place
      }
      let target = try FileSystem.readLink(place)
      place =
        target.utf8.first == UInt8(ascii: "/")
        ? target : FileSystem.join(FileSystem.parent(of: place), target)
    }
    throw FileError(path, "cannot write: too many links lead from one to the next")
  }
}
