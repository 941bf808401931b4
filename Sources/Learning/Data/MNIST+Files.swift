package import Support

extension MNIST {
  /// What is known of one of the data set's four files.
  package struct File: Sendable, Equatable {
    /// The name of the plain file; the compressed one's ends in `.gz` besides.
    package let name: String
    /// The size of the compressed file as it has been served since 1998.
    package let compressedCount: Int
    /// Of that file; lower-case hexadecimal.
    package let compressedSHA256: String
    /// Of the plain file; lower-case hexadecimal.
    package let md5: String
    let content: IDX.Content
    /// Images or labels in it.
    let count: Int

    /// Whether the bytes, compressed by whomever or plain, are this file's.
    ///
    /// - Parameter path: where they come from; its ending tells which of the two they are.
    /// - Throws: `FileError` if they cannot be inflated.
    package func matches(_ bytes: [UInt8], path: String) throws(FileError) -> Bool {
      guard path.hasSuffix(".gz") else { return hexadecimal(Digest.md5(bytes)) == md5 }
      if hexadecimal(Digest.sha256(bytes)) == compressedSHA256 { return true }
      let plain = try IDX.inflate(content, bytes, path)
      return hexadecimal(Digest.md5(plain.header, plain.items)) == md5
    }

    /// Makes sure that a file with as many items as this one has is this one.
    ///
    /// - Throws: `FileError` with its check sum if it is not.
    func require(_ file: IDX.File, path: String) throws(FileError) {
      guard file.items.count == count * content.itemCount, file.sha256 != compressedSHA256 else {
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
  package var images: MNIST.File {
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
  package var labels: MNIST.File {
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
