package import Canvas

/// Images of digits in rows and columns, their pixels kept as crisp squares.
package struct DigitGrid: Figure {
  /// One or more images above one another, and what is written under them.
  package struct Cell: Sendable {
    /// Each 28 x 28 grey values, 0 black and 255 white; an empty one leaves its place empty.
    package let images: [[UInt8]]
    package let caption: Caption?

    package init(images: [[UInt8]], caption: Caption? = nil) {
      self.images = images
      self.caption = caption
    }

    package init(_ image: [UInt8], caption: Caption? = nil) {
      self.init(images: [image], caption: caption)
    }
  }

  /// A word or a digit, and a second line that matters less.
  package struct Caption: Sendable, Hashable {
    package let text: String
    package let detail: String
    /// Whether it tells of a mistake.
    package let isWrong: Bool

    package init(_ text: String, detail: String = "", isWrong: Bool = false) {
      self.text = text
      self.detail = detail
      self.isWrong = isWrong
    }
  }

  package let size: Size
  package let isVector = false

  /// - Parameters:
  ///   - cells: Row after row; every cell is as tall as the one with the most images.
  ///   - columns: Cells in a row, at least 1.
  ///   - columnLabels: Above the columns; none, or one for each.
  ///   - rowLabels: Beside the rows; none, or one for each. A label of several lines has one element
  ///     for each.
  ///   - zoom: CSS pixels in a pixel of an image.
  package init(
    cells: [Cell], columns: Int, columnLabels: [String] = [], rowLabels: [[String]] = [],
    zoom: Int = 2
  ) {
    size = Size(640, 320)
  }

  /// What to write beside a row made from `style`: all of a short vector in one line, a longer one
  /// in lines of four, one beyond 16 features cut short.
  package static func label(style: [Float]) -> [String] { [] }

  package func draw(on context: borrowing Context, theme: Theme) {}
}
