package import Support

/// The MNIST data set as files.
package enum MNIST {
  /// One of its two sets.
  package enum Subset: String, Sendable {
    /// 60,000 images to learn from.
    case train
    /// 10,000 images to measure on.
    case test

    /// The images' file, then the labels'.
    package var files: [File] { [images, labels] }
  }

  /// Reads one of the two sets.
  ///
  /// - Parameters:
  ///   - directory: each file is read from where `path(of:in:)` finds it.
  ///   - limit: how many images to keep, the first ones; all if nil.
  ///   - isVerified: whether files with as many items as the original's must be the original's, by
  ///     their check sums. Sets of other sizes are taken as they are.
  /// - Throws: `FileError` naming the file and what is wrong with it, or the places looked at.
  package static func load(
    _ subset: Subset, from directory: String, limit: Int? = nil, isVerified: Bool = false
  ) throws(FileError) -> LabelledImages {
    let imagesPath = try find(subset.images, in: directory)
    let labelsPath = try find(subset.labels, in: directory)
    let labels = try IDX.read(.labels, from: labelsPath)
    if let index = labels.items.firstIndex(where: { $0 > 9 }) {
      throw FileError(labelsPath, "label \(index) is \(labels.items[index]), expected 0 to 9")
    }
    let images = try IDX.read(.images, from: imagesPath)
    let count = images.items.count / 784
    guard count == labels.items.count else {
      throw FileError(
        labelsPath, "\(labels.items.count) labels, but \(imagesPath) holds \(count) images")
    }
    if isVerified {
      try subset.images.require(images, path: imagesPath)
      try subset.labels.require(labels, path: labelsPath)
    }
    let kept = min(limit ?? count, count)
    return LabelledImages(
      pixels: kept < count ? Array(images.items[..<(kept * 784)]) : images.items,
      labels: kept < count ? Array(labels.items[..<kept]) : labels.items,
      sources: [(imagesPath, images.sha256), (labelsPath, labels.sha256)].map { path, sha256 in
        LabelledImages.Source(
          name: String(path.split(separator: "/").last ?? ""), sha256: sha256)
      })
  }

  /// Whether both files of a set lie in a directory; they may still be damaged.
  package static func isPresent(_ subset: Subset, in directory: String) -> Bool {
    subset.files.allSatisfy { path(of: $0, in: directory) != nil }
  }

  /// Where `load` finds one of the files: the directory's `MNIST/raw`, its `raw` or itself, plain
  /// before `.gz`.
  package static func path(of file: File, in directory: String) -> String? {
    for folder in ["MNIST/raw/", "raw/", ""] {
      for suffix in ["", ".gz"] {
        let path = FileSystem.join(directory, folder + file.name + suffix)
        if FileSystem.exists(path) { return path }
      }
    }
    return nil
  }

  private static func find(_ file: File, in directory: String) throws(FileError) -> String {
    if let path = path(of: file, in: directory) { return path }
    throw FileError(
      directory,
      "no \(file.name) or \(file.name).gz there, in \(FileSystem.join(directory, "raw")) or in"
        + " \(FileSystem.join(directory, "MNIST/raw"))")
  }
}
