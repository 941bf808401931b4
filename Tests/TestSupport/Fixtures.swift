package import FoundationEssentials

/// The place of a file below Tests/Fixtures, wherever the tests run.
package func fixture(_ path: String) -> URL {
  URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures").appending(path: path)
}

/// A file of float32 tensors, read without the project's own reader.
///
/// It trusts the file: it is for fixtures, which lie in the repository.
package struct TensorFile {
  package let metadata: [String: String]
  package let tensors: [String: [Float]]

  package init(_ path: String) throws {
    let data = try Data(contentsOf: fixture(path))
    let headerSize = Int(data.prefix(8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
    let header = try JSONDecoder().decode([String: Entry].self, from: data[8..<8 + headerSize])
    let block = data[(8 + headerSize)...]
    metadata = header["__metadata__"]?.strings ?? [:]
    tensors = header.compactMapValues { entry in
      guard let offsets = entry.data_offsets else { return nil }
      return stride(from: block.startIndex + offsets[0], to: block.startIndex + offsets[1], by: 4)
        .map { at in
          Float(bitPattern: block[at..<at + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
        }
    }
  }

  /// A tensor, or the metadata: the two kinds of value a header has.
  private struct Entry: Decodable {
    let data_offsets: [Int]?
    let strings: [String: String]?

    enum Key: CodingKey { case data_offsets }

    init(from decoder: any Swift.Decoder) throws {
      data_offsets = try? decoder.container(keyedBy: Key.self).decode(
        [Int].self, forKey: .data_offsets)
      strings = try? decoder.singleValueContainer().decode([String: String].self)
    }
  }
}
