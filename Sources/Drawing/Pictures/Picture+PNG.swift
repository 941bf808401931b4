import CLeptonica
import CPNG

extension Picture {
  /// A PNG picture, halved some times: the same as if it were decoded as a whole and then halved.
  ///
  /// Strips of rows are decoded and halved one after the other, which takes less time than to fill
  /// the memory that the whole needs.
  ///
  /// - Returns: nil if the file is damaged, or the picture is too small, interlaced, has a palette, a
  ///   transparent colour or fewer than 8 bits a channel.
  static func halved(_ halvings: Int, png file: [UInt8]) throws(PictureError) -> Picture? {
    var input = cpng_input()
    defer { cpng_end(&input) }
    guard cpng_start(&input, file, file.count) == 1 else { return nil }
    let (width, height) = (Int(input.width), Int(input.height))
    guard min(width, height) >> halvings > 0 else { return nil }
    let channels = input.channels

    func picture(width: Int, height: Int) throws(PictureError) -> Picture {
      let picture = try Picture(pixCreate(Int32(width), Int32(height), channels == 1 ? 8 : 32))
      try PictureError.check(pixSetSpp(picture.handle, channels))
      return picture
    }
    let whole = try picture(width: width >> halvings, height: height >> halvings)
    for top in stride(from: 0, to: height, by: stripHeight) {
      var strip = try picture(width: width, height: min(stripHeight, height - top))
      let decoded = cpng_read(
        &input, file, file.count, pixGetData(strip.handle), 4 * Int(pixGetWpl(strip.handle)),
        UInt32(strip.height))
      guard decoded == 1 else { return nil }
      // Leptonica has a word's first byte at its upper end, whatever the processor.
      try PictureError.check(pixEndianByteSwap(strip.handle))
      // The last rows may be too few to make one.
      guard strip.height >> halvings > 0 else { continue }
      for _ in 0..<halvings { strip = try strip.halved() }
      try whole.combine(rasterop_copy, strip, atX: 0, y: top >> halvings)
    }
    return whole
  }

  /// How many rows are decoded at a time: of a photograph they fit in the processor's cache.
  private static let stripHeight = 32
}
