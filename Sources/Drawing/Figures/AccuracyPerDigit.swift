import Support

/// The share of each digit's images that was recognised, with its interval, for one checkpoint or
/// for several side by side.
package struct AccuracyPerDigit: Figure {
  /// A share and the ends of its confidence interval, each 0 to 1.
  package struct Interval: Sendable, Hashable {
    package let value: Double
    package let lower: Double
    package let upper: Double

    package init(value: Double, lower: Double, upper: Double) {
      self.value = value
      self.lower = lower
      self.upper = upper
    }
  }

  /// One checkpoint.
  package struct Series: Sendable {
    package let name: String
    /// Of the digits 0 to 9; nil for a digit without images.
    package let digits: [Interval?]
    /// Over all digits; drawn as a line.
    package let overall: Double?

    package init(name: String, digits: [Interval?], overall: Double? = nil) {
      self.name = name
      self.digits = digits
      self.overall = overall
    }
  }

  let series: [Series]
  /// The shares on the axis.
  package let limits: ClosedRange<Double>
  package let ticks: [Tick]

  package let size = Size(
    margin.left + plotSize.width + margin.right, margin.top + plotSize.height + margin.bottom)
  package let isVector = true

  private static let plotSize = Size(640, 230)
  private static let margin = (left: 62.0, right: 16.0, top: 44.0, bottom: 52.0)

  package init(series: [Series]) {
    self.series = series
    let lowest = series.flatMap { series in
      series.digits.compactMap { $0?.lower } + [series.overall].compactMap { $0 }
    }.filter { (0...1).contains($0) }.min()
    limits = Self.limits(above: lowest ?? 0)
    ticks = Tick.ticks(in: (limits.lowerBound * 100)...(limits.upperBound * 100), count: 5)
  }

  /// From a round share at or below `lowest` to all.
  package static func limits(above lowest: Double) -> ClosedRange<Double> {
    let starts = [0, 0.5, 0.7, 0.8, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99]
    return (starts.last { $0 <= lowest } ?? 0)...1
  }

  package var plot: Rect {
    Rect(Self.margin.left, Self.margin.top, Self.plotSize.width, Self.plotSize.height)
  }

  /// The middle of a digit's column.
  package func x(digit: Int) -> Double { plot.minX + plot.width * (Double(digit) + 0.5) / 10 }

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
      if let overall = series.overall, overall.isFinite {
        let place = context.aligned(min(max(y(overall), plot.minY), plot.maxY))
        context.line(
          from: Point(plot.minX, place), to: Point(plot.maxX, place), color.opacity(0.75),
          dash: [5, 4])
      }
    }
    for (index, series) in series.enumerated() {
      for (digit, interval) in series.digits.prefix(10).enumerated() {
        guard let interval, interval.value.isFinite else { continue }
        let place = x(digit: digit) + offset(index)
        draw(interval, at: place, y, index, on: context, theme)
      }
    }
    drawLegend(on: context, theme)
  }

  private func draw(
    _ interval: Interval, at x: Double, _ y: LinearScale, _ index: Int,
    on context: borrowing Context, _ theme: Theme
  ) {
    let color = theme.series(index)
    let ends = [interval.upper, interval.lower].map { min(max(y($0), plot.minY), plot.maxY) }
    context.line(from: Point(x, ends[0]), to: Point(x, ends[1]), color, width: 2)
    for end in ends {
      context.line(from: Point(x - 4, end), to: Point(x + 4, end), color, width: 1.5)
    }
    let middle = min(max(y(interval.value), plot.minY), plot.maxY)
    Marker.of(index).draw(
      at: Point(x, middle), radius: 4.5, color, rim: theme.surface, on: context)
  }

  private func drawFrame(_ y: LinearScale, on context: borrowing Context, _ theme: Theme) {
    context.fill(plot, theme.surface)
    // Every other column is left lighter, so that the eye keeps to one digit.
    for digit in stride(from: 1, to: 10, by: 2) {
      context.fill(
        Rect(x(digit: digit) - plot.width / 20, plot.minY, plot.width / 10, plot.height),
        theme.surface.mixed(with: theme.background, 0.65))
    }
    for tick in ticks {
      let place = context.aligned(y(tick.value / 100))
      context.line(from: Point(plot.minX, place), to: Point(plot.maxX, place), theme.gridLine)
      context.text(
        "\(tick.label) %", at: Point(plot.minX - 8, place), theme.note(12), .right, .middle)
    }
    for digit in 0..<10 {
      context.text(
        "\(digit)", at: Point(x(digit: digit), plot.maxY + 12), theme.text(14, .medium), .center,
        .top)
    }
    context.text(
      "digit", at: Point(plot.midX, size.height - 8), theme.note(13), .center)
  }

  private func drawLegend(on context: borrowing Context, _ theme: Theme) {
    let y = 20.0
    var x = plot.minX
    let room = plot.width / Double(max(series.count, 1))
    for (index, series) in series.enumerated() {
      Marker.of(index).draw(
        at: Point(x + 6, y), radius: 5, theme.series(index), rim: theme.background, on: context)
      var text = series.name
      if let overall = series.overall, overall.isFinite {
        text += "  \(fixed(overall * 100, places: 2)) %"
      }
      context.text(
        text, at: Point(x + 18, y), theme.text(13), .left, .middle, maxWidth: room - 30)
      x += min(18 + context.width(of: text, theme.text(13)) + 26, room)
    }
    let note = "bars: 95 % interval; dashed: all digits"
    if plot.maxX - x > context.width(of: note, theme.note(12)) {
      context.text(note, at: Point(plot.maxX, y), theme.note(12), .right, .middle)
    }
  }
}
