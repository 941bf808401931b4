import CPNG
import Glibc

/// PNG files in memory, written and read by libpng.
///
/// The bytes depend on the pixels and on the versions of libpng and zlib alone: no time, no text.
package enum PNG {
  /// An 8-bit grey picture.
  ///
  /// - Parameter pixels: `width * height` values, row after row, 0 black and 255 white.
  /// - Throws: `CanvasError` if there are not as many pixels, or libpng fails.
  package static func encodeGrey(
    _ pixels: [UInt8], width: Int, height: Int
  ) throws(CanvasError) -> [UInt8] {
    guard width > 0, height > 0, pixels.count == width * height else {
      throw CanvasError(
        "PNG: \(pixels.count) pixels for a picture of \(width) x \(height)")
    }
    return try pixels.withUnsafeBufferPointer { pixels throws(CanvasError) in
      try write(
        pixels, width: width, height: height, channels: 1, type: PNG_COLOR_TYPE_GRAY, depth: 8,
        palette: [])
    }
  }

  /// A picture of at most 256 colours: exactly the surface's if it has no more, else the best
  /// found for it (see `Palette`).
  ///
  /// - Throws: `CanvasError` if libpng fails.
  package static func encode(_ surface: borrowing ImageSurface) throws(CanvasError) -> [UInt8] {
    try surface.withPixels { pixels throws(CanvasError) in
      try encode(pixels, width: surface.width, height: surface.height)
    }
  }

  /// The same for `width * height` pixels, 0x??RRGGBB.
  package static func encode(
    _ pixels: UnsafeBufferPointer<UInt32>, width: Int, height: Int
  ) throws(CanvasError) -> [UInt8] {
    let indexed = IndexedPixels(pixels)
    let depth =
      switch indexed.palette.count {
      case ...2: 1
      case ...4: 2
      case ...16: 4
      default: 8
      }
    let palette = indexed.palette.map { png_color(red: $0.red, green: $0.green, blue: $0.blue) }
    return try indexed.indices.withUnsafeBufferPointer { indices throws(CanvasError) in
      try write(
        indices, width: width, height: height, channels: 1, type: PNG_COLOR_TYPE_PALETTE,
        depth: depth, palette: palette)
    }
  }

  private static func write(
    _ pixels: UnsafeBufferPointer<UInt8>, width: Int, height: Int, channels: Int, type: Int32,
    depth: Int, palette: [png_color]
  ) throws(CanvasError) -> [UInt8] {
    var output = cpng_output()
    defer { free(output.bytes) }
    // Neither indices nor flat digits gain from prediction by their neighbours.
    let written = cpng_write(
      &output, pixels.baseAddress, UInt32(clamping: width), UInt32(clamping: height),
      Int32(channels), type, Int32(depth), palette.isEmpty ? nil : palette, Int32(palette.count),
      compressionLevel, PNG_FILTER_NONE)
    guard written == 1 else {
      let message = withUnsafeBytes(of: output.message) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw CanvasError("PNG: libpng: \(message)")
    }
    return [UInt8](UnsafeBufferPointer(start: output.bytes, count: output.count))
  }

  /// A little smaller than with zlib's own compromise, 6; more takes twice as long.
  private static let compressionLevel: Int32 = 7

  // MARK: Reading

  /// Reads a picture of any kind of PNG, its transparent parts over `background`.
  ///
  /// - Parameter largest: The most pixels that are accepted.
  /// - Throws: `CanvasError` if `bytes` is no PNG file, is damaged, or holds too large a picture.
  package static func decode(
    _ bytes: [UInt8], background: Color = Color(0xffffff), largest: Int = 1 << 26
  ) throws(CanvasError) -> Bitmap {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    return try bytes.withUnsafeBufferPointer { memory throws(CanvasError) in
      guard png_image_begin_read_from_memory(&image, memory.baseAddress, memory.count) != 0 else {
        throw failure(image)
      }
      let (width, height) = (Int(image.width), Int(image.height))
      guard width > 0, height > 0, width <= largest / height else {
        throw CanvasError(
          "PNG: a picture of \(width) x \(height) pixels: expected at most \(largest) in all")
      }
      // Bytes blue, green, red.
      image.format = UInt32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_BGR)
      var color = png_color(red: background.red, green: background.green, blue: background.blue)
      var packed = [UInt8](repeating: 0, count: width * height * 3)
      let read = packed.withUnsafeMutableBytes { buffer in
        png_image_finish_read(&image, &color, buffer.baseAddress, Int32(clamping: width * 3), nil)
      }
      guard read != 0 else { throw failure(image) }
      let pixels = (0..<width * height).map { index in
        0xff00_0000 | UInt32(packed[3 * index]) | UInt32(packed[3 * index + 1]) << 8
          | UInt32(packed[3 * index + 2]) << 16
      }
      return Bitmap(width: width, height: height, pixels: pixels)
    }
  }

  static func failure(_ image: png_image) -> CanvasError {
    let message = withUnsafeBytes(of: image.message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    return CanvasError("PNG: libpng: \(message)")
  }
}
