import Support

/// What is known of MNIST's four files, and of a fifth that says who wrote the test images.
enum MNIST {
  struct File: Sendable, Equatable {
    let subset: DataSet.Subset
    let content: IDX.Content
    /// The size of the compressed file as it has been served since 1998.
    let compressedCount: Int
    /// Of that file; lower-case hexadecimal.
    let compressedSHA256: String
    /// Of the plain file; lower-case hexadecimal.
    let md5: String

    /// The name of the plain file; the compressed one's ends in `.gz` besides.
    var name: String { DataSet.name(subset, content) }

    /// Images or labels in it. The writers' go on beyond MNIST's test images.
    var count: Int { subset == .train || content == .writers ? 60_000 : 10_000 }

    /// Whether the file at a path, compressed by whomever or plain, is this one.
    ///
    /// - Throws: `FileError` if it cannot be read or is not as its format says.
    func matches(_ path: String) throws(FileError) -> Bool {
      matches(try IDX.read(content, from: path))
    }

    fileprivate func matches(_ file: IDX.File) -> Bool {
      file.count == count && (file.source.sha256 == compressedSHA256 || md5(of: file) == md5)
    }

    fileprivate func md5(of file: IDX.File) -> String {
      file.bytes.withUnsafeBytes { hexadecimal(Digest.md5($0)) }
    }
  }

  /// QMNIST's labels of its test images, of which the first 10,000 are MNIST's.
  ///
  /// C. Yadav and L. Bottou, Cold case: the lost MNIST digits, NeurIPS 2019.
  static let writers = File(
    subset: .test, content: .writers, compressedCount: 526_800,
    compressedSHA256: "9fbcbe594c3766fdf4f0b15c5165dc0d1e57ac604e01422608bb72c906030d06",
    md5: "5e00709fb0090091f3afc51d204ad83c")

  /// How much a set differs from MNIST.
  enum Deviation: Equatable {
    case none
    /// It has MNIST's size and one of its two files: damaged, or another edition of it.
    case slight(FileError)
    /// It is another set.
    case whole
  }
}

extension DataSet.Subset {
  /// The images' file, then the labels'.
  var files: [MNIST.File] { [images, labels] }

  /// How much a set differs from MNIST's part of this name.
  func deviation(
    of images: IDX.File, _ labels: IDX.File, at place: DataSet.Place
  ) -> MNIST.Deviation {
    guard images.count == self.images.count else { return .whole }
    func remark(_ expected: MNIST.File, _ found: IDX.File, _ path: String) -> MNIST.Deviation {
      .slight(
        FileError(
          path,
          "not MNIST's \(expected.content.name), though all the rest is MNIST's: damaged, or another"
            + " edition (their MD5 is \(expected.md5(of: found)), MNIST's \(expected.md5))"))
    }
    return switch (self.images.matches(images), self.labels.matches(labels)) {
    case (true, true): .none
    case (true, false): remark(self.labels, labels, place.labels)
    case (false, true): remark(self.images, images, place.images)
    case (false, false): .whole
    }
  }

  /// The original's images: 60,000 or 10,000.
  var images: MNIST.File {
    switch self {
    case .train:
      MNIST.File(
        subset: self, content: .images, compressedCount: 9_912_422,
        compressedSHA256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        md5: "6bbc9ace898e44ae57da46a324031adb")
    case .test:
      MNIST.File(
        subset: self, content: .images, compressedCount: 1_648_877,
        compressedSHA256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        md5: "2646ac647ad5339dbf082846283269ea")
    }
  }

  /// The original's labels, as many.
  var labels: MNIST.File {
    switch self {
    case .train:
      MNIST.File(
        subset: self, content: .labels, compressedCount: 28_881,
        compressedSHA256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        md5: "a25bea736e30d166cdddb491f175f624")
    case .test:
      MNIST.File(
        subset: self, content: .labels, compressedCount: 4_542,
        compressedSHA256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        md5: "27ae3e4e09519cfbb04c329615203637")
    }
  }
}
