/// 28 x 28 images in rows, without labels.
package struct DigitSheet: Sendable {
  package let width: Int
  package let height: Int
  /// `width * height` grey values, 0 black and 255 white, row after row from the top.
  package let pixels: [UInt8]

  private static let side = 28

  /// - Parameters:
  ///   - images: N x 784 grey values.
  ///   - columns: Images in a row.
  ///   - gap: Black pixels between images, before they are enlarged.
  ///   - zoom: Pixels of the sheet, across and down, for each of an image.
  /// - Throws: `CanvasError` if there is no whole image.
  package init(
    _ images: [UInt8], columns: Int, gap: Int = 0, zoom: Int = 1
  ) throws(CanvasError) {
    let side = Self.side
    let count = images.count / (side * side)
    guard count > 0, images.count == count * side * side, columns > 0, zoom > 0,
      gap >= 0, gap <= side
    else {
      throw CanvasError(
        "digit sheet: \(images.count) grey values in \(columns) columns: expected a positive "
          + "multiple of \(side * side)")
    }
    let across = min(columns, count)
    let step = side + gap
    width = (across * step - gap) * zoom
    height = ((count + across - 1) / across * step - gap) * zoom
    var sheet = [UInt8](repeating: 0, count: width * height)
    for image in 0..<count {
      let (left, top) = (image % across * step * zoom, image / across * step * zoom)
      for y in 0..<side * zoom {
        let source = (image * side + y / zoom) * side
        let target = (top + y) * width + left
        for x in 0..<side * zoom { sheet[target + x] = images[source + x / zoom] }
      }
    }
    pixels = sheet
  }

  /// The sheet as a grey PNG.
  ///
  /// - Throws: `CanvasError` if libpng fails.
  package func png() throws(CanvasError) -> [UInt8] {
    try PNG.encodeGrey(pixels, width: width, height: height)
  }
}

/// A sheet as a grey PNG, a pixel a pixel: for pages that show it scaled with
/// `image-rendering: pixelated`.
///
/// - Throws: `CanvasError` if there is no whole image, or libpng fails.
package func digitSheet(
  _ images: [UInt8], columns: Int, gap: Int = 0
) throws(CanvasError) -> [UInt8] {
  try DigitSheet(images, columns: columns, gap: gap).png()
}
