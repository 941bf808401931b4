import Glibc
import Support

/// What checkpoints are called: their directories' names, or their paths where names are the same.
package func checkpointNames(_ paths: [String]) -> [String] {
  let names = paths.map { path in
    lastComponent(path) ?? resolvedPath(path).flatMap(lastComponent) ?? path
  }
  return zip(names, paths).map { name, path in
    names.count { $0 == name } > 1 ? path : name
  }
}

/// The last name in a path; nil if that is none, or `.` or `..`.
private func lastComponent(_ path: String) -> String? {
  let name = path.utf8.split(separator: UInt8(ascii: "/")).last.map(String.init) ?? nil
  return name == "." || name == ".." ? nil : name
}

/// The path without links, `.` and `..`; nil if nothing is there.
private func resolvedPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}
