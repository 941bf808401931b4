/// Digit images with their labels: one of the two sets of MNIST.
package struct LabelledImages: Sendable {
  /// A file the set was read from, for the record of what a report was made from.
  package struct Source: Sendable, Equatable {
    package let name: String
    /// Of the file as it is on disk; lower-case hexadecimal.
    package let sha256: String

    package init(name: String, sha256: String) {
      self.name = name
      self.sha256 = sha256
    }
  }

  /// N x 28 x 28 bytes; 0 is background, 255 ink.
  package let pixels: [UInt8]
  /// N digits, 0 to 9.
  package let labels: [UInt8]
  /// The images' file, then the labels'.
  package let sources: [Source]

  /// N.
  package var count: Int { labels.count }

  package init(pixels: [UInt8], labels: [UInt8], sources: [Source] = []) {
    // The network's kernels take a label for an index.
    precondition(pixels.count == labels.count * 784 && labels.allSatisfy { $0 <= 9 })
    self.pixels = pixels
    self.labels = labels
    self.sources = sources
  }
}
