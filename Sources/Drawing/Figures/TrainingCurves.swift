import Support

/// Losses epoch by epoch: a panel a measure, a line a set of images.
package struct TrainingCurves: Figure {
  /// One measure.
  package struct Panel: Sendable {
    let title: String
    let series: [(name: String, values: [Double])]
    let reference: (name: String, value: Double)?
    let shared: [Double]

    /// - Parameters:
    ///   - series: The lines, with a value an epoch; values that are not finite leave a gap.
    ///   - reference: A value to compare with, drawn as a line.
    ///   - shared: Other values that the axis shows, so that it is the same as another figure's.
    package init(
      title: String, series: [(name: String, values: [Double])],
      reference: (name: String, value: Double)? = nil, shared: [Double] = []
    ) {
      self.title = title
      self.series = series
      self.reference = reference
      self.shared = shared
    }

    /// What the upright axis has to show.
    var values: [Double] {
      series.flatMap(\.values) + shared + [reference].compactMap { $0?.value }
    }
  }

  let panels: [Panel]
  /// The names of all series in order of first appearance; the place is the look.
  let names: [String]
  /// The last number on the level axis.
  let lastEpoch: Int
  private let columns: Int

  private static let side = Size(206, 150)
  private static let cell = Size(320, 254)
  private static let margin = (left: 50.0, top: 8.0, title: 56.0)

  /// - Parameters:
  ///   - panels: In rows of `columns` (if nil, of two or three). Series of the same name look the
  ///     same in every panel.
  ///   - lastEpoch: Where the axis ends, if after the last values.
  package init(panels: [Panel], columns: Int? = nil, lastEpoch: Int = 1) {
    self.panels = panels
    let columns = columns ?? ([2, 4].contains(panels.count) ? 2 : 3)
    self.columns = min(max(columns, 1), max(panels.count, 1))
    var names: [String] = []
    for series in panels.flatMap(\.series) where !names.contains(series.name) {
      names.append(series.name)
    }
    self.names = names
    self.lastEpoch = panels.flatMap(\.series).map(\.values.count).reduce(max(lastEpoch, 1), max)
  }

  package var size: Size {
    let rows = (max(panels.count, 1) + columns - 1) / columns
    return Size(
      Double(columns) * Self.cell.width, Self.margin.top + Double(rows) * Self.cell.height)
  }

  /// The plot of a panel, without its title and axes.
  func plot(_ index: Int) -> Rect {
    Rect(
      Double(index % columns) * Self.cell.width + Self.margin.left,
      Self.margin.top + Double(index / columns) * Self.cell.height + Self.margin.title,
      Self.side.width, Self.side.height)
  }

  // MARK: Drawing

  package func draw(on context: borrowing Context, theme: Theme) {
    for (index, panel) in panels.enumerated() {
      draw(panel, in: plot(index), on: context, theme)
    }
  }

  private func draw(
    _ panel: Panel, in plot: Rect, on context: borrowing Context, _ theme: Theme
  ) {
    let axis = ValueAxis(panel.values, from: plot.maxY - 6, to: plot.minY + 6)
    let x = LinearScale(epochs, from: plot.minX + 10, to: plot.maxX - 10)
    drawFrame(panel, in: plot, x: x, y: axis, on: context, theme)
    drawLegend(panel, above: plot, on: context, theme)
    if let reference = panel.reference {
      context.level(
        context.aligned(axis(reference.value)), across: plot, theme.secondaryInk,
        dash: Self.referenceDash)
    }

    var ends: [End] = []
    for series in panel.series {
      let look = look(of: series.name)
      let color = Self.color(look, theme)
      let points = series.values.enumerated().map { index, value in
        value.isFinite ? Point(x(Double(index + 1)), axis(value)) : nil
      }
      for run in points.split(separator: nil) {
        context.polyline(outline(run.compactMap { $0 }), color, width: 2, dash: dash(look))
      }
      for point in points.compactMap({ $0 }) where hasMarkers {
        Marker.of(look).draw(at: point, radius: 3, color, rim: theme.surface, on: context)
      }
      if let value = series.values.last(where: \.isFinite) {
        ends.append(End(y: axis(value), text: Self.text(of: value), look: look))
      }
    }
    drawEnds(ends, in: plot, on: context, theme)
  }

  private func drawFrame(
    _ panel: Panel, in plot: Rect, x: LinearScale, y axis: ValueAxis,
    on context: borrowing Context, _ theme: Theme
  ) {
    context.fill(plot, theme.surface)
    context.drawGrid(axis.ticks, y: axis.callAsFunction, in: plot, theme)
    context.drawTicks(epochTicks, x: x.callAsFunction, below: plot, theme)
    context.text("epoch", at: Point(plot.maxX + 14, plot.maxY + 9), theme.note(12), .left, .top)
    let title = axis.isLogarithmic ? panel.title + ", log scale" : panel.title
    context.text(
      title, at: Point(plot.minX, plot.minY - 34), theme.text(13, .semibold),
      maxWidth: Self.cell.width - Self.margin.left)
  }

  /// The last value of a line.
  private struct End {
    let y: Double
    let text: String
    let look: Int
  }

  /// Writes the last values beside their lines, at least a line of text apart.
  private func drawEnds(
    _ ends: [End], in plot: Rect, on context: borrowing Context, _ theme: Theme
  ) {
    let places = spread(ends.map(\.y), apart: 16, within: (plot.minY + 5)...(plot.maxY - 5))
    for (end, place) in zip(ends, places) {
      Marker.of(end.look).draw(
        at: Point(plot.maxX + 7, place), radius: 3, Self.color(end.look, theme),
        rim: theme.background, on: context)
      context.text(
        end.text, at: Point(plot.maxX + 14, place), theme.text(12), .left, .middle, maxWidth: 50)
    }
  }

  /// Names the lines of a panel: each panel has its own legend, since a narrow screen may show one
  /// panel at a time.
  private func drawLegend(
    _ panel: Panel, above plot: Rect, on context: borrowing Context, _ theme: Theme
  ) {
    let legend = Legend(style: theme.note(12), keyWidth: 28, gap: 14, nameWidth: 90)
    let names = panel.series.map(\.name) + [panel.reference].compactMap { $0?.name }
    legend.draw(names, from: Point(plot.minX, plot.minY - 16), on: context) {
      context, index, left in
      let right = Point(left.x + 22, left.y)
      guard index < panel.series.count else {
        context.line(
          from: left, to: right, theme.secondaryInk, width: 1, dash: Self.referenceDash)
        return
      }
      let look = look(of: panel.series[index].name)
      let color = Self.color(look, theme)
      context.line(from: left, to: right, color, width: 2, dash: dash(look))
      Marker.of(look).draw(
        at: Point(left.x + 11, left.y), radius: 3, color, rim: theme.background, on: context)
    }
  }

  private var epochs: ClosedRange<Double> { 1...Double(lastEpoch) }

  private func look(of name: String) -> Int { names.firstIndex(of: name) ?? 0 }

  private static let referenceDash: [Double] = [2, 3]

  private static func color(_ look: Int, _ theme: Theme) -> Color {
    look == 3 ? theme.ink : theme.series(look)
  }

  /// Whether each epoch is marked; of many, only the last is.
  private var hasMarkers: Bool { lastEpoch <= 30 }

  /// The dashes of a series by its look, so that colour is not the only difference where epochs are
  /// not marked.
  private func dash(_ look: Int) -> [Double] {
    hasMarkers || look % 2 == 0 ? [] : [6, 2.5]
  }

  /// Whole epochs, not too many.
  var epochTicks: [Tick] {
    guard lastEpoch > 1 else { return [Tick(value: 1, label: "1")] }
    let most = lastEpoch < 100 ? 8 : lastEpoch < 10_000 ? 4 : 2
    return Tick.ticks(in: epochs, count: min(lastEpoch, most), areWhole: true)
  }

  /// Four significant digits, as far as four places go; of large numbers fewer.
  static func text(of value: Double) -> String {
    let places =
      switch abs(value) {
      case 1000...: 0
      case 100...: 1
      case 10...: 2
      case 1...: 3
      default: 4
      }
    return shortText(value, places: places, longest: 1e6)
  }
}

/// The places nearest to `places`, in the same order, that are `distance` apart and `within` a
/// range as far as it is large enough.
func spread(
  _ places: [Double], apart distance: Double, within range: ClosedRange<Double>
) -> [Double] {
  let order = places.indices.sorted { (places[$0], $0) < (places[$1], $1) }
  var result = places
  var next = range.lowerBound
  for index in order {
    result[index] = max(places[index], next)
    next = result[index] + distance
  }
  // Places that were pushed out of the range are pushed back.
  next = range.upperBound
  for index in order.reversed() {
    result[index] = min(result[index], next)
    next = result[index] - distance
  }
  return result
}
