import CCairo

/// Formats of drawings that keep their lines.
package enum VectorFormat: Sendable { case svg, pdf }

/// A drawing that keeps its lines, written to memory.
package struct VectorSurface: ~Copyable {
  private let format: VectorFormat
  private let surface: OpaquePointer?
  private let output: Output

  /// Device pixels in a CSS pixel of pictures that are part of the drawing.
  private let pictureScale = 3.0
  private let deviceScale: Double

  /// Where Cairo's stream goes.
  private final class Output {
    var bytes: [UInt8] = []
  }

  /// A drawing of `size` CSS pixels (in a PDF, 96 to the inch).
  package init(_ format: VectorFormat, size: Size) throws(CanvasError) {
    let output = Output()
    let write: cairo_write_func_t = { closure, data, length in
      guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
      Unmanaged<Output>.fromOpaque(closure).takeUnretainedValue().bytes
        .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
      return CAIRO_STATUS_SUCCESS
    }
    let closure = Unmanaged.passUnretained(output).toOpaque()
    let pointer: OpaquePointer?
    let deviceScale: Double
    switch format {
    case .svg:
      deviceScale = 1
      pointer = cairo_svg_surface_create_for_stream(write, closure, size.width, size.height)
      cairo_svg_surface_set_document_unit(pointer, CAIRO_SVG_UNIT_PX)
    case .pdf:
      deviceScale = 0.75
      pointer = cairo_pdf_surface_create_for_stream(
        write, closure, size.width * deviceScale, size.height * deviceScale)
      // Cairo would write the time of day.
      cairo_pdf_surface_set_metadata(
        pointer, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z")
    }
    do throws(CanvasError) {
      try CanvasError.check(cairo_surface_status(pointer), "vector surface")
    } catch {
      cairo_surface_destroy(pointer)
      throw error
    }
    self.format = format
    surface = pointer
    self.output = output
    self.deviceScale = deviceScale
  }

  deinit {
    // Finishing writes to `output`, which is still alive here.
    cairo_surface_finish(surface)
    cairo_surface_destroy(surface)
  }

  /// Draws with `body`.
  ///
  /// - Throws: `CanvasError` if the typeface is not installed or Cairo fails.
  package borrowing func draw(_ body: (borrowing Context) -> Void) throws(CanvasError) {
    let context = try Context(
      surface: surface, deviceScale: deviceScale, scale: pictureScale, isVector: true,
      typefaces: Typefaces.shared.get())
    body(context)
    try context.finish()
  }

  /// Ends the drawing.
  ///
  /// - Returns: The whole file.
  package consuming func bytes() throws(CanvasError) -> [UInt8] {
    cairo_surface_finish(surface)
    try CanvasError.check(cairo_surface_status(surface), "vector surface")
    return format == .svg ? renumbered(output.bytes) : output.bytes
  }
}
