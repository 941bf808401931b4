import CPNG
import Glibc
import Support

/// PNG files in memory, written by libpng.
///
/// The bytes depend on the pixels and on the versions of libpng and zlib alone: no time, no text.
enum PNG {
  /// An 8-bit grey picture of `width * height` values, row after row, 0 black and 255 white.
  ///
  /// - Throws: `CanvasError` if there are not as many pixels, or libpng fails.
  static func encodeGrey(
    _ pixels: [UInt8], width: Int, height: Int
  ) throws(CanvasError) -> [UInt8] {
    guard width > 0, height > 0, pixels.count == width * height else {
      throw CanvasError("PNG: \(pixels.count) pixels for a picture of \(width) x \(height)")
    }
    return try write(pixels, width: width, height: height, type: PNG_COLOR_TYPE_GRAY)
  }

  /// A picture of at most 256 colours: exactly the surface's if it has no more, else the best
  /// found for it (see `IndexedPixels`).
  ///
  /// - Throws: `CanvasError` if libpng fails.
  static func encode(_ surface: borrowing ImageSurface) throws(CanvasError) -> [UInt8] {
    try surface.withPixels { pixels throws(CanvasError) in
      try encode(pixels, width: surface.width, height: surface.height)
    }
  }

  /// The same for `width * height` pixels, 0x??RRGGBB.
  static func encode(
    _ pixels: UnsafeBufferPointer<UInt32>, width: Int, height: Int
  ) throws(CanvasError) -> [UInt8] {
    let indexed = IndexedPixels(pixels)
    let depth: Int32 =
      switch indexed.palette.count {
      case ...2: 1
      case ...4: 2
      case ...16: 4
      default: 8
      }
    let palette = indexed.palette.map { png_color(red: $0.red, green: $0.green, blue: $0.blue) }
    return try write(
      indexed.indices, width: width, height: height, type: PNG_COLOR_TYPE_PALETTE, depth: depth,
      palette: palette)
  }

  private static func write(
    _ pixels: [UInt8], width: Int, height: Int, type: Int32, depth: Int32 = 8,
    palette: [png_color] = []
  ) throws(CanvasError) -> [UInt8] {
    var output = cpng_output()
    defer { free(output.bytes) }
    // Neither indices nor flat digits gain from prediction by their neighbours.
    let written = cpng_write(
      &output, pixels, UInt32(clamping: width), UInt32(clamping: height), channels, type, depth,
      palette.isEmpty ? nil : palette, Int32(palette.count), compressionLevel, PNG_FILTER_NONE)
    guard written == 1 else { throw failure(output.message) }
    return [UInt8](UnsafeBufferPointer(start: output.bytes, count: output.count))
  }

  /// Files are a little smaller than at zlib's own compromise, 6; 8 takes twice as long.
  private static let compressionLevel: Int32 = 7
  /// A grey value or an index.
  private static let channels: Int32 = 1

  private static func failure<Message>(_ message: Message) -> CanvasError {
    let text = withUnsafeBytes(of: message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    return CanvasError("PNG: libpng: \(text)")
  }
}

// MARK: Animations

extension PNG {
  /// An animation of grey pictures that repeats for ever; a program that knows only still pictures
  /// shows the first.
  ///
  /// Every frame is compressed by libpng as a picture of its own. What is added are the chunks of
  /// the Portable Network Graphics Specification, third edition, 11.3.6: `acTL` (how many frames),
  /// before each frame `fcTL` (where it goes and how long it stays), and the frames after the first
  /// as `fdAT` in place of `IDAT`.
  ///
  /// There is at least one frame, each of `width * height` values; `rate` is 1 to 65,535 a second.
  ///
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
        file += still.prefix(signature.count)
        for chunk in chunks where chunk.type == "IHDR" { chunk.append(to: &file) }
        Chunk(type: "acTL", data: bigEndian(UInt32(frames.count)) + bigEndian(forEver)).append(
          to: &file)
      }
      Chunk(
        type: "fcTL",
        data: bigEndian(sequence) + bigEndian(UInt32(width)) + bigEndian(UInt32(height))
          + bigEndian(0) + bigEndian(0)  // the offset of the frame
          + bigEndian(1 << 16 | UInt32(rate))  // 1 / rate seconds, as two 16-bit numbers
          + [0, 0]  // leave the frame when it has been shown; the next one replaces it
      ).append(to: &file)
      sequence += 1
      for chunk in chunks where chunk.type == "IDAT" {
        if index == 0 {
          chunk.append(to: &file)
        } else {
          Chunk(type: "fdAT", data: bigEndian(sequence) + chunk.data).append(to: &file)
          sequence += 1
        }
      }
    }
    Chunk(type: "IEND", data: []).append(to: &file)
    return file
  }

  private static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
  /// The number of repetitions that means no end.
  private static let forEver: UInt32 = 0

  private static func bigEndian(_ number: UInt32) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  /// A piece of a PNG file: length, type, data, check sum.
  private struct Chunk {
    let type: String
    let data: [UInt8]

    /// The chunks of a file that libpng has written.
    static func all(in file: [UInt8]) -> [Chunk] {
      var chunks: [Chunk] = []
      var rest = file.dropFirst(signature.count)
      while rest.count >= 12 {
        let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(4)
        chunks.append(
          Chunk(
            type: String(decoding: rest.prefix(4), as: UTF8.self),
            data: Array(rest.dropFirst(4).prefix(length))))
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
