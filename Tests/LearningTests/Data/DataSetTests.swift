import TestSupport
import Testing

@testable import Learning
@testable import Support

@Suite struct ShippedTestSetTests {
  @Test func isMNISTsTestSet() throws {
    let images = try DataSet.load(.test, from: "\(packageDirectory)/share/mnist")
    #expect(images.count == 10_000)
    for (source, file) in zip(images.sources, DataSet.Subset.test.files) {
      #expect(source.name == "\(file.name).gz")
      #expect(source.sha256 == file.compressedSHA256)
    }
    #expect(images.isMNIST && images.remarks.isEmpty)
  }
}

@Suite struct WritersTests {
  let scratch: ScratchDirectory

  init() throws {
    scratch = try ScratchDirectory()
    for file in DataSet.Subset.test.files {
      try FileSystem.write(
        FileSystem.read("\(packageDirectory)/share/mnist/\(file.name).gz", limit: 1 << 24),
        to: scratch("\(file.name).gz"))
    }
  }

  /// A file like QMNIST's, in which image i is by writer i / 30.
  private func writers(
    rows: Int = 60_000, columns: Int = 8, change: (inout [UInt32]) -> Void = { _ in }
  ) throws -> [UInt8] {
    let labels = try testSet().labels
    var numbers = [UInt32](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      numbers[row * columns] = UInt32(row < labels.count ? labels[row] : 0)
      if columns > 2 { numbers[row * columns + 2] = UInt32(row / 30) }
    }
    change(&numbers)
    return ([0xC02, UInt32(rows), UInt32(columns)] + numbers).flatMap {
      withUnsafeBytes(of: $0.bigEndian, Array.init)
    }
  }

  private func load() throws -> LabelledImages {
    try DataSet.load(.test, from: scratch.path, withWriters: true)
  }

  @Test func aFileSaysWhoWroteTheTestImages() throws {
    #expect(try load().writers == nil)
    let path = try scratch.write("qmnist-test-labels-idx2-int.gz", gzip(writers()))
    let images = try load()
    #expect(images.writers?.count == 10_000 && images.writers?[31] == 1)
    #expect(images.sources.map(\.name).last == "qmnist-test-labels-idx2-int.gz")
    #expect(images[60..<90].writers == [Int](repeating: 2, count: 30))
    // Whoever does not ask is not told.
    #expect(try DataSet.load(.test, from: scratch.path).writers == nil)
    try scratch.remove("qmnist-test-labels-idx2-int.gz")
    try scratch.write("qmnist-test-labels-idx2-int", writers())
    #expect(try load().writers == images.writers)
    #expect(contents(of: path) == nil)
  }

  @Test func whatIsNoFileOfWritersIsRefused() throws {
    let cases: [([UInt8], String)] = [
      (try writers(rows: 59_999), "59999 rows of 8 numbers, expected 60000 of 8"),
      (try writers(columns: 1), "60000 rows of 1 number, expected 60000 of 8"),
      (
        try writers { $0[8 * 17] = 3 }, "row 17 is of the digit 3, but MNIST's image 17 of 7"
      ),
      (
        idx(.labels, 60_000, [UInt8](repeating: 1, count: 60_000)),
        "magic number 0x801, expected 0xc02 for writers"
      ),
      (
        try writers().dropLast(),
        "1919999 bytes of writers, expected the 1920000 that its header declares"
      ),
      ([], "0 bytes long, too short for a header of 12"),
    ]
    let path = scratch("qmnist-test-labels-idx2-int")
    for (bytes, reason) in cases {
      try scratch.write("qmnist-test-labels-idx2-int", bytes)
      #expect(throws: FileError(path, reason)) { try load() }
    }
    // Of other images it says nothing.
    let other = try DataSet.load(
      .test, from: scratch.path, isTransposed: true, withWriters: true)
    #expect(other.writers == nil)
  }

  /// QMNIST's own file, where somebody has fetched it.
  private static let real = "\(packageDirectory)/data/MNIST/raw/qmnist-test-labels-idx2-int.gz"

  @Test(.enabled(if: FileSystem.exists(real)))
  func theRealFileNamesTheWriters() throws {
    try scratch.write(
      "qmnist-test-labels-idx2-int.gz", FileSystem.read(Self.real, limit: 1 << 24))
    let writers = try #require(try load().writers)
    #expect(Array(writers.prefix(5)) == [2578, 2359, 2530, 2395, 2494])
    #expect(Set(writers).count == 297)
    #expect(try MNIST.writers.matches(Self.real))
  }
}

@Suite struct DeviationTests {
  /// The shipped test set, plain, with changes.
  private func load(
    isTransposed: Bool = false, change: (inout [UInt8], inout [UInt8]) -> Void
  ) throws -> LabelledImages {
    let scratch = try ScratchDirectory()
    let images = try DataSet.load(.test, from: "\(packageDirectory)/share/mnist")
    var (pixels, labels) = (images.pixels[0..<images.count], images.labels)
    change(&pixels, &labels)
    let count = UInt32(labels.count)
    try scratch.write("t10k-images-idx3-ubyte", idx(.images, count, pixels))
    try scratch.write("t10k-labels-idx1-ubyte", idx(.labels, count, labels))
    return try DataSet.load(.test, from: scratch.path, isTransposed: isTransposed)
  }

  @Test func theOriginalIsMNISTHoweverItIsWritten() throws {
    let images = try load { _, _ in }
    #expect(images.isMNIST && images.remarks.isEmpty)
    // Turned, it is no longer what is called so.
    #expect(try !load(isTransposed: true) { _, _ in }.isMNIST)
  }

  @Test func anotherSizeOrOtherFilesAreAnotherSet() throws {
    let few = try load { pixels, labels in
      pixels.removeLast(784)
      labels.removeLast()
    }
    #expect(few.count == 9_999 && !few.isMNIST && few.remarks.isEmpty)
    let other = try load { pixels, labels in
      pixels[0] ^= 1
      labels[77] = 9 - labels[77]
    }
    #expect(other.count == 10_000 && !other.isMNIST && other.remarks.isEmpty)
  }

  @Test func oneChangedByteIsRemarkedUpon() throws {
    let image = try load { pixels, _ in pixels[5_000_000] ^= 1 }
    let label = try load { _, labels in labels[77] = 9 - labels[77] }
    for (images, file) in [
      (image, DataSet.Subset.test.images), (label, DataSet.Subset.test.labels),
    ] {
      #expect(images.isMNIST && images.remarks.count == 1)
      let remark = try #require(images.remarks.first)
      #expect(remark.path.hasSuffix(file.name))
      #expect(remark.reason.hasPrefix("not MNIST's \(file.content.name), though all the rest"))
      #expect(remark.reason.hasSuffix("MNIST's \(file.md5))"))
    }
  }
}

@Suite struct DataSetTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  @Test(arguments: ["", "raw/", "MNIST/raw/"], [false, true])
  func loadsFromEveryPlace(folder: String, isCompressed: Bool) throws {
    try FileSystem.createDirectory(scratch(folder))
    try write(count: 3, to: folder, isCompressed: isCompressed)
    let images = try DataSet.load(.train, from: scratch.path)
    #expect(images.count == 3)
    #expect(images.pixels[0..<3] == pixels(3))
    #expect(images.labels == [0, 1, 2])
    let suffix = isCompressed ? ".gz" : ""
    let names = ["train-images-idx3-ubyte\(suffix)", "train-labels-idx1-ubyte\(suffix)"]
    #expect(images.sources.map(\.name) == names)
    let bytes = names.map { contents(of: scratch(folder + $0)) ?? [] }
    #expect(images.sources.map(\.sha256) == bytes.map { hexadecimal(Digest.sha256($0)) })
    #expect(DataSet.isPresent(.train, in: scratch.path))
    #expect(!DataSet.isPresent(.test, in: scratch.path))
  }

  @Test func takesTheInnermostPlaceFirstAndPlainBeforeCompressed() throws {
    try FileSystem.createDirectory(scratch("MNIST/raw"))
    try FileSystem.createDirectory(scratch("raw"))
    for (count, folder, isCompressed) in [
      (5, "", true), (4, "", false), (3, "raw/", false), (2, "MNIST/raw/", true),
      (1, "MNIST/raw/", false),
    ] {
      try write(count: count, to: folder, isCompressed: isCompressed)
      #expect(try DataSet.load(.train, from: scratch.path).count == count)
    }
  }

  @Test(arguments: [(1, 1), (2, 2), (3, 3), (4, 3)])
  func keepsTheFirstImages(limit: Int, count: Int) throws {
    try write(count: 3)
    let images = try DataSet.load(.train, from: scratch.path, limit: limit)
    #expect(images.labels == Array([0, 1, 2][..<count]))
    #expect(images.pixels.count == count)
    #expect(images.pixels[0..<count] == pixels(count))
  }

  @Test(
    arguments: [
      ("train", "t10k"), ("emnist-digits-train", "emnist-digits-test"),
      ("emnist-mnist-train", "emnist-mnist-test"), ("qmnist-train", "qmnist-test"),
    ], ["-idx", ".idx"])
  func loadsUnderTheNamesThatPeopleGive(beginnings: (String, String), separator: String) throws {
    for (subset, beginning) in [
      (DataSet.Subset.train, beginnings.0), (.test, beginnings.1),
    ] {
      for isCompressed in [false, true] {
        for isUnpackedIntoFolders in [false, true] {
          let names = ["images\(separator)3-ubyte", "labels\(separator)1-ubyte"].map {
            "\(beginning)-\($0)\(isCompressed ? ".gz" : "")"
          }
          let files = [idx(.images, 3, pixels(3)), idx(.labels, 3, [0, 1, 2])]
          let scratch = try ScratchDirectory()
          for (name, bytes) in zip(names, files) {
            if isUnpackedIntoFolders { try FileSystem.createDirectory(scratch(name)) }
            try scratch.write(
              isUnpackedIntoFolders ? "\(name)/\(name)" : name,
              isCompressed ? gzip(bytes) : bytes)
          }
          let images = try DataSet.load(subset, from: scratch.path)
          #expect(images.labels == [0, 1, 2], "\(names)")
          #expect(images.sources.map(\.name) == names)
        }
      }
    }
  }

  @Test(arguments: ["FashionMNIST", "KMNIST", "QMNIST", "EMNIST"])
  func loadsOtherSetsFromWhereTorchvisionPutsThemAfterMNIST(name: String) throws {
    let folder = "\(name)/raw/"
    try FileSystem.createDirectory(scratch(folder))
    try write(count: 2, to: folder)
    let images = try DataSet.load(.train, from: scratch.path)
    #expect(images.count == 2)
    #expect(images.remarks.first?.reason == "used, since nothing stands where MNIST would")
    try write(count: 3)
    let usual = try DataSet.load(.train, from: scratch.path)
    #expect(usual.count == 3 && usual.remarks.isEmpty)
  }

  @Test func takesNoLabelsOfAnotherSet() throws {
    try scratch.write("train-images-idx3-ubyte", idx(.images, 1, pixels(1)))
    try scratch.write("emnist-digits-train-labels-idx1-ubyte", idx(.labels, 1, [1]))
    try FileSystem.createDirectory(scratch("KMNIST/raw"))
    try scratch.write("KMNIST/raw/train-labels-idx1-ubyte", idx(.labels, 1, [1]))
    #expect(!DataSet.isPresent(.train, in: scratch.path))
  }

  /// Rows of eight numbers, of which the first is the class and the third the writer.
  @Test func readsTheTableOfQMNISTsLabels() throws {
    func table(_ labels: [UInt8], columns: UInt8 = 8) -> [UInt8] {
      [0, 0, 0xC, 2, 0, 0, 0, UInt8(labels.count), 0, 0, 0, columns]
        + labels.flatMap { label in
          (0..<columns).flatMap { [0, 0, 0, $0 == 0 ? label : 200 + $0] }
        }
    }
    try scratch.write("qmnist-test-images-idx3-ubyte", idx(.images, 3, pixels(3)))
    let name = "qmnist-test-labels-idx2-int"
    try scratch.write("\(name).gz", gzip(table([7, 0, 9])))
    #expect(try DataSet.load(.test, from: scratch.path).labels == [7, 0, 9])
    for (bytes, reason) in [
      (table([7, 0, 10]), "label 2 is 10, expected 0 to 9"),
      (table([7, 0, 9], columns: 0), "0 numbers a label, expected 1 to 100"),
      (
        table([7, 0, 9]).dropLast(), "95 bytes of labels, expected the 96 that its header declares"
      ),
      (Array(table([7]).prefix(8)), "8 bytes long, too short for a header of 12"),
    ] {
      let path = try scratch.write(name, Array(bytes))
      #expect(throws: FileError(path, reason)) { try DataSet.load(.test, from: scratch.path) }
    }
  }

  @Test func saysWhatItLookedForAndWhatIsThere() throws {
    try scratch.write("mnist_train.csv", [])
    try FileSystem.createDirectory(scratch("MNIST/raw"))
    try scratch.write("MNIST/raw/t10k-images-idx3-ubyte", [])
    let error = #expect(throws: FileError.self) { try DataSet.load(.test, from: scratch.path) }
    #expect(error?.path == scratch.path)
    #expect(
      error?.reason == """
        no t10k-images-idx3-ubyte with t10k-labels-idx1-ubyte (or emnist-digits-test-…, \
        emnist-mnist-test-…, qmnist-test-…; a dot for the hyphen before idx; .gz) there or in \
        MNIST/raw, raw, FashionMNIST/raw, KMNIST/raw, QMNIST/raw, EMNIST/raw; found MNIST, \
        MNIST/raw/t10k-images-idx3-ubyte, mnist_train.csv
        """)
  }

  @Test func transposesImagesThatLieOnTheirSides() throws {
    try write(count: 3)
    let upright = try DataSet.load(.train, from: scratch.path)
    let transposed = try DataSet.load(.train, from: scratch.path, isTransposed: true)
    let (image, other) = (upright.pixels(of: 1), transposed.pixels(of: 1))
    for row in 0..<28 {
      for column in 0..<28 { #expect(other[28 * column + row] == image[28 * row + column]) }
    }
    #expect(other != image)
  }

  @Test func hintsAtTransposingEMNIST() throws {
    for name in ["images-idx3-ubyte", "labels-idx1-ubyte"] {
      let bytes = name.hasPrefix("i") ? idx(.images, 1, pixels(1)) : idx(.labels, 1, [4])
      try scratch.write("emnist-digits-train-\(name)", bytes)
    }
    let remarks = try DataSet.load(.train, from: scratch.path).remarks
    #expect(remarks.count == 1 && remarks[0].reason.contains("--transpose"))
    #expect(try DataSet.load(.train, from: scratch.path, isTransposed: true).remarks.isEmpty)
  }

  @Test func partsOfASetAreItsImages() throws {
    try write(count: 5)
    let images = try DataSet.load(.train, from: scratch.path)
    let (training, validation) = try images.holdingOut(2)
    #expect(training.labels == [0, 1, 2] && validation.labels == [3, 4])
    #expect(training.pixels[0..<3] + validation.pixels[0..<2] == pixels(5))
    #expect(validation.sources == images.sources)
    #expect(throws: LearningError("--hold-out 5 leaves nothing to train on: the set has 5 images"))
    {
      try images.holdingOut(5)
    }
  }

  @Test func tellsCompressionByTheFirstBytesNotByTheName() throws {
    let (images, labels) = (idx(.images, 1, pixels(1)), idx(.labels, 1, [1]))
    try scratch.write("train-images-idx3-ubyte.gz", images)
    try scratch.write("train-labels-idx1-ubyte", gzip(labels))
    #expect(try DataSet.load(.train, from: scratch.path).pixels(of: 0) == pixels(1))
  }

  @Test func refusesLabelsAbove9() throws {
    try write(count: 3)
    let path = try scratch.write("train-labels-idx1-ubyte", idx(.labels, 3, [9, 8, 10]))
    #expect(throws: FileError(path, "label 2 is 10, expected 0 to 9")) {
      try DataSet.load(.train, from: scratch.path)
    }
  }

  @Test func refusesCountsThatDiffer() throws {
    try write(count: 3)
    let path = try scratch.write("train-labels-idx1-ubyte", idx(.labels, 2, [0, 1]))
    #expect(
      throws: FileError(
        path, "2 labels, but \(scratch("train-images-idx3-ubyte")) holds 3 images")
    ) {
      try DataSet.load(.train, from: scratch.path)
    }
  }

  private static let badImages: [(bytes: [UInt8], reason: String)] = [
    ([], "0 bytes long, too short for a header of 16"),
    ([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28], "12 bytes long, too short for a header of 16"),
    (idx(.labels, 784, pixels(1)), "magic number 0x801, expected 0x803 for images"),
    (
      Array("\u{1f}<html>Not found</html>".utf8),
      "magic number 0x1f3c6874, expected 0x803 for images"
    ),
    (idx(.images, 0, []), "no images in it"),
    (
      idx(.images, .max, pixels(1)),
      "784 bytes of images, expected the 3367254359280 that its header declares"
    ),
    (idx(.images, 1, rows: 27, pixels(1)), "images of 27 x 28 pixels, expected 28 x 28"),
    (idx(.images, 2, pixels(1)), "784 bytes of images, expected the 1568 that its header declares"),
    (idx(.images, 1, pixels(2)), "1568 bytes of images, expected the 784 that its header declares"),
    (
      idx(.images, 1, pixels(1) + [0]),
      "785 bytes of images, expected the 784 that its header declares"
    ),
  ]

  @Test(arguments: badImages)
  func refusesMalformedImages(bytes: [UInt8], reason: String) throws {
    try write(count: 1)
    let path = try scratch.write("train-images-idx3-ubyte", bytes)
    #expect(throws: FileError(path, reason)) { try DataSet.load(.train, from: scratch.path) }
  }

  private static let badCompressed: [(bytes: [UInt8], reason: String)] = [
    ([], "0 bytes long, too short for a header of 16"),
    (gzip(idx(.images, 1, pixels(1))).dropLast(), "the gzip data end too early, at byte"),
    (gzip(idx(.images, 1, pixels(1))).dropLast(8), "the gzip data end too early, at byte"),
    (Array(gzip(idx(.images, 1, pixels(1)))[..<20]), "the gzip data end too early, at byte 20"),
    ([0x1f, 0x8b] + idx(.images, 1, pixels(1)), "damaged gzip data near byte"),
    (
      gzip(idx(.images, 1_000_001, pixels(1))),
      "1000001 images, more than the 1000000 that are read of a compressed file"
    ),
    (flipped(gzip(idx(.images, 1, pixels(1))), fromEnd: 8), "incorrect data check"),
    (flipped(gzip(idx(.images, 1, pixels(1))), fromEnd: 4), "incorrect length check"),
    (flipped(gzip(idx(.images, 1, pixels(1))), fromEnd: 100), "damaged gzip data near byte"),
    (gzip(idx(.images, 1, pixels(1))) + [1, 0], "2 bytes follow the end of the gzip data"),
    (
      gzip(idx(.images, 1, pixels(1))) + gzip([1]),
      "inflates to more than the 800 bytes that its header declares"
    ),
    (gzip([]), "0 bytes long, too short for a header of 16"),
    (
      gzip(idx(.images, 1, pixels(1).dropLast())),
      "inflates to 783 bytes of images, expected the 784 that its header declares"
    ),
    (
      gzip(idx(.images, 1, pixels(1)) + [0]),
      "inflates to more than the 800 bytes that its header declares"
    ),
    (
      gzip(idx(.images, 1, Array(repeating: 0, count: 50_000_000))),
      "inflates to more than the 800 bytes that its header declares"
    ),
    (gzip(idx(.labels, 1, pixels(1))), "magic number 0x801, expected 0x803 for images"),
  ]

  @Test(arguments: badCompressed)
  func refusesMalformedCompressedImages(bytes: [UInt8], reason: String) throws {
    try write(count: 1, isCompressed: true)
    let path = try scratch.write("train-images-idx3-ubyte.gz", bytes)
    #expect { try DataSet.load(.train, from: scratch.path) } throws: {
      "\($0)".hasPrefix("\(path): ") && "\($0)".contains(reason)
    }
  }

  @Test func takesAnEmptyFolderOfAFilesNameForNoFile() throws {
    try FileSystem.createDirectory(scratch("raw/train-labels-idx1-ubyte"))
    try FileSystem.createDirectory(scratch("raw/train-images-idx3-ubyte"))
    #expect(!DataSet.isPresent(.train, in: scratch.path))
    try write(count: 1)
    #expect(try DataSet.load(.train, from: scratch.path).count == 1)
  }

  /// Damages files in thousands of ways; nothing may crash, and no damage to compressed data pass.
  @Test func survivesDamage() throws {
    var numbers = FixtureNumbers(seed: 2)
    func random(below count: Int) -> Int { Int((numbers.uniform() + 1) / 2 * Double(count)) }
    let labels = idx(.labels, 20, (0..<20).map { UInt8($0 % 10) })
    try scratch.write("train-images-idx3-ubyte.gz", gzip(idx(.images, 20, pixels(20))))
    let whole = gzip(labels)
    // The flag for text, the time stamp and the system in a gzip header mean nothing to us.
    let meaningless = 3...9
    for bytes in [labels, whole] {
      let name = bytes == labels ? "train-labels-idx1-ubyte" : "train-labels-idx1-ubyte.gz"
      for round in 0..<1500 {
        var damaged = bytes
        let index = random(below: bytes.count)
        if round < bytes.count {
          damaged = Array(bytes[..<round])
        } else {
          damaged[index] ^= 1 << UInt8(random(below: 8))
        }
        try scratch.write(name, damaged)
        let loaded = try? DataSet.load(.train, from: scratch.path)
        if bytes == whole && !meaningless.contains(index) { #expect(loaded?.count == nil) }
        if loaded != nil { #expect(damaged.count == bytes.count) }
      }
      try scratch.remove(name)
    }
  }

  /// Writes a small training set.
  private func write(count: Int, to folder: String = "", isCompressed: Bool = false) throws {
    let images = idx(.images, UInt32(count), pixels(count))
    let labels = idx(.labels, UInt32(count), (0..<count).map { UInt8($0 % 10) })
    let suffix = isCompressed ? ".gz" : ""
    try scratch.write(
      "\(folder)train-images-idx3-ubyte\(suffix)", isCompressed ? gzip(images) : images)
    try scratch.write(
      "\(folder)train-labels-idx1-ubyte\(suffix)", isCompressed ? gzip(labels) : labels)
  }
}

/// The pixels of images that all differ.
private func pixels(_ count: Int) -> [UInt8] {
  (0..<count * 784).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 5) }
}

private func flipped(_ bytes: [UInt8], fromEnd distance: Int) -> [UInt8] {
  var bytes = bytes
  bytes[bytes.count - distance] ^= 0x55
  return bytes
}
