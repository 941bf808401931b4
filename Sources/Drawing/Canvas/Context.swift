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
    _ points: [Point], _ color: Color, width: Double = 1, dash: [Double] = []
  ) {
    add(points)
    strokePath(color, width: width, dash: dash)
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
