import CPNG
import Glibc

/// PNG files in memory, written and read by libpng.
///
/// The bytes depend on the pixels and on the versions of libpng and zlib alone: no time, no text.
enum PNG {
  /// An 8-bit grey picture.
  ///
  /// - Parameter pixels: `width * height` values, row after row, 0 black and 255 white.
  /// - Throws: `CanvasError` if there are not as many pixels, or libpng fails.
  static func encodeGrey(
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

  /// Files are a little smaller than at zlib's own compromise, 6; 8 takes twice as long.
  private static let compressionLevel: Int32 = 7

  // MARK: Reading

  private static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

  /// Reads any kind of PNG: grey, colour or palette, of 1 to 16 bits, with or without transparency,
  /// interlaced or not. Of an animation, the first picture.
  ///
  /// A grey picture of 8 bits comes with its values unchanged, as does one of 16 bits that does not
  /// say how bright its values are.
  ///
  /// - Parameter largest: The most pixels that are accepted; each takes four bytes.
  /// - Throws: `CanvasError` if `bytes` is no PNG file, is damaged, or holds too large a picture.
  static func pixmap(
    _ bytes: [UInt8], largest: Int = 1 << 26
  ) throws(CanvasError) -> Pixmap {
    guard bytes.starts(with: signature) else { throw CanvasError("not a PNG file") }
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
      image.format = UInt32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA)
      image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
      var read: Int32 = 0
      // Not filled before, so that a file takes memory for what it holds, not for what it claims.
      let channels = [UInt8](unsafeUninitializedCapacity: width * height * 4) { buffer, count in
        read = png_image_finish_read(&image, nil, buffer.baseAddress, 0, nil)
        count = read == 0 ? 0 : buffer.count
      }
      guard read != 0 else { throw failure(image) }
      return Pixmap(width: width, height: height, channels: channels)
    }
  }

  private static func failure(_ image: png_image) -> CanvasError {
    let message = withUnsafeBytes(of: image.message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    return CanvasError("PNG: libpng: \(message)")
  }
}
