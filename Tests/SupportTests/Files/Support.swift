import FoundationEssentials
import Glibc
import TestSupport

/// The names in a directory, hidden ones too, sorted.
func names(in directory: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
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
