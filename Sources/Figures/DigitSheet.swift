package import Canvas

/// A grey PNG of 28 x 28 images in rows, without labels, a pixel a pixel: for pages that show it
/// scaled with `image-rendering: pixelated`.
///
/// - Parameters:
///   - images: N x 784 grey values, 0 black and 255 white.
///   - columns: Images in a row.
///   - gap: Black pixels between images.
/// - Throws: `CanvasError` if there is no whole image, or libpng fails.
package func digitSheet(
  _ images: [UInt8], columns: Int, gap: Int = 0
) throws(CanvasError) -> [UInt8] {
  let side = 28
  let count = images.count / (side * side)
  guard count > 0, images.count == count * side * side, columns > 0, gap >= 0, gap <= side else {
    throw CanvasError(
      "digit sheet: \(images.count) grey values in \(columns) columns: expected a positive "
        + "multiple of \(side * side)")
  }
  let across = min(columns, count)
  let down = (count + columns - 1) / columns
  let step = side + gap
  let (width, height) = (across * step - gap, down * step - gap)
  var sheet = [UInt8](repeating: 0, count: width * height)
  for image in 0..<count {
    let (left, top) = (image % columns * step, image / columns * step)
    for row in 0..<side {
      let source = (image * side + row) * side
      let target = (top + row) * width + left
      sheet.replaceSubrange(target..<target + side, with: images[source..<source + side])
    }
  }
  return try PNG.encodeGrey(sheet, width: width, height: height)
}
