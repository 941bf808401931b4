import CCairo

/// A picture to draw on: opaque 32-bit pixels.
struct ImageSurface: ~Copyable {
  /// In device pixels.
  let width: Int
  let height: Int
  let scale: Double
  private let pixels: UnsafeMutableBufferPointer<UInt32>
  private let surface: OpaquePointer?

  /// The largest number of pixels of a picture, 256 MB of them.
  static let largest = 1 << 26

  /// A picture of `size` CSS pixels with `scale` device pixels in each, all of one colour.
  ///
  /// - Throws: `CanvasError` if the size makes no sense or is too much to draw.
  init(size: Size, scale: Double, background: Color) throws(CanvasError) {
    let (width, height) = ((size.width * scale).rounded(.up), (size.height * scale).rounded(.up))
    guard scale > 0, width >= 1, height >= 1, width <= 32767, height <= 32767,
      width * height <= Double(Self.largest)
    else {
      throw CanvasError(
        "a picture of \(size.width) x \(size.height) pixels at scale \(scale): expected at least "
          + "1 and at most 32767 device pixels a side and \(Self.largest) in all")
    }
    let count = Int(width) * Int(height)
    let pixels = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: count)
    pixels.initialize(repeating: background.pixel)
    let bytes = UnsafeMutableRawPointer(pixels.baseAddress)?.assumingMemoryBound(to: UInt8.self)
    // 32-bit pixels need no padding at the end of a row.
    let surface = cairo_image_surface_create_for_data(
      bytes, CAIRO_FORMAT_RGB24, Int32(width), Int32(height), Int32(width) * 4)
    do throws(CanvasError) {
      try CanvasError.check(cairo_surface_status(surface), "image surface")
    } catch {
      cairo_surface_destroy(surface)
      pixels.deallocate()
      throw error
    }
    self.width = Int(width)
    self.height = Int(height)
    self.scale = scale
    self.pixels = pixels
    self.surface = surface
  }

  deinit {
    cairo_surface_finish(surface)
    cairo_surface_destroy(surface)
    pixels.deallocate()
  }

  /// Draws with `body`.
  ///
  /// - Throws: `CanvasError` if the typeface is not installed or Cairo fails.
  borrowing func draw(_ body: (borrowing Context) -> Void) throws(CanvasError) {
    let context = try Context(
      surface: surface, deviceScale: scale, scale: scale, isVector: false,
      typefaces: Typefaces.shared.get())
    body(context)
    try context.finish()
    cairo_surface_flush(surface)
    try CanvasError.check(cairo_surface_status(surface), "image surface")
  }

  /// Calls `body` with the `width * height` pixels, 0x??RRGGBB: the topmost byte means nothing.
  borrowing func withPixels<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<UInt32>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeBufferPointer(pixels))
  }
}
