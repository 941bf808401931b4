import StyleNet
package import Support

/// Images with their classes: a set to learn from, or one to measure on.
package struct LabelledImages: Sendable {
  package let pixels: Pixels
  /// N classes, 0 to 9.
  package let labels: [UInt8]
  /// Who wrote each image, by a number; nil if that is not known.
  package private(set) var writers: [Int]?
  /// The images' file, then the labels', then the writers'.
  package private(set) var sources: [SourceFile] = []
  /// Whether this is MNIST, by the check sums of its files; of an edition that has but one of them,
  /// a remark tells.
  package private(set) var isMNIST = false
  /// What whoever brought the files should know of them.
  package private(set) var remarks: [FileError] = []

  init(
    pixels: Pixels, labels: [UInt8], writers: [Int]?, sources: [SourceFile], isMNIST: Bool,
    remarks: [FileError]
  ) {
    self.init(pixels: pixels, labels: labels)
    self.writers = writers
    self.sources = sources
    self.isMNIST = isMNIST
    self.remarks = remarks
  }
}

package extension LabelledImages {
  /// N.
  var count: Int { labels.count }

  /// The 784 bytes of one image.
  func pixels(of index: Int) -> [UInt8] { pixels[CollectionOfOne(index)] }

  init(pixels: Pixels, labels: [UInt8]) {
    // The network's kernels take a label for an index.
    precondition(pixels.count == labels.count && labels.allSatisfy { $0 < Model.classes })
    self.pixels = pixels
    self.labels = labels
  }

  /// Some of the images that follow one another.
  subscript(range: some RangeExpression<Int>) -> LabelledImages {
    let range = range.relative(to: labels)
    return LabelledImages(
      pixels: pixels.slice(range), labels: Array(labels[range]),
      writers: writers.map { Array($0[range]) }, sources: sources,
      isMNIST: isMNIST, remarks: remarks)
  }

  /// The last `count` images to validate on, and the others to train on.
  ///
  /// - Throws: `LearningError` if there are no others.
  func holdingOut(
    _ count: Int
  ) throws(LearningError) -> (training: LabelledImages, validation: LabelledImages) {
    guard count < self.count else {
      throw LearningError(
        "--\(TrainingOption.holdOut.rawValue) \(count) leaves nothing to train on: the set has"
          + " \(self.count) images")
    }
    let border = self.count - count
    return (self[..<border], self[border...])
  }
}

/// The pixels of N images of 28 x 28 bytes, 0 for background and 255 for ink: in memory, or in a file
/// that is mapped.
package struct Pixels: Sendable {
  private let bytes: FileBytes
  /// Bytes before the first image.
  private let start: Int
  /// N.
  package let count: Int
  /// Whether rows stand where columns should.
  private let isTransposed: Bool

  private init(_ bytes: FileBytes, start: Int, count: Int, isTransposed: Bool) {
    self.bytes = bytes
    self.start = start
    self.count = count
    self.isTransposed = isTransposed
  }

  init(_ file: IDX.File, isTransposed: Bool) {
    self.init(
      file.bytes, start: file.layout.headerCount, count: file.count, isTransposed: isTransposed)
  }

  /// - Parameter bytes: N x 28 x 28.
  package init(_ bytes: [UInt8]) {
    let count = bytes.count / Model.pixels
    precondition(bytes.count == count * Model.pixels)
    self.init(.inMemory(bytes), start: 0, count: count, isTransposed: false)
  }

  fileprivate func slice(_ range: Range<Int>) -> Pixels {
    precondition((0...count).contains(range.lowerBound) && range.upperBound <= count)
    return Pixels(
      bytes, start: start + range.lowerBound * Model.pixels, count: range.count,
      isTransposed: isTransposed)
  }

  /// The bytes of some images, one image after the other.
  package subscript(images: some Collection<Int>) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: images.count * Model.pixels) { target, filled in
      bytes.withUnsafeBytes { bytes in
        for image in images {
          precondition((0..<count).contains(image))
          let first = start + image * Model.pixels
          let source = UnsafeRawBufferPointer(rebasing: bytes[first..<first + Model.pixels])
          let image = UnsafeMutableBufferPointer(rebasing: target[filled..<filled + Model.pixels])
          if isTransposed {
            for place in 0..<Model.pixels { image[place] = source[mirrored(place)] }
          } else {
            UnsafeMutableRawBufferPointer(image).copyMemory(from: source)
          }
          filled += Model.pixels
        }
      }
    }
  }
}

/// The place of a pixel in the image that has rows for columns.
private func mirrored(_ place: Int) -> Int {
  place % Model.side * Model.side + place / Model.side
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
