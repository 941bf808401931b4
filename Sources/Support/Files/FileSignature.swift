/// Tells by its first bytes what a file is that stands in the place of another.
package enum FileSignature {
  /// The file's kind in words, with what to do where something can be done; nil if it is none of
  /// those that people take for a checkpoint, a data set or a picture.
  package static func describe(_ bytes: [UInt8]) -> String? {
    if let known = signatures.first(where: { bytes.starts(with: $0.bytes) }) { return known.words }
    if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) {
      return "a WebP picture"
    }
    let text = String(decoding: bytes.prefix(256), as: UTF8.self).lowercased()
      .drop { $0.isWhitespace || $0 == "\u{feff}" }
    if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") {
      return "an HTML page, as a failed download leaves it"
    }
    return nil
  }

  private static let pickle =
    "a Python pickle, which is never opened since it can run code: save its tensors with safetensors"

  private static let signatures: [(bytes: [UInt8], words: String)] = [
    (
      Array("version https://git-lfs".utf8),
      "a Git LFS pointer in place of the file: run git lfs pull"
    ),
    (
      [0x50, 0x4b, 0x03, 0x04],
      "a zip archive; if it is PyTorch's, save its tensors with safetensors"
    ),
    ([0x80, 0x02], pickle), ([0x80, 0x03], pickle), ([0x80, 0x04], pickle), ([0x80, 0x05], pickle),
    ([0xff, 0xd8, 0xff], "a JPEG picture"),
    ([0x89, 0x50, 0x4e, 0x47], "a PNG picture"),
    (Array("GIF8".utf8), "a GIF picture"),
    ([0x49, 0x49, 0x2a, 0x00], "a TIFF picture"), ([0x4d, 0x4d, 0x00, 0x2a], "a TIFF picture"),
    (Array("%PDF-".utf8), "a PDF document"),
    ([0x1f, 0x8b], "a gzip file"),
    ([0x89, 0x48, 0x44, 0x46], "an HDF5 file"),
    ([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], "a NumPy array"),
  ]
}
