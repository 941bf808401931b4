package import Canvas
import Glibc

/// Losses epoch by epoch: a panel a loss, a line a set of images (training, validation).
package struct TrainingCurves: Figure {
  /// One loss.
  package struct Panel: Sendable {
    package let title: String
    package let series: [Series]

    package init(title: String, series: [Series]) {
      self.title = title
      self.series = series
    }
  }

  /// The values of one line, one an epoch; values that are not finite leave a gap.
  package struct Series: Sendable {
    package let name: String
    package let values: [Double]

    package init(name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  let panels: [Panel]
  /// The names of all series in order of first appearance; the place is the look.
  package let names: [String]
  let epochs: ClosedRange<Int>
  private let columns: Int

  package let isVector = true

  private static let side = Size(250, 160)
  private static let cell = Size(366, 238)
  private static let margin = (left: 54.0, top: 44.0, bottom: 4.0)

  /// - Parameters:
  ///   - panels: In rows of `columns` (if nil, of two or three). Series of the same name look the
  ///     same in every panel.
  ///   - firstEpoch: The number of the epoch of the first values.
  package init(panels: [Panel], columns: Int? = nil, firstEpoch: Int = 1) {
    self.panels = panels
    let columns = columns ?? ([2, 4].contains(panels.count) ? 2 : 3)
    self.columns = min(max(columns, 1), max(panels.count, 1))
    var names: [String] = []
    for series in panels.flatMap(\.series) where !names.contains(series.name) {
      names.append(series.name)
    }
    self.names = names
    let count = panels.flatMap(\.series).map(\.values.count).max() ?? 0
    epochs = firstEpoch...(firstEpoch + max(count - 1, 0))
  }

  package var size: Size {
    let rows = (max(panels.count, 1) + columns - 1) / columns
    return Size(
      Double(columns) * Self.cell.width,
      Self.margin.top + Double(rows) * Self.cell.height + Self.margin.bottom)
  }

  /// The plot of a panel, without its title and axes.
  package func plot(_ index: Int) -> Rect {
    Rect(
      Double(index % columns) * Self.cell.width + Self.margin.left,
      Self.margin.top + Double(index / columns) * Self.cell.height + 30, Self.side.width,
      Self.side.height)
  }

  // MARK: Drawing

  package func draw(on context: borrowing Context, theme: Theme) {
    drawLegend(on: context, theme)
    for (index, panel) in panels.enumerated() {
      draw(panel, in: plot(index), on: context, theme)
    }
  }

  private func draw(
    _ panel: Panel, in plot: Rect, on context: borrowing Context, _ theme: Theme
  ) {
    let axis = ValueAxis(panel.series.flatMap(\.values), from: plot.maxY - 6, to: plot.minY + 6)
    let x = LinearScale(
      Double(epochs.lowerBound)...Double(epochs.upperBound), from: plot.minX + 10,
      to: plot.maxX - 10)
    context.fill(plot, theme.surface)
    for tick in axis.ticks {
      let place = context.aligned(axis(tick.value))
      context.line(from: Point(plot.minX, place), to: Point(plot.maxX, place), theme.gridLine)
      context.text(
        tick.label, at: Point(plot.minX - 8, place), theme.note(12), .right, .middle)
    }
    for tick in epochTicks {
      let place = x(tick.value)
      context.line(from: Point(place, plot.maxY), to: Point(place, plot.maxY + 4), theme.axis)
      context.text(tick.label, at: Point(place, plot.maxY + 9), theme.note(12), .center, .top)
    }
    context.text(
      panel.title, at: Point(plot.minX, plot.minY - 10), theme.text(13, .semibold),
      maxWidth: plot.width)
    context.text(
      "epoch", at: Point(plot.midX, plot.maxY + 38), theme.note(12), .center)

    var ends: [(y: Double, text: String, color: Color)] = []
    for series in panel.series {
      let look = names.firstIndex(of: series.name) ?? 0
      let color = theme.series(look)
      let points = series.values.enumerated().map { index, value in
        value.isFinite
          ? Point(x(Double(epochs.lowerBound + index)), axis(value)) : nil
      }
      for run in points.split(separator: nil) {
        context.polyline(run.compactMap { $0 }, color, width: 2)
      }
      for point in points.compactMap({ $0 }) where points.count <= 40 {
        Marker.of(look).draw(at: point, radius: 3, color, rim: theme.surface, on: context)
      }
      if let value = series.values.last(where: \.isFinite) {
        ends.append((axis(value), Self.text(of: value), color))
      }
    }
    drawEnds(ends, in: plot, on: context, theme)
  }

  /// Writes the last values beside their lines, at least a line of text apart.
  private func drawEnds(
    _ ends: [(y: Double, text: String, color: Color)], in plot: Rect,
    on context: borrowing Context, _ theme: Theme
  ) {
    let places = spread(ends.map(\.y), apart: 16, within: (plot.minY + 5)...(plot.maxY - 5))
    for (end, place) in zip(ends, places) {
      context.fill(Rect(plot.maxX + 4, place - 5, 3, 10), end.color)
      context.text(
        end.text, at: Point(plot.maxX + 11, place), theme.text(12), .left, .middle, maxWidth: 42)
    }
  }

  private func drawLegend(on context: borrowing Context, _ theme: Theme) {
    var x = Self.margin.left
    let y = 20.0
    for (look, name) in names.enumerated() {
      let color = theme.series(look)
      context.line(from: Point(x, y), to: Point(x + 26, y), color, width: 2)
      Marker.of(look).draw(
        at: Point(x + 13, y), radius: 4, color, rim: theme.background, on: context)
      let style = theme.text(13)
      context.text(name, at: Point(x + 34, y), style, .left, .middle, maxWidth: 180)
      x += 34 + min(context.width(of: name, style), 180) + 24
    }
  }

  /// Whole epochs, not too many.
  package var epochTicks: [Tick] {
    let domain = Double(epochs.lowerBound)...Double(epochs.upperBound)
    guard epochs.count > 1 else {
      return [Tick(value: domain.lowerBound, label: "\(epochs.lowerBound)")]
    }
    return Tick.ticks(in: domain, count: min(epochs.count, 8), areWhole: true)
  }

  /// Four significant digits, as far as four places go.
  static func text(of value: Double) -> String {
    let size = abs(value)
    return fixedText(value, places: size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4)
  }
}

/// The upright axis of a loss: logarithmic if all values are positive and span more than a factor
/// of 30, else linear.
package struct ValueAxis {
  package let ticks: [Tick]
  private let scale: LinearScale
  private let isLogarithmic: Bool

  package init(_ values: [Double], from start: Double, to end: Double) {
    let values = values.filter(\.isFinite)
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    isLogarithmic = low > 0 && high / low > 30
    if isLogarithmic {
      scale = LinearScale(log10(low)...log10(high), from: start, to: end)
      let decades = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
      // 1, 2, 5 in each decade, or 1 alone where there are many decades.
      let digits = decades.count > 3 ? [1] : [1, 2, 5]
      let step = max(1, decades.count / 6)
      ticks = decades.filter { ($0 - decades.lowerBound) % step == 0 }.flatMap { power in
        digits.map { digit in
          Tick(
            value: Double(digit) * pow(10, Double(power)),
            label: decimalText(digit, power: power))
        }
      }.filter { $0.value >= low * 0.999 && $0.value <= high * 1.001 }
    } else {
      scale = LinearScale(low...high, from: start, to: end)
      ticks = Tick.ticks(in: scale.domain, count: 5)
    }
  }

  package func callAsFunction(_ value: Double) -> Double {
    isLogarithmic ? scale(value > 0 ? log10(value) : -.infinity) : scale(value)
  }
}

/// The places nearest to `places`, in the same order, that are `distance` apart and `within` a
/// range as far as it is large enough.
package func spread(
  _ places: [Double], apart distance: Double, within range: ClosedRange<Double>
) -> [Double] {
  let order = places.indices.sorted { (places[$0], $0) < (places[$1], $1) }
  var result = places
  var next = range.lowerBound
  for index in order {
    result[index] = max(places[index], next)
    next = result[index] + distance
  }
  // Whatever was pushed out at the end is pushed back.
  next = range.upperBound
  for index in order.reversed() {
    result[index] = min(result[index], next)
    next = result[index] - distance
  }
  return result
}
