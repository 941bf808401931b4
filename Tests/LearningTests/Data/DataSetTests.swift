import TestSupport
import Testing

@testable import Learning
@testable import Support

@Suite struct ShippedTestSetTests {
  @Test func isMNISTsTestSet() throws {
    let images = try MNIST.load(.test, from: "\(packageDirectory)/share/mnist")
    #expect(images.count == 10_000)
    for (source, file) in zip(images.sources, MNIST.Subset.test.files) {
      #expect(source.name == "\(file.name).gz")
      #expect(source.sha256 == file.compressedSHA256)
    }
    let imagesHeader: [UInt8] = [0, 0, 8, 3, 0, 0, 0x27, 0x10, 0, 0, 0, 28, 0, 0, 0, 28]
    let labelsHeader: [UInt8] = [0, 0, 8, 1, 0, 0, 0x27, 0x10]
    #expect(
      hexadecimal(Digest.md5(imagesHeader + images.pixels)) == MNIST.Subset.test.images.md5)
    #expect(
      hexadecimal(Digest.md5(labelsHeader + images.labels)) == MNIST.Subset.test.labels.md5)
  }
}

@Suite struct VerifiedSetTests {
  /// The shipped test set, plain, with changes.
  private func load(change: (inout [UInt8], inout [UInt8]) -> Void) throws -> LabelledImages {
    let scratch = try ScratchDirectory()
    let images = try MNIST.load(.test, from: "\(packageDirectory)/share/mnist")
    var (pixels, labels) = (images.pixels, images.labels)
    change(&pixels, &labels)
    let count = UInt32(labels.count)
    try scratch.write("t10k-images-idx3-ubyte", idx(.images, count, pixels))
    try scratch.write("t10k-labels-idx1-ubyte", idx(.labels, count, labels))
    return try MNIST.load(.test, from: scratch.path, isVerified: true)
  }

  @Test func theOriginalAndOtherSizesAreTaken() throws {
    #expect(try load { _, _ in }.count == 10_000)
    let few = try load { pixels, labels in
      pixels.removeLast(784)
      labels.removeLast()
      pixels[0] ^= 1
    }
    #expect(few.count == 9_999)
  }

  @Test func oneChangedByteIsRefused() {
    let image = #expect(throws: FileError.self) { try load { pixels, _ in pixels[5_000_000] ^= 1 } }
    #expect(image?.path.hasSuffix("t10k-images-idx3-ubyte") == true)
    #expect(
      image?.reason.hasSuffix("expected \(MNIST.Subset.test.images.md5)") == true,
      "\(String(describing: image))")
    let label = #expect(throws: FileError.self) {
      try load { _, labels in labels[77] = 9 - labels[77] }
    }
    #expect(label?.path.hasSuffix("t10k-labels-idx1-ubyte") == true)
  }
}

@Suite struct MNISTTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  @Test(arguments: ["", "raw/", "MNIST/raw/"], [false, true])
  func loadsFromEveryPlace(folder: String, isCompressed: Bool) throws {
    try FileSystem.createDirectory(scratch(folder))
    try write(count: 3, to: folder, isCompressed: isCompressed)
    let images = try MNIST.load(.train, from: scratch.path)
    #expect(images.count == 3)
    #expect(images.pixels == pixels(3))
    #expect(images.labels == [0, 1, 2])
    let suffix = isCompressed ? ".gz" : ""
    let names = ["train-images-idx3-ubyte\(suffix)", "train-labels-idx1-ubyte\(suffix)"]
    #expect(images.sources.map(\.name) == names)
    let bytes = names.map { contents(of: scratch(folder + $0)) ?? [] }
    #expect(images.sources.map(\.sha256) == bytes.map { hexadecimal(Digest.sha256($0)) })
    #expect(MNIST.isPresent(.train, in: scratch.path))
    #expect(!MNIST.isPresent(.test, in: scratch.path))
  }

  @Test func takesTheInnermostPlaceFirstAndPlainBeforeCompressed() throws {
    try FileSystem.createDirectory(scratch("MNIST/raw"))
    try FileSystem.createDirectory(scratch("raw"))
    for (count, folder, isCompressed) in [
      (5, "", true), (4, "", false), (3, "raw/", false), (2, "MNIST/raw/", true),
      (1, "MNIST/raw/", false),
    ] {
      try write(count: count, to: folder, isCompressed: isCompressed)
      #expect(try MNIST.load(.train, from: scratch.path).count == count)
    }
  }

  @Test(arguments: [(1, 1), (2, 2), (3, 3), (4, 3)])
  func keepsTheFirstImages(limit: Int, count: Int) throws {
    try write(count: 3)
    let images = try MNIST.load(.train, from: scratch.path, limit: limit)
    #expect(images.labels == Array([0, 1, 2][..<count]))
    #expect(images.pixels == pixels(count))
  }

  @Test func saysWhereItLooked() {
    #expect(
      throws: FileError(
        scratch.path,
        "no t10k-images-idx3-ubyte or t10k-images-idx3-ubyte.gz there, in \(scratch("raw")) or in"
          + " \(scratch("MNIST/raw"))")
    ) {
      try MNIST.load(.test, from: scratch.path)
    }
  }

  @Test func refusesLabelsAbove9() throws {
    try write(count: 3)
    let path = try scratch.write("train-labels-idx1-ubyte", idx(.labels, 3, [9, 8, 10]))
    #expect(throws: FileError(path, "label 2 is 10, expected 0 to 9")) {
      try MNIST.load(.train, from: scratch.path)
    }
  }

  @Test func refusesCountsThatDiffer() throws {
    try write(count: 3)
    let path = try scratch.write("train-labels-idx1-ubyte", idx(.labels, 2, [0, 1]))
    #expect(
      throws: FileError(
        path, "2 labels, but \(scratch("train-images-idx3-ubyte")) holds 3 images")
    ) {
      try MNIST.load(.train, from: scratch.path)
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
    (idx(.images, 0, []), "0 images, expected 1 to 300000"),
    (idx(.images, .max, pixels(1)), "4294967295 images, expected 1 to 300000"),
    (idx(.images, 300_001, pixels(1)), "300001 images, expected 1 to 300000"),
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
    #expect(throws: FileError(path, reason)) { try MNIST.load(.train, from: scratch.path) }
  }

  private static let badCompressed: [(bytes: [UInt8], reason: String)] = [
    ([], "the gzip data end too early, at byte 0"),
    (gzip(idx(.images, 1, pixels(1))).dropLast(), "the gzip data end too early, at byte"),
    (gzip(idx(.images, 1, pixels(1))).dropLast(8), "the gzip data end too early, at byte"),
    (Array(gzip(idx(.images, 1, pixels(1)))[..<20]), "the gzip data end too early, at byte 20"),
    (idx(.images, 1, pixels(1)), "damaged gzip data near byte 2: incorrect header check"),
    (flipped(gzip(idx(.images, 1, pixels(1))), fromEnd: 8), "incorrect data check"),
    (flipped(gzip(idx(.images, 1, pixels(1))), fromEnd: 4), "incorrect length check"),
    (flipped(gzip(idx(.images, 1, pixels(1))), fromEnd: 100), "damaged gzip data near byte"),
    (gzip(idx(.images, 1, pixels(1))) + [0], "1 bytes follow the end of the gzip data"),
    (
      gzip(idx(.images, 1, pixels(1))) + gzip([1]), "21 bytes follow the end of the gzip data"
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
    #expect { try MNIST.load(.train, from: scratch.path) } throws: {
      "\($0)".hasPrefix("\(path): ") && "\($0)".contains(reason)
    }
  }

  @Test func refusesADirectoryInPlaceOfAFile() throws {
    try write(count: 1)
    try FileSystem.createDirectory(scratch("raw/train-labels-idx1-ubyte"))
    #expect(
      throws: FileError(
        scratch("raw/train-labels-idx1-ubyte"), "expected a file, found a directory")
    ) {
      try MNIST.load(.train, from: scratch.path)
    }
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
        let loaded = try? MNIST.load(.train, from: scratch.path)
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
