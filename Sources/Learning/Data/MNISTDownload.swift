import Glibc
package import Support

/// Fetches MNIST's files from its mirrors.
package struct MNISTDownload: Sendable {
  /// What happens, for whoever watches.
  package enum Event: Sendable, Equatable {
    /// The file is there already, and is MNIST's.
    case isPresent(path: String)
    /// So many bytes of the file have arrived.
    case receiving(name: String, count: Int, of: Int)
    /// A mirror failed; the next one is tried.
    case mirrorFailed(String)
    /// The file has been checked and is in its place.
    case saved(path: String)
  }

  /// Where the files are served, in the order in which they are tried; each URL ends in a slash.
  package static let mirrors = [
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
  ]
  /// Where the writers' file is.
  static let writersMirrors = ["https://raw.githubusercontent.com/facebookresearch/qmnist/master/"]

  private let mirrors: [String]?
  private let connectTimeout, stallTimeout: Int

  /// - Parameters:
  ///   - mirrors: where to fetch all files from; nil for where each of them is served.
  ///   - connectTimeout: the most seconds to wait for a connection.
  ///   - stallTimeout: the most seconds to wait while next to nothing arrives.
  package init(
    mirrors: [String]? = nil, connectTimeout: Int = 10, stallTimeout: Int = 20
  ) {
    self.mirrors = mirrors
    self.connectTimeout = connectTimeout
    self.stallTimeout = stallTimeout
  }

  /// Puts the compressed files into `MNIST/raw` of a directory, unless they are there.
  ///
  /// A file appears whole and with the right check sum or not at all. What `DataSet.load` would
  /// find in the directory and is MNIST's is left alone. Directories made for nothing are removed.
  ///
  /// - Parameters:
  ///   - subsets: the sets whose files are wanted.
  ///   - withWriters: whether the file is wanted that says who wrote the test images.
  ///   - watch: told what happens; returns false to give up.
  /// - Throws: `FileError` if no mirror yields a file, saying what each one's trouble was, or it
  ///   cannot be saved; the files fetched before stay.
  package func fetch(
    _ subsets: [DataSet.Subset] = [.train, .test], withWriters: Bool = false,
    into directory: String, watch: (Event) -> Bool = { _ in true }
  ) throws(FileError) {
    let folder = FileSystem.join(directory, DataSet.folders[0][0])
    let folders = [folder, FileSystem.parent(of: folder), directory]
    let made = folders.filter { !FileSystem.exists($0) }
    // The system removes none that holds something.
    defer { for folder in made { rmdir(cString(folder)) } }
    try FileSystem.createDirectory(folder)
    for file in subsets.flatMap(\.files) + (withWriters ? [MNIST.writers] : []) {
      let place = FileSystem.join(folder, "\(file.name).gz")
      if let path = try presentFile(file, in: directory, replaceable: place) {
        try report(.isPresent(path: path), place, to: watch)
        continue
      }
      let bytes = try fetch(file, for: place, watch: watch)
      try FileSystem.write(bytes, to: place)
      try report(.saved(path: place), place, to: watch)
    }
  }

  /// The path of a file that is there and MNIST's.
  ///
  /// - Parameter replaceable: the place that may hold anything, since the file fetched goes there.
  private func presentFile(
    _ file: MNIST.File, in directory: String, replaceable: String
  ) throws(FileError) -> String? {
    guard let path = DataSet.mnistPath(file.subset, file.content, in: directory) else { return nil }
    if (try? file.matches(path)) == true { return path }
    if path == replaceable { return nil }
    // It would be read before the one that is fetched.
    if FileSystem.parent(of: path) == FileSystem.parent(of: replaceable) {
      throw FileError(path, "is not MNIST's \(file.name); remove it to have the right one fetched")
    }
    return nil
  }

  private func fetch(
    _ file: MNIST.File, for place: String, watch: (Event) -> Bool
  ) throws(FileError) -> [UInt8] {
    var troubles: [String] = []
    let isMNIST = file != MNIST.writers
    for mirror in mirrors ?? (isMNIST ? Self.mirrors : Self.writersMirrors) {
      do throws(DownloadFailure) {
        let bytes = try download(
          "\(mirror)\(file.name).gz", limit: file.compressedCount, connectTimeout: connectTimeout,
          stallTimeout: stallTimeout
        ) {
          watch(.receiving(name: file.name, count: $0, of: file.compressedCount))
        }
        let sha256 = hexadecimal(Digest.sha256(bytes))
        if sha256 == file.compressedSHA256 { return bytes }
        troubles.append(
          "\(mirror): \(bytes.count) bytes with SHA-256 \(sha256),"
            + " expected \(file.compressedCount) with \(file.compressedSHA256)")
      } catch {
        switch error {
        case .failed(let reason): troubles.append("\(mirror): \(reason)")
        case .cancelled: throw FileError(place, "fetching was interrupted")
        }
      }
      if let trouble = troubles.last { try report(.mirrorFailed(trouble), place, to: watch) }
    }
    throw FileError(
      place,
      "cannot be fetched\(isMNIST ? " (`make data` knows one more way)" : ""): \(troubles.joined(separator: "; "))"
    )
  }

  private func report(
    _ event: Event, _ place: String, to watch: (Event) -> Bool
  ) throws(FileError) {
    if !watch(event) { throw FileError(place, "fetching was interrupted") }
  }
}
