import Support

/// Whether probabilities are what they say: for each bin of the predicted probability, the share of
/// predictions that are right. Bars on the diagonal are reliable. A panel a checkpoint.
package struct ReliabilityDiagram: Figure {
  package typealias Bin = (images: Int, confidence: Double, accuracy: Double)
  /// One checkpoint: the bins, equal parts of 0 to 1, and the calibration error.
  package typealias Series = (name: String, bins: [Bin], error: Double)

  let series: [Series]

  private static let margin = (left: 54.0, right: 16.0, top: 16.0, bottom: 54.0)
  private static let titleHeight = 26.0
  private static let side = Size(246, 200)
  private static let gap = 46.0
  private static let columns = 4

  package init(series: [Series]) { self.series = series }

  package var size: Size {
    let columns = Double(min(max(series.count, 1), Self.columns))
    let rows = Double((max(series.count, 1) + Self.columns - 1) / Self.columns)
    return Size(
      Self.margin.left + columns * (Self.side.width + Self.gap) - Self.gap + Self.margin.right,
      rows * (Self.margin.top + Self.titleHeight + Self.side.height + Self.margin.bottom))
  }

  /// The plot of a panel.
  func plot(_ index: Int) -> Rect {
    let (row, column) = (index / Self.columns, index % Self.columns)
    let height = Self.margin.top + Self.titleHeight + Self.side.height + Self.margin.bottom
    return Rect(
      Self.margin.left + Double(column) * (Self.side.width + Self.gap),
      Double(row) * height + Self.margin.top + Self.titleHeight, Self.side.width,
      Self.side.height)
  }

  /// The bar of a bin; nil if it has no images.
  func bar(_ bin: Int, of index: Int) -> Rect? {
    let (bins, plot) = (series[index].bins, plot(index))
    guard bins[bin].images > 0 else { return nil }
    let width = plot.width / Double(bins.count)
    let height = plot.height * bins[bin].accuracy
    return Rect(
      plot.minX + Double(bin) * width + 1, plot.maxY - height, width - 2, height)
  }

  // MARK: Drawing

  package func draw(on context: borrowing Context, theme: Theme) {
    for index in series.indices { draw(index, on: context, theme) }
  }

  private func draw(_ index: Int, on context: borrowing Context, _ theme: Theme) {
    let plot = plot(index)
    let x = LinearScale(0...1, from: plot.minX, to: plot.maxX)
    let y = LinearScale(0...1, from: plot.maxY, to: plot.minY)
    context.fill(plot, theme.surface)
    context.drawGrid(
      Self.shares, y: y.callAsFunction, in: plot, isLabelled: index % Self.columns == 0, theme)
    context.drawTicks(Self.shares, x: x.callAsFunction, below: plot, theme)
    let color = theme.series(index)
    for (bin, numbers) in series[index].bins.enumerated() {
      guard let bar = bar(bin, of: index) else { continue }
      context.fill(bar, color.opacity(0.35))
      let place = Point(x(numbers.confidence), y(numbers.accuracy))
      context.line(
        from: Point(place.x, y(numbers.confidence)), to: place, theme.warning, width: 1.5)
      Marker.of(index).draw(at: place, radius: 3, color, rim: theme.surface, on: context)
    }
    context.line(
      from: Point(plot.minX, plot.maxY), to: Point(plot.maxX, plot.minY), theme.secondaryInk,
      width: 1, dash: [4, 3])
    let error = "\(fixed(series[index].error * 100, places: 2)) %"
    context.text(
      series[index].name, at: Point(plot.minX, plot.minY - 10), theme.text(13, .semibold),
      maxWidth: plot.width - 60)
    context.text(error, at: Point(plot.maxX, plot.minY - 10), theme.note(13), .right)
    context.text(
      "predicted probability", at: Point(plot.midX, plot.maxY + 42), theme.note(13), .center)
    if index % Self.columns == 0 {
      context.text(
        "accuracy", at: Point(16, plot.midY), theme.note(13), .center, rotation: -.pi / 2)
    }
  }

  private static let shares = [
    Tick(value: 0, label: "0"), Tick(value: 0.5, label: "0.5"), Tick(value: 1, label: "1"),
  ]
}
