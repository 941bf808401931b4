import CCairo

/// A picture to draw on: opaque 32-bit pixels.
struct ImageSurface: ~Copyable {
  /// In device pixels.
  let width, height: Int
  let scale: Double
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
    // In place of a surface that cannot be made comes a constant, which need not be destroyed.
    let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    try CanvasError.check(cairo_surface_status(surface), "image surface")
    self.width = Int(width)
    self.height = Int(height)
    self.scale = scale
    self.surface = surface
    pixels.update(repeating: background.pixel)
    cairo_surface_mark_dirty(surface)
  }

  deinit { cairo_surface_destroy(surface) }

  /// Draws with `body`.
  ///
  /// - Throws: `CanvasError` if the typeface is not installed or Cairo fails.
  borrowing func draw(_ body: (borrowing Context) -> Void) throws(CanvasError) {
    let context = try Context(surface: surface, deviceScale: scale, scale: scale, isVector: false)
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

  /// Cairo's memory: 32-bit pixels need no padding at the end of a row.
  private var pixels: UnsafeMutableBufferPointer<UInt32> {
    let bytes = UnsafeMutableRawPointer(cairo_image_surface_get_data(surface))
    return UnsafeMutableBufferPointer(
      start: bytes?.assumingMemoryBound(to: UInt32.self), count: width * height)
  }
}

/// Formats of drawings that keep their lines.
enum VectorFormat: Sendable { case svg, pdf }

/// A drawing that keeps its lines, written to memory.
struct VectorSurface: ~Copyable {
  private let format: VectorFormat
  private let surface: OpaquePointer?
  private let output: Output

  /// Device pixels in a CSS pixel of pictures that are part of the drawing.
  private static let pictureScale = 3.0
  private let deviceScale: Double

  /// Where Cairo's stream goes.
  private final class Output {
    var bytes: [UInt8] = []
  }

  /// A drawing of `size` CSS pixels (in a PDF, 96 to the inch).
  init(_ format: VectorFormat, size: Size) throws(CanvasError) {
    let output = Output()
    let write: cairo_write_func_t = { closure, data, length in
      guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
      Unmanaged<Output>.fromOpaque(closure).takeUnretainedValue().bytes
        .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
      return CAIRO_STATUS_SUCCESS
    }
    let closure = Unmanaged.passUnretained(output).toOpaque()
    self.format = format
    self.output = output
    switch format {
    case .svg:
      deviceScale = 1
      surface = cairo_svg_surface_create_for_stream(write, closure, size.width, size.height)
      cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX)
    case .pdf:
      deviceScale = 0.75
      surface = cairo_pdf_surface_create_for_stream(
        write, closure, size.width * deviceScale, size.height * deviceScale)
      // Cairo would write the time of day.
      cairo_pdf_surface_set_metadata(
        surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z")
    }
    try CanvasError.check(cairo_surface_status(surface), "vector surface")
  }

  deinit {
    // Finishing writes to `output`, which is still alive here.
    cairo_surface_finish(surface)
    cairo_surface_destroy(surface)
  }

  /// Draws with `body`.
  ///
  /// - Throws: `CanvasError` if the typeface is not installed or Cairo fails.
  borrowing func draw(_ body: (borrowing Context) -> Void) throws(CanvasError) {
    let context = try Context(
      surface: surface, deviceScale: deviceScale, scale: Self.pictureScale, isVector: true)
    body(context)
    try context.finish()
  }

  /// Ends the drawing and returns the whole file.
  consuming func bytes() throws(CanvasError) -> [UInt8] {
    cairo_surface_finish(surface)
    try CanvasError.check(cairo_surface_status(surface), "vector surface")
    return format == .svg ? renumbered(output.bytes) : output.bytes
  }
}

/// Numbers the names in an SVG file anew.
///
/// Cairo names parts of a file (`surface845`, `image12`) by counters of the whole process, so that
/// the bytes of a file would depend on what was drawn before and by how many threads. Here each kind
/// of name is numbered from 1, in order of appearance.
func renumbered(_ svg: [UInt8]) -> [UInt8] {
  let (quote, hash) = (UInt8(ascii: "\""), UInt8(ascii: "#"))
  let definition = Array(" id=\"".utf8)
  var result: [UInt8] = []
  result.reserveCapacity(svg.count)
  var numbers: [[UInt8]: Int] = [:]
  var counts: [[UInt8]: Int] = [:]
  var position = 0
  while position < svg.count {
    result.append(svg[position])
    position += 1
    let last = svg[position - 1]
    let isName = last == hash || last == quote && result.suffix(definition.count) == definition[...]
    guard isName else { continue }
    // A name of letters and one number; those with more (`glyph0-1`) count within the file.
    let letters = Array(svg[position...].prefix { (0x61...0x7a).contains($0) })
    let digits = svg[(position + letters.count)...].prefix { (0x30...0x39).contains($0) }
    let end = digits.endIndex
    guard !letters.isEmpty, !digits.isEmpty, end < svg.count, svg[end] != UInt8(ascii: "-") else {
      continue
    }
    let name = letters + digits
    let number = numbers[name] ?? counts[letters, default: 0] + 1
    numbers[name] = number
    counts[letters] = max(number, counts[letters, default: 0])
    result += letters + Array(String(number).utf8)
    position = end
  }
  return result
}

// MARK: Geometry

/// A place, in CSS pixels; y grows downwards.
struct Point: Hashable {
  var x, y: Double

  init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// A width and a height, in CSS pixels.
package struct Size: Sendable, Hashable {
  package let width, height: Double

  init(_ width: Double, _ height: Double) {
    self.width = width
    self.height = height
  }
}

/// A rectangle, in CSS pixels.
struct Rect: Hashable {
  let x, y, width, height: Double

  init(_ x: Double, _ y: Double, _ width: Double, _ height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  var minX: Double { x }
  var midX: Double { x + width / 2 }
  var maxX: Double { x + width }
  var minY: Double { y }
  var midY: Double { y + height / 2 }
  var maxY: Double { y + height }

  /// The rectangle with `margin` taken off every side.
  func inset(_ margin: Double) -> Rect {
    Rect(x + margin, y + margin, width - 2 * margin, height - 2 * margin)
  }
}
