/// The side of an image of a digit, in pixels.
let digitSide = 28

/// Images of digits in rows, as a grey picture without labels.
package struct DigitSheet: Sendable {
  let width: Int
  let height: Int
  /// `width * height` grey values, 0 black and 255 white, row after row from the top.
  let pixels: [UInt8]

  /// - Parameters:
  ///   - images: N x 784 grey values.
  ///   - columns: Images in a row.
  ///   - zoom: Pixels of the sheet, across and down, for each of an image.
  /// - Throws: `CanvasError` if there is no whole image.
  package init(_ images: [UInt8], columns: Int, zoom: Int = 1) throws(CanvasError) {
    let size = digitSide * digitSide
    let count = images.count / size
    guard count > 0, images.count == count * size, columns > 0, zoom > 0 else {
      throw CanvasError(
        "digit sheet: \(images.count) grey values in \(columns) columns: expected a positive "
          + "multiple of \(size)")
    }
    let across = min(columns, count)
    let side = digitSide * zoom
    width = across * side
    height = (count + across - 1) / across * side
    var sheet = [UInt8](repeating: 0, count: width * height)
    for image in 0..<count {
      let (left, top) = (image % across * side, image / across * side)
      for y in 0..<side {
        let source = (image * digitSide + y / zoom) * digitSide
        let target = (top + y) * width + left
        for x in 0..<side { sheet[target + x] = images[source + x / zoom] }
      }
    }
    pixels = sheet
  }

  /// The sheet as a grey PNG file.
  ///
  /// - Throws: `CanvasError` if libpng fails.
  package func png() throws(CanvasError) -> [UInt8] {
    try PNG.encodeGrey(pixels, width: width, height: height)
  }

  /// Sheets of one size as an animated PNG file.
  ///
  /// - Parameters:
  ///   - sheets: The frames, at least one.
  ///   - rate: Frames a second, 1 to 65,535.
  /// - Throws: `CanvasError` if libpng fails.
  package static func animation(_ sheets: [DigitSheet], rate: Int) throws(CanvasError) -> [UInt8] {
    try PNG.encodeAnimation(
      sheets.map(\.pixels), width: sheets.first?.width ?? 0, height: sheets.first?.height ?? 0,
      rate: rate)
  }
}
