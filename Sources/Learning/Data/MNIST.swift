import StyleNet
package import Support

/// Digit images with their labels: one of the two sets of MNIST.
package struct LabelledImages: Sendable {
  /// N x 28 x 28 bytes; 0 is background, 255 ink.
  package let pixels: [UInt8]
  /// N digits, 0 to 9.
  package let labels: [UInt8]
  /// The images' file, then the labels'.
  package let sources: [SourceFile]

  /// N.
  package var count: Int { labels.count }

  /// The 784 bytes of one image.
  package func pixels(of index: Int) -> [UInt8] {
    Array(pixels[index * Model.pixels..<(index + 1) * Model.pixels])
  }

  package init(pixels: [UInt8], labels: [UInt8], sources: [SourceFile] = []) {
    // The network's kernels take a label for an index.
    precondition(
      pixels.count == labels.count * Model.pixels && labels.allSatisfy { $0 < Model.classes })
    self.pixels = pixels
    self.labels = labels
    self.sources = sources
  }
}

/// A file that something was read from, for the record.
package struct SourceFile: Codable, Sendable, Equatable {
  package let name: String
  /// Of the file as it is on disk; lower-case hexadecimal.
  package let sha256: String
}

extension SourceFile {
  package init(name: String, bytes: [UInt8]) {
    self.init(name: name, sha256: hexadecimal(Digest.sha256(bytes)))
  }
}

/// The MNIST data set as files.
package enum MNIST {
  /// One of its two sets.
  package enum Subset: String, Sendable {
    /// 60,000 images to learn from.
    case train
    /// 10,000 images to measure on.
    case test

    /// The images' file, then the labels'.
    var files: [File] { [images, labels] }
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
    if let index = labels.items.firstIndex(where: { $0 >= Model.classes }) {
      throw FileError(labelsPath, "label \(index) is \(labels.items[index]), expected 0 to 9")
    }
    let images = try IDX.read(.images, from: imagesPath)
    let count = images.items.count / Model.pixels
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
      pixels: kept < count ? Array(images.items[..<(kept * Model.pixels)]) : images.items,
      labels: kept < count ? Array(labels.items[..<kept]) : labels.items,
      sources: [images.source, labels.source])
  }

  /// Whether both files of a set lie in a directory; they may still be damaged.
  package static func isPresent(_ subset: Subset, in directory: String) -> Bool {
    subset.files.allSatisfy { path(of: $0, in: directory) != nil }
  }

  /// Where `load` finds one of the files: the directory's `MNIST/raw`, its `raw` or itself, plain
  /// before `.gz`.
  static func path(of file: File, in directory: String) -> String? {
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

// MARK: Files

extension MNIST {
  /// What is known of one of the data set's four files.
  struct File: Sendable, Equatable {
    /// The name of the plain file; the compressed one's ends in `.gz` besides.
    let name: String
    /// The size of the compressed file as it has been served since 1998.
    let compressedCount: Int
    /// Of that file; lower-case hexadecimal.
    let compressedSHA256: String
    /// Of the plain file; lower-case hexadecimal.
    let md5: String
    let content: IDX.Content
    /// Images or labels in it.
    let count: Int

    /// Whether the bytes, compressed by whomever or plain, are this file's.
    ///
    /// - Parameter path: where they come from; its ending tells which of the two they are.
    /// - Throws: `FileError` if they cannot be inflated.
    func matches(_ bytes: [UInt8], path: String) throws(FileError) -> Bool {
      guard path.hasSuffix(".gz") else { return hexadecimal(Digest.md5(bytes)) == md5 }
      if hexadecimal(Digest.sha256(bytes)) == compressedSHA256 { return true }
      let plain = try IDX.inflate(content, bytes, path)
      return hexadecimal(Digest.md5(plain.header, plain.items)) == md5
    }

    /// Makes sure that a file with as many items as this one has is this one.
    ///
    /// - Throws: `FileError` with its check sum if it is not.
    func require(_ file: IDX.File, path: String) throws(FileError) {
      guard file.items.count == count * content.itemCount, file.source.sha256 != compressedSHA256
      else {
        return
      }
      let found = hexadecimal(Digest.md5(file.header, file.items))
      guard found == md5 else {
        throw FileError(
          path,
          "damaged, or not MNIST's: the MD5 of its \(content.name) is \(found), expected \(md5)")
      }
    }
  }
}

extension MNIST.Subset {
  /// The original's images: 60,000 or 10,000.
  var images: MNIST.File {
    switch self {
    case .train:
      MNIST.File(
        name: "train-images-idx3-ubyte", compressedCount: 9_912_422,
        compressedSHA256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        md5: "6bbc9ace898e44ae57da46a324031adb", content: .images, count: 60_000)
    case .test:
      MNIST.File(
        name: "t10k-images-idx3-ubyte", compressedCount: 1_648_877,
        compressedSHA256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        md5: "2646ac647ad5339dbf082846283269ea", content: .images, count: 10_000)
    }
  }

  /// The original's labels, as many.
  var labels: MNIST.File {
    switch self {
    case .train:
      MNIST.File(
        name: "train-labels-idx1-ubyte", compressedCount: 28_881,
        compressedSHA256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        md5: "a25bea736e30d166cdddb491f175f624", content: .labels, count: 60_000)
    case .test:
      MNIST.File(
        name: "t10k-labels-idx1-ubyte", compressedCount: 4_542,
        compressedSHA256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        md5: "27ae3e4e09519cfbb04c329615203637", content: .labels, count: 10_000)
    }
  }
}
