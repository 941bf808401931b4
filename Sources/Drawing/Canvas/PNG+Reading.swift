import CPNG

/// A picture as a file has it: colours of the sRGB space that are not premultiplied.
package struct Pixmap: Sendable, Equatable {
  package let width: Int
  package let height: Int
  /// `width * height` times red, green, blue, alpha, row after row from the top.
  package let channels: [UInt8]

  package init(width: Int, height: Int, channels: [UInt8]) {
    precondition(width >= 0 && height >= 0 && channels.count == width * height * 4)
    self.width = width
    self.height = height
    self.channels = channels
  }
}

extension PNG {
  private static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

  /// Reads any kind of PNG: grey, colour or palette, of 1 to 16 bits, with or without transparency,
  /// interlaced or not. Of an animation, the first picture.
  ///
  /// A grey picture of 8 bits comes with its values unchanged, as does one of 16 bits that does not
  /// say how bright its values are.
  ///
  /// - Parameter largest: The most pixels that are accepted; each takes four bytes.
  /// - Throws: `CanvasError` if `bytes` is no PNG file, is damaged, or holds too large a picture.
  package static func pixmap(
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
}
