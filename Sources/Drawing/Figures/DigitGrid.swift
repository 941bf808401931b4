/// Images of digits in rows and columns, their pixels kept as crisp squares.
package struct DigitGrid: Figure {
  /// Words or digits, in one line or more, a last line that matters less, and whether it tells of a
  /// mistake.
  package typealias Caption = (text: String, detail: String, isWrong: Bool)

  let cells: [[[UInt8]]]
  let captions: [Caption]
  let columns: Int
  let rows: Int
  let columnLabels: [String]
  let rowLabels: [[String]]
  /// The side of an image in CSS pixels.
  let side: Double
  /// The most images above one another in a cell.
  let stack: Int
  private let labelWidth, labelColumnWidth, labelHeight, captionHeight: Double
  /// Of a caption's text.
  private let captionLines: Int

  package let isVector = false

  /// Between images of a cell, and between cells.
  private static let gap = 3.0
  private static let cellGap = 5.0
  private static let labelGap = 12.0
  private static let rowLabelSize = 12.0
  private static let rowLabelLine = 16.0
  private static let captionLine = 16.0

  /// - Parameters:
  ///   - cells: Row after row; in each one or more images above one another, of 28 x 28 grey values,
  ///     0 black and 255 white. An empty image leaves its place empty. Every cell is as tall as the
  ///     one with the most images.
  ///   - captions: Under the cells; none, or one for each.
  ///   - columns: Cells in a row, at least 1.
  ///   - columnLabels: Above the columns; none, or one for each.
  ///   - rowLabels: Beside the rows; none, or one for each. A label of several lines has one element
  ///     for each; tabs divide a line into columns, all of one width and flush right.
  ///   - zoom: CSS pixels in a pixel of an image.
  package init(
    cells: [[[UInt8]]], captions: [Caption] = [], columns: Int, columnLabels: [String] = [],
    rowLabels: [[String]] = [], zoom: Int = 2
  ) {
    self.cells = cells
    self.captions = captions
    self.columns = max(columns, 1)
    self.columnLabels = columnLabels
    self.rowLabels = rowLabels
    rows = (max(cells.count, 1) + self.columns - 1) / self.columns
    side = Double(digitSide * max(zoom, 1))
    stack = max(1, cells.map(\.count).max() ?? 1)
    let lines = rowLabels.joined().map { line in line.split(separator: "\t").map(\.count) }
    // Inter's figures are 0.6 of the type's size wide, its points and spaces half of that.
    func width(_ characters: Int) -> Double {
      (Double(characters) * Self.rowLabelSize * 0.56).rounded(.up) + 8
    }
    let columnWidth = lines.filter { $0.count > 1 }.joined().map(width).max() ?? 0
    let lineWidth = lines.filter { $0.count == 1 }.joined().map(width).max() ?? 0
    let labelColumns = lines.map(\.count).max() ?? 0
    labelColumnWidth = columnWidth
    labelWidth =
      lines.isEmpty ? 0 : max(Double(labelColumns) * columnWidth, lineWidth) + Self.labelGap
    labelHeight = columnLabels.allSatisfy(\.isEmpty) ? 0 : 26
    captionLines = captions.map { $0.text.count { $0 == "\n" } + 1 }.max() ?? 0
    let detailLines = captions.allSatisfy(\.detail.isEmpty) ? 0 : 1
    captionHeight =
      captions.isEmpty ? 0 : Self.captionLine * Double(captionLines + detailLines) + 10
  }

  package var size: Size {
    Size(
      labelWidth + Double(columns) * (side + Self.cellGap) - Self.cellGap,
      labelHeight + Double(rows) * rowHeight - Self.cellGap)
  }

  private var rowHeight: Double {
    max(imagesHeight + captionHeight, labelsHeight) + Self.cellGap
  }

  private var imagesHeight: Double { Double(stack) * (side + Self.gap) - Self.gap }

  private var labelsHeight: Double {
    let lines = Double(rowLabels.map(\.count).max() ?? 0)
    return lines == 0 ? 0 : lines * Self.rowLabelLine + 6
  }

  /// The place of an image of a cell, the uppermost being 0.
  func rect(cell: Int, image: Int) -> Rect {
    Rect(
      labelWidth + Double(cell % columns) * (side + Self.cellGap),
      labelHeight + Double(cell / columns) * rowHeight + Double(image) * (side + Self.gap)
        + max(0, ((labelsHeight - imagesHeight) / 2).rounded(.down)), side, side)
  }

  /// What to write beside a row made from `style`: four numbers a line, in columns, and no more than
  /// sixteen in all.
  package static func label(style: [Float]) -> [String] {
    let shown = style.prefix(16)
    var lines = stride(from: 0, to: shown.count, by: 4).map { start in
      shown[start..<min(start + 4, shown.count)]
        .map { shortText(Double($0), places: 2) }.joined(separator: "\t")
    }
    if style.count > shown.count { lines.append("and \(style.count - shown.count) more") }
    return lines
  }

  // MARK: Drawing

  package func draw(on context: borrowing Context, theme: Theme) {
    // Names have to be smaller than numbers.
    let labelSize = columnLabels.contains { $0.count > 4 } ? 11.0 : 14
    for (column, label) in columnLabels.prefix(columns).enumerated() where !label.isEmpty {
      let place = rect(cell: column, image: 0)
      context.text(
        label, at: Point(place.midX, place.minY - 9), theme.text(labelSize, .medium), .center,
        maxWidth: side + Self.cellGap)
    }
    for (row, lines) in rowLabels.prefix(rows).enumerated() {
      let first = rect(cell: row * columns, image: 0)
      let last = rect(cell: row * columns, image: stack - 1)
      let middle = (first.minY + last.maxY) / 2
      for (index, line) in lines.enumerated() {
        let offset = Double(index) - Double(lines.count - 1) / 2
        drawLabel(line, y: middle + offset * Self.rowLabelLine, on: context, theme)
      }
    }
    for (index, images) in cells.enumerated() {
      for (image, values) in images.enumerated() where values.count == digitSide * digitSide {
        context.draw(
          Bitmap(grey: values, width: digitSide, height: digitSide),
          in: rect(cell: index, image: image))
      }
      if index < captions.count {
        draw(captions[index], below: rect(cell: index, image: stack - 1), on: context, theme)
      }
    }
  }

  private func drawLabel(
    _ line: String, y: Double, on context: borrowing Context, _ theme: Theme
  ) {
    let parts = line.split(separator: "\t")
    for (index, part) in parts.reversed().enumerated() {
      let right = labelWidth - Self.labelGap - Double(index) * labelColumnWidth
      context.text(
        String(part), at: Point(right, y), theme.note(Self.rowLabelSize), .right, .middle,
        maxWidth: parts.count == 1 ? right : labelColumnWidth)
    }
  }

  private func draw(
    _ caption: Caption, below rect: Rect, on context: borrowing Context, _ theme: Theme
  ) {
    let color = caption.isWrong ? theme.warning : theme.ink
    let width = side + Self.cellGap - 1
    func place(line: Int) -> Point {
      Point(rect.midX, rect.maxY + 15 + Double(line) * Self.captionLine)
    }
    let style = TextStyle(size: captionLines > 1 ? 11 : 13, weight: .medium, color: color)
    for (line, text) in caption.text.split(separator: "\n").enumerated() {
      context.text(String(text), at: place(line: line), style, .center, maxWidth: width)
    }
    context.text(
      caption.detail, at: place(line: captionLines), theme.note(12), .center, maxWidth: width)
  }
}
