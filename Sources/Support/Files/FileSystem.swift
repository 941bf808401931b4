import Glibc

/// What is wrong with a file: one line that names the file and the reason.
package struct FileError: Error, Equatable, CustomStringConvertible {
  /// The path as the user gave it.
  let path: String
  /// What was found and what was expected.
  package let reason: String
  /// Whether it is a pipe that nobody reads from any more.
  package let isUnread: Bool

  package init(_ path: String, _ reason: String, isUnread: Bool = false) {
    self.path = path
    self.reason = reason
    self.isUnread = isUnread
  }

  package var description: String { "\(printable(path)): \(printable(reason))" }
}

/// Reading and writing whole files, with one-line errors that name the file.
package enum FileSystem {
  private static let slash = UInt8(ascii: "/")
}

package extension FileSystem {
  /// Reads a regular file whole.
  ///
  /// - Parameter limit: the most bytes the file may hold. Memory is taken for what is there, never
  ///   for what a file claims.
  /// - Throws: `FileError` if the file is missing, unreadable, larger than the limit, or not a
  ///   regular file.
  static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    // A pipe that nobody writes to would keep a blocking open waiting for ever.
    let file = try Descriptor(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, to: "open")
    let status = try file.status()
    try requireRegular(status, path)
    let tooLarge = FileError(
      path, "larger than \(limit) bytes, the most that is read of such a file")
    if status.st_size > limit { throw tooLarge }
    guard let bytes = readAll(file.number, limit: limit, expected: Int(status.st_size)) else {
      throw FileError(path, "cannot read: \(systemReason())")
    }
    guard bytes.count <= limit else { throw tooLarge }
    return bytes
  }

  /// Writes a file so that it appears whole or not at all, and is on the disk when this returns.
  ///
  /// An existing file is replaced; a link is followed and stays a link. Devices such as `/dev/null`,
  /// and pipes that are open already (`/dev/stdout`, `/dev/fd/63`), are written to directly. Other
  /// pipes are refused: nobody may ever read from them. So are disks.
  ///
  /// - Throws: `FileError` if it cannot be written; what stood there before is then untouched.
  static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    if let status = status(of: path), isStream(status, at: path) {
      let device = try Descriptor(path, O_WRONLY | O_NOCTTY, to: "open")
      try device.write(bytes)
    } else {
      try write([(path, bytes)])
    }
  }

  /// Writes files so that all appear, each of them whole, or none, and the last one last.
  ///
  /// - Throws: `FileError` if one cannot be written or what stands there is not a regular file.
  static func write(_ files: [(path: String, bytes: [UInt8])]) throws(FileError) {
    var transaction = FileTransaction()
    for file in files { try transaction.stage(file.bytes, as: file.path) }
    try transaction.commit()
  }

  /// Removes a file, or a link.
  ///
  /// - Throws: `FileError` if it cannot be removed.
  static func remove(_ path: String) throws(FileError) {
    guard unlink(cString(path)) == 0 else {
      throw FileError(path, "cannot remove: \(systemReason())")
    }
  }

  /// Removes a directory that holds nothing; any other stays.
  static func removeIfEmpty(_ path: String) {
    _ = rmdir(cString(path))
  }

  /// The text of a symbolic link.
  static func readLink(_ path: String) throws(FileError) -> String {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink(cString(path), &target, target.count)
    guard length >= 0 else { throw FileError(path, "cannot read the link: \(systemReason())") }
    return String(systemBytes: target[..<length].map(UInt8.init(bitPattern:)))
  }

  /// Makes a directory and those above it, where they do not exist yet.
  ///
  /// - Throws: `FileError` if something else stands there or it cannot be made.
  static func createDirectory(_ path: String) throws(FileError) {
    if let status = status(of: path) {
      guard isDirectory(status) else {
        throw FileError(path, "expected a directory, found \(kind(of: status))")
      }
      return
    }
    let parent = parent(of: path)
    if parent != path { try createDirectory(parent) }
    // Another process may have made it in the meantime.
    if mkdir(cString(path), 0o777) != 0 && errno != EEXIST {
      throw FileError(path, "cannot make the directory: \(systemReason())")
    }
    guard let status = status(of: path), isDirectory(status) else {
      throw FileError(path, "cannot make the directory: a link to nothing stands there")
    }
  }

  /// Whether something stands at the path, a link followed.
  ///
  /// True if that cannot be told: reading the file then says why it cannot be read.
  static func exists(_ path: String) -> Bool {
    status(of: path) != nil || ![ENOENT, ENOTDIR].contains(errno)
  }

  /// Whether a directory, or a link to one, stands at the path.
  static func isDirectory(_ path: String) -> Bool {
    status(of: path).map(isDirectory) ?? false
  }

  /// Whether a directory, and not a link to one, stands at the path.
  static func isOwnDirectory(_ path: String) -> Bool {
    var status = stat()
    return lstat(cString(path), &status) == 0 && isDirectory(status)
  }

  /// Whether a regular file, or a link to one, stands at the path.
  static func isFile(_ path: String) -> Bool {
    status(of: path).map(isRegular) ?? false
  }

  /// What stands at the path: `a file`, `a pipe`, …; nil if nothing does.
  static func kind(at path: String) -> String? { status(of: path).map(kind) }

  /// The names in a directory, in no particular order.
  static func list(_ path: String) throws(FileError) -> [String] {
    guard let directory = opendir(cString(path)) else {
      throw FileError(path, "cannot list: \(systemReason())")
    }
    defer { closedir(directory) }
    let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
    var names: [String] = []
    while let entry = readdir(directory) {
      // Read in place: an entry is shorter than the structure that describes it.
      let name = String(
        system: (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self))
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// The path of something in a directory.
  static func join(_ directory: String, _ name: String) -> String {
    directory.utf8.last == slash || directory.isEmpty
      ? directory + name : "\(directory)/\(name)"
  }

  /// The directory that holds what the path names: `.` for a bare name, `/` for `/`.
  static func parent(of path: String) -> String {
    // Bytes, not Characters: a slash before a combining accent is a slash to the system.
    var bytes = Array(path.utf8)[...]
    while bytes.count > 1 && bytes.last == slash { bytes.removeLast() }
    guard let separator = bytes.lastIndex(of: slash) else { return "." }
    bytes = bytes[...separator]
    while bytes.count > 1 && bytes.last == slash { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension FileSystem {
  /// Returns when the directory's entries are on the disk.
  static func synchronizeDirectory(_ path: String) throws(FileError) {
    try Descriptor(path, O_RDONLY | O_DIRECTORY, to: "open").synchronize()
  }

  static func status(of path: String) -> stat? {
    var status = stat()
    return stat(cString(path), &status) == 0 ? status : nil
  }

  static func requireRegular(_ status: stat, _ path: String) throws(FileError) {
    guard isRegular(status) else {
      throw FileError(path, "expected a file, found \(kind(of: status))")
    }
  }

  /// Whether it is written to directly, not replaced.
  private static func isStream(_ status: stat, at path: String) -> Bool {
    switch status.st_mode & S_IFMT {
    case S_IFCHR: true
    case S_IFIFO: ["/dev/std", "/dev/fd/", "/proc/self/fd/"].contains(where: path.hasPrefix)
    default: false
    }
  }

  static func isRegular(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFREG }

  static func isDirectory(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFDIR }

  static func kind(of status: stat) -> String {
    switch status.st_mode & S_IFMT {
    case S_IFREG: "a file"
    case S_IFDIR: "a directory"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }
}

// MARK: Signatures

/// Tells by its first bytes what a file is that stands in the place of another.
package enum FileSignature {
  /// The file's kind in words, with what to do where something can be done; nil if it is none of
  /// those that people take for a checkpoint, a data set or a picture.
  package static func describe(_ bytes: [UInt8]) -> String? {
    if let known = signatures.first(where: { bytes.starts(with: $0.bytes) }) { return known.words }
    if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) {
      return "a WebP picture"
    }
    if bytes.dropFirst(4).starts(with: "ftyp".utf8) {
      let brand = String(decoding: bytes.dropFirst(8).prefix(4), as: UTF8.self)
      return brands.first { $0.names.contains(brand) }?.words ?? "a film"
    }
    let text = String(decoding: bytes.prefix(256), as: UTF8.self).lowercased()
      .drop { $0.isWhitespace || $0 == "\u{feff}" }
    if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") {
      return "an HTML page, as a failed download leaves it"
    }
    if text.hasPrefix("<svg") || text.hasPrefix("<?xml") && text.contains("<svg") {
      return "an SVG drawing"
    }
    return nil
  }

  private static let pickle =
    "a Python pickle, which is never opened since it can run code: save its tensors with safetensors"

  /// What a file may be whose first box is `ftyp`.
  private static let brands: [(names: [String], words: String)] = [
    (["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1"], "a HEIC picture"),
    (["avif", "avis"], "an AVIF picture"),
    (["crx "], "a camera's raw picture"),
  ]

  private static let signatures: [(bytes: [UInt8], words: String)] = [
    (
      Array("version https://".utf8),
      "a Git LFS pointer in place of the file: run git lfs pull"
    ),
    (
      [0x50, 0x4b, 0x03, 0x04],
      "a zip archive; if it is PyTorch's, save its tensors with safetensors"
    ),
    ([0x80, 0x02], pickle), ([0x80, 0x03], pickle), ([0x80, 0x04], pickle), ([0x80, 0x05], pickle),
    ([0xff, 0xd8, 0xff], "a JPEG picture"),
    ([0x89, 0x50, 0x4e, 0x47], "a PNG picture"),
    (Array("GIF8".utf8), "a GIF picture"),
    ([0x49, 0x49, 0x2a, 0x00], "a TIFF picture"), ([0x4d, 0x4d, 0x00, 0x2a], "a TIFF picture"),
    (Array("BM".utf8), "a BMP picture"),
    ([0, 0, 0, 12] + Array("jP  ".utf8), "a JPEG 2000 picture"),
    ([0xff, 0x0a], "a JPEG XL picture"), ([0, 0, 0, 12] + Array("JXL ".utf8), "a JPEG XL picture"),
    (Array("8BPS".utf8), "a Photoshop picture"),
    (Array("%PDF-".utf8), "a PDF document"), (Array("%!PS".utf8), "a PostScript document"),
    ([0x1f, 0x8b], "a gzip file"),
    ([0x89, 0x48, 0x44, 0x46], "an HDF5 file"),
    ([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], "a NumPy array"),
  ]
}
