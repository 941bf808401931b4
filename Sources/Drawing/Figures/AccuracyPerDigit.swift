package import Support

/// The share of each digit's images that was recognised, with its interval, for one checkpoint or
/// for several side by side.
package struct AccuracyPerDigit: Figure {
  /// One checkpoint: of the images of the digits 0 to 9, those recognised, nil for a digit without
  /// images; and the same of all images, drawn as a line.
  package typealias Series = (name: String, digits: [Proportion?], overall: Proportion)

  let series: [Series]
  private let classes: ClassLabels
  /// The shares on the axis.
  let limits: ClosedRange<Double>
  let ticks: [Tick]

  package let size = Size(
    margin.left + plotSize.width + margin.right, margin.top + plotSize.height + margin.bottom)

  private static let plotSize = Size(640, 230)
  private static let margin = (left: 62.0, right: 16.0, top: 44.0, bottom: 52.0)

  package init(series: [Series], classes: ClassLabels) {
    self.series = series
    self.classes = classes
    let lowest = series.flatMap { series in
      series.digits.compactMap { $0?.interval.lowerBound } + [series.overall.value]
    }.min()
    limits = Self.limits(above: lowest ?? 0)
    ticks = Tick.ticks(in: (limits.lowerBound * 100)...(limits.upperBound * 100), count: 5)
      .map { Tick(value: $0.value / 100, label: "\($0.label) %") }
  }

  /// From a round share at or below `lowest` to all.
  static func limits(above lowest: Double) -> ClosedRange<Double> {
    let starts = [0, 0.5, 0.7, 0.8, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99]
    return (starts.last { $0 <= lowest } ?? 0)...1
  }

  var plot: Rect {
    Rect(Self.margin.left, Self.margin.top, Self.plotSize.width, Self.plotSize.height)
  }

  /// The middle of a digit's column.
  func x(digit: Int) -> Double { plot.minX + plot.width * (Double(digit) + 0.5) / 10 }

  /// The place of a series beside the middle of a column.
  func offset(_ index: Int) -> Double {
    let step = min(14, 44 / Double(max(series.count, 1)))
    return (Double(index) - Double(series.count - 1) / 2) * step
  }

  // MARK: Drawing

  package func draw(on context: borrowing Context, theme: Theme) {
    // Room for the marks of digits that were never mistaken.
    let y = LinearScale(limits, from: plot.maxY, to: plot.minY + 10)
    drawFrame(y, on: context, theme)
    for (index, series) in series.enumerated() {
      let color = theme.series(index)
      context.level(
        context.aligned(y(series.overall.value)), across: plot, color.opacity(0.75), dash: [5, 4])
    }
    for (index, series) in series.enumerated() {
      for (digit, proportion) in series.digits.prefix(10).enumerated() {
        guard let proportion else { continue }
        let place = x(digit: digit) + offset(index)
        draw(proportion, at: place, y, index, on: context, theme)
      }
    }
    drawLegend(on: context, theme)
  }

  private func draw(
    _ proportion: Proportion, at x: Double, _ y: LinearScale, _ index: Int,
    on context: borrowing Context, _ theme: Theme
  ) {
    let color = theme.series(index)
    let interval = proportion.interval
    context.bar(
      at: x, from: y(interval.upperBound), to: y(interval.lowerBound), color, width: 2, cap: 4)
    Marker.of(index).draw(
      at: Point(x, y(proportion.value)), radius: 4.5, color, rim: theme.surface, on: context)
  }

  private func drawFrame(_ y: LinearScale, on context: borrowing Context, _ theme: Theme) {
    context.fill(plot, theme.surface)
    // Every other column is left lighter, so that the eye keeps to one digit.
    for digit in stride(from: 1, to: 10, by: 2) {
      context.fill(
        Rect(x(digit: digit) - plot.width / 20, plot.minY, plot.width / 10, plot.height),
        theme.surface.mixed(with: theme.background, 0.65))
    }
    context.drawGrid(ticks, y: y.callAsFunction, in: plot, theme)
    for (digit, name) in classes.names.enumerated() {
      context.text(
        name, at: Point(x(digit: digit), plot.maxY + 12),
        theme.text(longestName(classes) > 4 ? 11 : 14, .medium), .center, .top,
        maxWidth: plot.width / 10 - 2)
    }
    context.text(
      classes.noun, at: Point(plot.midX, size.height - 8), theme.note(13), .center)
  }

  private func drawLegend(on context: borrowing Context, _ theme: Theme) {
    let y = 20.0
    let room = plot.width / Double(max(series.count, 1))
    let legend = Legend(
      style: theme.text(13), keyWidth: 18, gap: 26, nameWidth: room - 30, room: room)
    let names = series.map { "\($0.name)  \(fixed($0.overall.value * 100, places: 2)) %" }
    let x = legend.draw(names, from: Point(plot.minX, y), on: context) { context, index, left in
      Marker.of(index).draw(
        at: Point(left.x + 6, y), radius: 5, theme.series(index), rim: theme.background,
        on: context)
    }
    let note = "bars: 95 % interval; dashed: all \(classes.plural)"
    if plot.maxX - x > context.width(of: note, theme.note(12)) {
      context.text(note, at: Point(plot.maxX, y), theme.note(12), .right, .middle)
    }
  }
}
