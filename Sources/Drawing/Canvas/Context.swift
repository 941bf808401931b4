import CCairo

/// A pen on a surface: paths, fills, strokes, text and pictures.
///
/// Coordinates and line widths are CSS pixels, angles radians. Cairo keeps the first error of a
/// context and ignores what follows, so drawing does not throw: `finish()`, which every surface
/// calls, does.
package struct Context: ~Copyable {
  let pointer: OpaquePointer
  let typefaces: Typefaces
  /// Device pixels in a CSS pixel; for vector surfaces the resolution that embedded pictures get.
  let scale: Double
  /// Whether lines are kept as lines.
  let isVector: Bool

  /// A context of `surface`, with `deviceScale` of its units to a CSS pixel.
  init(
    surface: OpaquePointer?, deviceScale: Double, scale: Double, isVector: Bool
  ) throws(CanvasError) {
    let typefaces = try Typefaces.shared.get()
    guard let pointer = cairo_create(surface) else { throw CanvasError("Cairo gave no context") }
    cairo_scale(pointer, deviceScale, deviceScale)
    let options = cairo_font_options_create()
    // Letters are placed and shaped by their outlines alone, the same in every output.
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_set_font_options(pointer, options)
    cairo_font_options_destroy(options)
    cairo_set_line_join(pointer, CAIRO_LINE_JOIN_ROUND)
    self.pointer = pointer
    self.typefaces = typefaces
    self.scale = scale
    self.isVector = isVector
  }

  deinit { cairo_destroy(pointer) }

  /// - Throws: The first error since the context was made.
  func finish() throws(CanvasError) { try CanvasError.check(cairo_status(pointer), "drawing") }

  // MARK: State

  /// Draws with changes to clip and transformation that end with `body`.
  borrowing func saved(_ body: (borrowing Context) -> Void) {
    cairo_save(pointer)
    body(self)
    cairo_restore(pointer)
  }

  /// Nothing is drawn outside `rect` until the end of the enclosing `saved`.
  borrowing func clip(to rect: Rect) {
    add(rect)
    cairo_clip(pointer)
  }

  // MARK: Paths

  /// Fills a rectangle, whose corners may be round.
  borrowing func fill(_ rect: Rect, _ color: Color, cornerRadius: Double = 0) {
    add(rect, cornerRadius: cornerRadius)
    fillPath(color)
  }

  /// Fills all of `rects` in one colour.
  borrowing func fill(_ rects: [Rect], _ color: Color) {
    for rect in rects { add(rect) }
    fillPath(color)
  }

  borrowing func fillCircle(_ center: Point, radius: Double, _ color: Color) {
    add(circle: center, radius: radius)
    fillPath(color)
  }

  borrowing func strokeCircle(_ center: Point, radius: Double, _ color: Color, width: Double = 1) {
    add(circle: center, radius: radius)
    strokePath(color, width: width)
  }

  borrowing func line(
    from start: Point, to end: Point, _ color: Color, width: Double = 1, dash: [Double] = []
  ) {
    polyline([start, end], color, width: width, dash: dash)
  }

  borrowing func polyline(
    _ points: [Point], _ color: Color, width: Double = 1, dash: [Double] = [],
    hasRoundEnds: Bool = false
  ) {
    add(points)
    cairo_set_line_cap(pointer, hasRoundEnds ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT)
    strokePath(color, width: width, dash: dash)
    cairo_set_line_cap(pointer, CAIRO_LINE_CAP_BUTT)
  }

  /// Fills the inside of closed curves, each through the middles of a polygon's sides and along these
  /// there: a quadratic B-spline, whose control points are the polygon's corners.
  borrowing func fillCurves(_ polygons: [[Point]], _ color: Color) {
    cairo_new_path(pointer)
    for polygon in polygons {
      let middles = zip(polygon, polygon.dropFirst() + polygon.prefix(1)).map {
        Point(($0.x + $1.x) / 2, ($0.y + $1.y) / 2)
      }
      guard var start = middles.last else { continue }
      cairo_move_to(pointer, start.x, start.y)
      for (corner, end) in zip(polygon, middles) {
        // The quadratic curve as a cubic one.
        cairo_curve_to(
          pointer,
          start.x + (corner.x - start.x) * 2 / 3, start.y + (corner.y - start.y) * 2 / 3,
          end.x + (corner.x - end.x) * 2 / 3, end.y + (corner.y - end.y) * 2 / 3, end.x, end.y)
        start = end
      }
      cairo_close_path(pointer)
    }
    fillPath(color)
  }

  borrowing func fillPolygon(_ points: [Point], _ color: Color) {
    add(points)
    cairo_close_path(pointer)
    fillPath(color)
  }

  private borrowing func add(_ points: [Point]) {
    cairo_new_path(pointer)
    for point in points { cairo_line_to(pointer, point.x, point.y) }
  }

  private borrowing func add(circle center: Point, radius: Double) {
    cairo_new_sub_path(pointer)
    cairo_arc(pointer, center.x, center.y, max(radius, 0), 0, 2 * .pi)
    cairo_close_path(pointer)
  }

  private borrowing func add(_ rect: Rect, cornerRadius: Double = 0) {
    let radius = min(cornerRadius, rect.width / 2, rect.height / 2)
    guard radius > 0 else {
      cairo_rectangle(pointer, rect.x, rect.y, rect.width, rect.height)
      return
    }
    let (left, right) = (rect.minX + radius, rect.maxX - radius)
    let (top, bottom) = (rect.minY + radius, rect.maxY - radius)
    cairo_new_sub_path(pointer)
    cairo_arc(pointer, right, top, radius, -0.5 * .pi, 0)
    cairo_arc(pointer, right, bottom, radius, 0, 0.5 * .pi)
    cairo_arc(pointer, left, bottom, radius, 0.5 * .pi, .pi)
    cairo_arc(pointer, left, top, radius, .pi, 1.5 * .pi)
    cairo_close_path(pointer)
  }

  private borrowing func fillPath(_ color: Color) {
    paint(color)
    cairo_fill(pointer)
  }

  private borrowing func strokePath(_ color: Color, width: Double, dash: [Double] = []) {
    paint(color)
    cairo_set_line_width(pointer, width)
    cairo_set_dash(pointer, dash, Int32(clamping: dash.count), 0)
    cairo_stroke(pointer)
  }

  borrowing func paint(_ color: Color) {
    cairo_set_source_rgba(
      pointer, Double(color.red) / 255, Double(color.green) / 255, Double(color.blue) / 255,
      Double(color.alpha) / 255)
  }

  // MARK: Pictures

  /// Draws `bitmap` over all of `rect`, its pixels as crisp squares.
  borrowing func draw(_ bitmap: Bitmap, in rect: Rect) {
    guard bitmap.width > 0, bitmap.height > 0, rect.width > 0, rect.height > 0 else { return }
    // Readers of vector files blend pixels as they like: give them none to blend.
    let zoom = isVector ? Int((rect.width * scale / Double(bitmap.width)).rounded()) : 1
    let bitmap = bitmap.zoomed(max(1, min(zoom, 64)))
    bitmap.pixels.withUnsafeBytes { bytes in
      // Cairo only reads through this pointer; the surface ends before the memory does (a vector
      // surface that still needs the pixels takes a copy when this one is finished).
      let data = UnsafeMutablePointer(
        mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
      let image = cairo_image_surface_create_for_data(
        data, CAIRO_FORMAT_ARGB32, Int32(clamping: bitmap.width), Int32(clamping: bitmap.height),
        Int32(clamping: bitmap.width * 4))
      cairo_save(pointer)
      cairo_translate(pointer, rect.x, rect.y)
      cairo_scale(
        pointer, rect.width / Double(bitmap.width), rect.height / Double(bitmap.height))
      cairo_set_source_surface(pointer, image, 0, 0)
      let pattern = cairo_get_source(pointer)
      cairo_pattern_set_filter(pattern, isVector ? CAIRO_FILTER_GOOD : CAIRO_FILTER_NEAREST)
      cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD)
      cairo_rectangle(pointer, 0, 0, Double(bitmap.width), Double(bitmap.height))
      cairo_fill(pointer)
      cairo_restore(pointer)
      cairo_surface_finish(image)
      cairo_surface_destroy(image)
    }
  }
}

// MARK: Whole pixels

extension Context {
  /// The nearest border between two device pixels.
  borrowing func snapped(_ coordinate: Double) -> Double {
    (coordinate * scale).rounded() / scale
  }

  /// The nearest coordinate at which a line of one CSS pixel covers whole device pixels.
  borrowing func aligned(_ coordinate: Double) -> Double {
    let width = max(scale.rounded(), 1)
    return ((coordinate * scale - width / 2).rounded() + width / 2) / scale
  }
}

// MARK: Errors

/// Why something could not be drawn or encoded: one line.
package struct CanvasError: Error, Equatable, CustomStringConvertible {
  /// What was being done, what was found, what helps.
  package let description: String

  init(_ description: String) { self.description = description }

  /// Throws unless Cairo says "success": a status this program has never heard of is a failure too.
  static func check(_ status: cairo_status_t, _ operation: String) throws(CanvasError) {
    guard status == CAIRO_STATUS_SUCCESS else {
      let text = cairo_status_to_string(status).map { String(cString: $0) } ?? "unknown status"
      throw CanvasError("\(operation): Cairo: \(text) (\(status.rawValue))")
    }
  }
}

// MARK: Bitmaps

/// A picture of 32-bit pixels, 0xAARRGGBB with premultiplied colour, row after row from the top.
struct Bitmap: Equatable {
  let width, height: Int
  /// `width * height` pixels.
  var pixels: [UInt32]

  /// The picture with every pixel a square of `zoom` by `zoom`.
  func zoomed(_ zoom: Int) -> Bitmap {
    guard zoom > 1 else { return self }
    var result: [UInt32] = []
    result.reserveCapacity(pixels.count * zoom * zoom)
    for row in 0..<height {
      let line = pixels[row * width..<(row + 1) * width].flatMap { pixel in
        repeatElement(pixel, count: zoom)
      }
      for _ in 0..<zoom { result += line }
    }
    return Bitmap(width: width * zoom, height: height * zoom, pixels: result)
  }
}

extension Bitmap {
  /// An opaque picture of `width * height` grey values, 0 black and 255 white.
  init(grey values: [UInt8], width: Int, height: Int) {
    self.init(
      width: width, height: height,
      pixels: values.map { 0xff00_0000 | UInt32($0) &* 0x01_0101 })
  }
}

// MARK: Text

/// How text looks.
struct TextStyle: Sendable, Hashable {
  /// Height of the type in CSS pixels.
  var size: Double
  var weight = FontWeight.regular
  var color: Color
}

/// Which part of a line of text is at its point, across.
enum HorizontalAlignment: Sendable { case left, center, right }

/// Which part of a line of text is at its point, upright: the line the letters stand on, the
/// middle or the top of capitals and figures.
enum VerticalAlignment: Sendable { case baseline, middle, top }

extension Context {
  /// Writes one line of text, turned clockwise about `point`.
  ///
  /// Characters the typeface lacks are written as `?`; text longer than `maxWidth` ends in an
  /// ellipsis.
  borrowing func text(
    _ text: String, at point: Point, _ style: TextStyle,
    _ horizontal: HorizontalAlignment = .left, _ vertical: VerticalAlignment = .baseline,
    rotation: Double = 0, maxWidth: Double = .infinity
  ) {
    select(style)
    var line = GlyphRun(text, font: cairo_get_scaled_font(pointer))
    if line.width > maxWidth { line.truncate(to: maxWidth, font: cairo_get_scaled_font(pointer)) }
    let x =
      switch horizontal {
      case .left: 0.0
      case .center: -line.width / 2
      case .right: -line.width
      }
    let y =
      switch vertical {
      case .baseline: 0.0
      case .middle: Typefaces.capHeight * style.size / 2
      case .top: Typefaces.capHeight * style.size
      }
    cairo_save(pointer)
    cairo_translate(pointer, point.x, point.y)
    if rotation != 0 { cairo_rotate(pointer, rotation) }
    cairo_translate(pointer, x, y)
    paint(style.color)
    line.glyphs.withUnsafeBufferPointer { glyphs in
      cairo_show_glyphs(pointer, glyphs.baseAddress, Int32(clamping: glyphs.count))
    }
    cairo_restore(pointer)
  }

  borrowing func width(of text: String, _ style: TextStyle) -> Double {
    select(style)
    return GlyphRun(text, font: cairo_get_scaled_font(pointer)).width
  }

  private borrowing func select(_ style: TextStyle) {
    cairo_set_font_face(pointer, typefaces.faces[style.weight])
    cairo_set_font_size(pointer, style.size)
  }
}

/// Glyphs in a row, from x = 0.
private struct GlyphRun {
  var glyphs: [cairo_glyph_t] = []
  /// The place after each glyph.
  var ends: [Double] = []

  var width: Double { ends.last ?? 0 }

  init(_ text: String, font: OpaquePointer?) {
    let missing = Self.glyph(of: "?", font: font)
    for character in text.unicodeScalars {
      let glyph = Self.glyph(of: character, font: font)
      append(glyph == 0 ? missing : glyph, font: font)
    }
  }

  /// Takes glyphs off the end until the rest and an ellipsis fit into `maxWidth`.
  mutating func truncate(to maxWidth: Double, font: OpaquePointer?) {
    let ellipsis = Self.glyph(of: "…", font: font)
    let room = maxWidth - Self.advance(of: ellipsis, font: font)
    while width > room, !glyphs.isEmpty {
      glyphs.removeLast()
      ends.removeLast()
    }
    append(ellipsis, font: font)
  }

  private mutating func append(_ glyph: UInt, font: OpaquePointer?) {
    let start = width
    glyphs.append(cairo_glyph_t(index: glyph, x: start, y: 0))
    ends.append(start + Self.advance(of: glyph, font: font))
  }

  /// The index of a character's glyph; 0 is the box of a character the font lacks.
  private static func glyph(of character: Unicode.Scalar, font: OpaquePointer?) -> UInt {
    var glyphs: UnsafeMutablePointer<cairo_glyph_t>?
    var count: Int32 = 0
    let bytes = Array(String(character).utf8)
    let status = bytes.withUnsafeBytes { bytes in
      cairo_scaled_font_text_to_glyphs(
        font, 0, 0, bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
        Int32(clamping: bytes.count), &glyphs, &count, nil, nil, nil)
    }
    defer { cairo_glyph_free(glyphs) }
    guard status == CAIRO_STATUS_SUCCESS, count == 1, let glyphs else { return 0 }
    return glyphs.pointee.index
  }

  private static func advance(of glyph: UInt, font: OpaquePointer?) -> Double {
    var extents = cairo_text_extents_t()
    var glyph = cairo_glyph_t(index: glyph, x: 0, y: 0)
    cairo_scaled_font_glyph_extents(font, &glyph, 1, &extents)
    return extents.x_advance
  }
}
