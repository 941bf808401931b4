import StyleNet
package import Support

/// A set of images of 28 x 28 pixels in ten classes, as files: MNIST, or another.
package enum DataSet {
  /// One of its two parts.
  package enum Subset: String, Sendable {
    /// To learn from: of MNIST, 60,000 images.
    case train
    /// To measure on: of MNIST, 10,000.
    case test
  }

  /// Opens one of the two parts. Images in a plain file are not read before they are used.
  ///
  /// - Parameters:
  ///   - directory: the files are where `place(of:in:)` finds them.
  ///   - limit: how many images to keep, the first ones; all if nil.
  ///   - isTransposed: whether rows stand where columns should, as in EMNIST's files.
  ///   - withWriters: whether to tell who wrote MNIST's test images, if a file in the directory does.
  /// - Throws: `FileError` naming the file and what is wrong with it, or what was looked for.
  package static func load(
    _ subset: Subset, from directory: String, limit: Int? = nil, isTransposed: Bool = false,
    withWriters: Bool = false
  ) throws(FileError) -> LabelledImages {
    guard let place = place(of: subset, in: directory) else {
      throw FileError(directory, absence(of: subset, in: directory))
    }
    let labelsFile = try IDX.read(.labels, from: place.labels)
    let labels = try labelsFile.labels(path: place.labels)
    let images = try IDX.read(.images, from: place.images)
    guard images.count == labels.count else {
      throw FileError(
        place.labels, "\(labels.count) labels, but \(place.images) holds \(images.count) images")
    }
    let deviation = subset.deviation(of: images, labelsFile, at: place)
    var remarks: [FileError] = []
    if case .slight(let remark) = deviation { remarks.append(remark) }
    if !place.isUsual {
      remarks.append(FileError(place.images, "used, since nothing stands where MNIST would"))
    }
    if !isTransposed && place.images.lowercased().contains("emnist") {
      remarks.append(
        FileError(place.images, "EMNIST's images lie on their sides: --transpose sets them upright")
      )
    }
    let writers =
      withWriters && subset == .test && deviation == .none && !isTransposed
      ? try writers(of: labels, in: directory) : nil
    let set = LabelledImages(
      pixels: Pixels(images, isTransposed: isTransposed), labels: labels, writers: writers?.writers,
      sources: [images.source, labelsFile.source] + (writers.map { [$0.source] } ?? []),
      isMNIST: deviation != .whole && !isTransposed, remarks: remarks)
    return limit.map { set[0..<min($0, set.count)] } ?? set
  }

  /// Who wrote MNIST's test images; nil if no file in the directory says so.
  private static func writers(
    of labels: [UInt8], in directory: String
  ) throws(FileError) -> (writers: [Int], source: SourceFile)? {
    let expected = MNIST.writers
    guard let path = mnistPath(expected.subset, expected.content, in: directory) else { return nil }
    let file = try IDX.read(expected.content, from: path)
    guard file.count == expected.count, file.columns == 8 else {
      throw FileError(
        path,
        "\(file.count) rows of \(counted(file.columns, "number")), expected \(expected.count) of 8")
    }
    let digits = file.column(0)
    if let row = labels.indices.first(where: { digits[$0] != Int(labels[$0]) }) {
      throw FileError(
        path,
        "row \(row) is of the digit \(digits[row]), but MNIST's image \(row) of \(labels[row])")
    }
    return (Array(file.column(2).prefix(labels.count)), file.source)
  }

  /// Whether both files of a part lie in a directory; they may still be damaged.
  package static func isPresent(_ subset: Subset, in directory: String) -> Bool {
    place(of: subset, in: directory) != nil
  }
}

// MARK: Names

extension DataSet {
  /// Where the two files of a part are.
  struct Place {
    let images, labels: String
    /// Whether they are where MNIST is looked for.
    let isUsual: Bool
  }

  /// The folders of a data directory, in the order in which they are looked through. The two files of
  /// a part are in one folder, or in two of the first group, MNIST's; the others are torchvision's.
  static let folders = [
    ["MNIST/raw", "raw", ""], ["FashionMNIST/raw"], ["KMNIST/raw"], ["QMNIST/raw"], ["EMNIST/raw"],
  ]

  /// How the names of a part's files begin: as MNIST's, which Fashion-MNIST, KMNIST and others have
  /// too, or as those of EMNIST and QMNIST.
  private static func beginnings(_ subset: Subset) -> [String] {
    switch subset {
    case .train: ["train", "emnist-digits-train", "emnist-mnist-train", "qmnist-train"]
    case .test: ["t10k", "emnist-digits-test", "emnist-mnist-test", "qmnist-test"]
    }
  }

  /// How the name of a file begins that belongs to MNIST.
  private static func beginning(_ subset: Subset, _ content: IDX.Content) -> String {
    content == .writers ? "qmnist-\(subset.rawValue)" : beginnings(subset)[0]
  }

  /// How they end, the usual name first: some have a dot where MNIST has a hyphen. QMNIST's labels
  /// are a table.
  private static func endings(_ content: IDX.Content) -> [String] {
    switch content {
    case .images: ["images-idx3-ubyte", "images.idx3-ubyte"]
    case .labels: ["labels-idx1-ubyte", "labels.idx1-ubyte"] + endings(.writers)
    case .writers: ["labels-idx2-int", "labels.idx2-int"]
    }
  }

  /// Where the two files of a part are; nil if nowhere.
  static func place(of subset: Subset, in directory: String) -> Place? {
    for folders in folders {
      for beginning in beginnings(subset) {
        let paths = [IDX.Content.images, .labels].compactMap { content in
          path(beginning, content, in: folders.map { FileSystem.join(directory, $0) })
        }
        if paths.count == 2 {
          return Place(
            images: paths[0], labels: paths[1], isUsual: folders == Self.folders[0])
        }
      }
    }
    return nil
  }

  /// The path of a file in the first folder that has it: plain before compressed, and then in a
  /// folder that has the file's own name, as archives unpack it; nil if none has it.
  private static func path(
    _ beginning: String, _ content: IDX.Content, in folders: [String]
  ) -> String? {
    let names = ["", ".gz"].flatMap { suffix in
      endings(content).map { "\(beginning)-\($0)\(suffix)" }
    }
    let places = folders.flatMap { folder in [folder] + names.map { FileSystem.join(folder, $0) } }
    return places.lazy.flatMap { place in names.lazy.map { FileSystem.join(place, $0) } }
      .first { FileSystem.exists($0) && !FileSystem.isDirectory($0) }
  }

  /// The usual name of a file, MNIST's.
  static func name(_ subset: Subset, _ content: IDX.Content) -> String {
    "\(beginning(subset, content))-\(endings(content)[0])"
  }

  /// The path of what `load` would take for a file of MNIST; nil if nothing.
  static func mnistPath(
    _ subset: Subset, _ content: IDX.Content, in directory: String
  ) -> String? {
    path(
      beginning(subset, content), content, in: folders[0].map { FileSystem.join(directory, $0) })
  }

  /// What was looked for and what is there instead, where `place(of:in:)` is nil.
  package static func absence(of subset: Subset, in directory: String) -> String {
    let folders = folders.joined()
    let found = folders.flatMap { folder in
      ((try? FileSystem.list(FileSystem.join(directory, folder))) ?? [])
        .map { FileSystem.join(folder, $0) }
    }.sorted()
    let more = found.count > 8 ? " and \(found.count - 8) more" : ""
    let others = beginnings(subset).dropFirst().map { "\($0)-…" }.joined(separator: ", ")
    let places = folders.filter { !$0.isEmpty }.joined(separator: ", ")
    return """
      no \(name(subset, .images)) with \(name(subset, .labels)) (or \(others); a dot for the hyphen \
      before idx; .gz) there or in \(places); found \
      \(found.isEmpty ? "nothing" : found.prefix(8).joined(separator: ", "))\(more)
      """
  }
}
