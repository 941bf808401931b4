/// A picture made of data: laid out when it is made, drawn as often and on what is wanted.
///
/// A figure tolerates odd data (nothing, constants, infinities): it then shows less, but never
/// fails because of it.
package protocol Figure: Sendable {
  /// Width and height in CSS pixels.
  var size: Size { get }

  /// Whether the figure is made of lines and letters, so that an SVG of it is small and sharp at
  /// every size; otherwise an SVG holds pictures.
  var isVector: Bool { get }

  /// Draws the figure over all of `size`, from the origin.
  func draw(on context: borrowing Context, theme: Theme)
}

/// The kinds of files that a figure is written to, by the endings of their names.
package enum FigureFormat: String, CaseIterable, Sendable { case png, svg, pdf }

extension Figure {
  package var isVector: Bool { true }

  /// The figure as a file: a PNG of at most 256 colours, an SVG whose letters are outlines, or a PDF
  /// of one page.
  ///
  /// - Throws: `CanvasError` if the typeface is not installed, the figure is too large, or Cairo or
  ///   libpng fail.
  package func file(_ format: FigureFormat, theme: Theme) throws(CanvasError) -> [UInt8] {
    switch format {
    case .png: try png(theme: theme)
    case .svg: try vector(.svg, theme)
    case .pdf: try vector(.pdf, theme)
    }
  }

  private func vector(_ format: VectorFormat, _ theme: Theme) throws(CanvasError) -> [UInt8] {
    let surface = try VectorSurface(format, size: size)
    try surface.draw { context in
      context.fill(Rect(0, 0, size.width, size.height), theme.background)
      draw(on: context, theme: theme)
    }
    return try surface.bytes()
  }

  /// - Parameter scale: Pixels in a CSS pixel.
  func png(theme: Theme, scale: Double = 2) throws(CanvasError) -> [UInt8] {
    let surface = try ImageSurface(size: size, scale: scale, background: theme.background)
    try surface.draw { context in draw(on: context, theme: theme) }
    return try PNG.encode(surface)
  }
}

/// What a figure calls the ten classes, one of them and several.
package typealias ClassLabels = (names: [String], noun: String, plural: String)

/// The characters of the longest name.
func longestName(_ classes: ClassLabels) -> Int { classes.names.map(\.count).max() ?? 0 }
