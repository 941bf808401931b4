import Support

extension PNG {
  /// An animation of grey pictures that repeats for ever; a program that knows only still pictures
  /// shows the first.
  ///
  /// Every frame is compressed by libpng as a picture of its own. What is added are the chunks of
  /// the Portable Network Graphics Specification, third edition, 11.3.6: `acTL` (how many frames),
  /// before each frame `fcTL` (where it goes and how long it stays), and the frames after the first
  /// as `fdAT` in place of `IDAT`.
  ///
  /// - Parameters:
  ///   - frames: At least one, each of `width * height` values, 0 black and 255 white.
  ///   - rate: Frames a second, 1 to 65,535.
  /// - Throws: `CanvasError` if a frame has not as many pixels, or libpng fails.
  static func encodeAnimation(
    _ frames: [[UInt8]], width: Int, height: Int, rate: Int
  ) throws(CanvasError) -> [UInt8] {
    guard !frames.isEmpty, (1...65535).contains(rate) else {
      throw CanvasError("PNG: an animation of \(frames.count) frames, \(rate) a second")
    }
    var file: [UInt8] = []
    var sequence: UInt32 = 0
    for (index, frame) in frames.enumerated() {
      let still = try encodeGrey(frame, width: width, height: height)
      let chunks = Chunk.all(in: still)
      if index == 0 {
        file += still.prefix(signatureSize)
        for chunk in chunks where chunk.type == "IHDR" { chunk.append(to: &file) }
        Chunk("acTL", bigEndian(UInt32(frames.count)) + bigEndian(forEver)).append(to: &file)
      }
      Chunk(
        "fcTL",
        bigEndian(sequence) + bigEndian(UInt32(width)) + bigEndian(UInt32(height))
          + bigEndian(0) + bigEndian(0)  // the offset of the frame
          + bigEndian(1 << 16 | UInt32(rate))  // 1 / rate seconds, as two 16-bit numbers
          + [0, 0]  // leave the frame when it has been shown; the next one replaces it
      ).append(to: &file)
      sequence += 1
      for chunk in chunks where chunk.type == "IDAT" {
        if index == 0 {
          chunk.append(to: &file)
        } else {
          Chunk("fdAT", bigEndian(sequence) + chunk.data).append(to: &file)
          sequence += 1
        }
      }
    }
    Chunk("IEND", []).append(to: &file)
    return file
  }

  private static let signatureSize = 8
  /// The number of repetitions that means no end.
  private static let forEver: UInt32 = 0

  private static func bigEndian(_ number: UInt32) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  /// A piece of a PNG file: length, type, data, check sum.
  private struct Chunk {
    let type: String
    let data: [UInt8]

    init(_ type: String, _ data: [UInt8]) {
      self.type = type
      self.data = data
    }

    /// The chunks of a file that libpng has written.
    static func all(in file: [UInt8]) -> [Chunk] {
      var chunks: [Chunk] = []
      var rest = file.dropFirst(signatureSize)
      while rest.count >= 12 {
        let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(4)
        chunks.append(
          Chunk(
            String(decoding: rest.prefix(4), as: UTF8.self),
            Array(rest.dropFirst(4).prefix(length))))
        rest = rest.dropFirst(4 + length + 4)
      }
      return chunks
    }

    func append(to file: inout [UInt8]) {
      let checked = Array(type.utf8) + data
      file += PNG.bigEndian(UInt32(data.count))
      file += checked
      file += PNG.bigEndian(crc32(checked))
    }
  }
}
