import CCairo

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
