import FoundationEssentials
import Glibc
import TestSupport

/// The names in a directory, hidden ones too, sorted.
func names(in directory: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
}

/// Mode and group of a file.
struct Rights: Equatable {
  var mode: mode_t
  var group: gid_t

  init(mode: mode_t, group: gid_t) {
    self.mode = mode
    self.group = group
  }

  init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(mode: status.st_mode & 0o7777, group: status.st_gid)
  }
}

/// A group that new files do not get by themselves, where this process may give them one.
let otherGroup: gid_t = geteuid() == 0 ? 12345 : getegid()

/// A file of this mode and that group, which a test replaces.
func fileToReplace(_ scratch: ScratchDirectory, _ name: String, mode: mode_t) throws -> String {
  let path = try scratch.write(name, [0])
  guard chown(path, .max, otherGroup) == 0, chmod(path, mode) == 0 else { throw POSIXError(.EPERM) }
  return path
}

func isLink(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
}

/// A file system in memory that is soon full, unmounted when the value goes.
final class SmallDisk {
  private let scratch: ScratchDirectory
  var path: String { scratch.path }

  /// Whether this process may mount one.
  static let isPossible = (try? SmallDisk(kilobytes: 64)) != nil

  init(kilobytes: Int) throws {
    scratch = try ScratchDirectory()
    guard mount("tmpfs", scratch.path, "tmpfs", 0, "size=\(kilobytes)k") == 0 else {
      throw POSIXError(.EPERM)
    }
  }

  deinit { umount2(scratch.path, Int32(MNT_DETACH)) }

  func callAsFunction(_ name: String) -> String { scratch(name) }

  func makeReadOnly() throws {
    guard mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0 else {
      throw POSIXError(.EPERM)
    }
  }
}
