import Glibc
import Support

/// The share of images whose style feature is at most x, beside the same of the prior N(0, s^2),
/// with the Kolmogorov-Smirnov distance D where the two are furthest apart. A panel a feature.
package struct NormalCDF: Figure {
  /// One panel.
  package struct Feature: Sendable {
    package let name: String
    package let values: [Float]
    /// D, as it is to be printed; if nil, as the figure finds it.
    package let statistic: Double?

    package init(name: String, values: [Float], statistic: Double? = nil) {
      self.name = name
      self.values = values
      self.statistic = statistic
    }
  }

  package let panels: [Panel]
  package let limits: ClosedRange<Double>
  package let ticks: [Tick]
  let priorScale: Double
  private let columns: Int
  private let side: Size

  package let isVector = true

  private static let margin = (left: 46.0, right: 14.0, top: 40.0, bottom: 8.0)
  private static let titleHeight = 30.0
  private static let axisHeight = 36.0

  /// - Parameters:
  ///   - features: The panels, in rows of `columns`.
  ///   - limits: The range of values of every axis; if nil, one that suits all panels.
  ///   - priorScale: The standard deviation s of the prior, a positive number.
  package init(
    features: [Feature], columns: Int = 4, limits: ClosedRange<Double>? = nil,
    priorScale: Double = 2
  ) {
    precondition(priorScale > 0 && priorScale.isFinite)
    self.priorScale = priorScale
    self.columns = min(max(columns, 1), max(features.count, 1))
    self.limits = LinearScale.usable(
      limits ?? PairGrid.limits(of: features.map(\.values), priorScale: priorScale))
    side = self.columns == 1 ? Size(380, 200) : Size(212, 150)
    // Labels at the very ends would meet those of the next panel.
    ticks = Tick.ticks(
      in: self.limits, along: side.width, count: Int(side.width / 45), margin: 8,
      overhang: Self.gap / 2 - 2)
    panels = features.map { Panel($0, priorScale: priorScale) }
  }

  package var size: Size {
    let rows = (max(panels.count, 1) + columns - 1) / columns
    return Size(
      Self.margin.left + Double(columns) * (side.width + Self.gap) - Self.gap + Self.margin.right,
      Self.margin.top + Double(rows) * rowHeight + Self.margin.bottom)
  }

  private static let gap = 18.0
  private var rowHeight: Double { Self.titleHeight + side.height + Self.axisHeight }

  /// The plot of a panel, without its title and axis.
  package func plot(_ index: Int) -> Rect {
    let (row, column) = (index / columns, index % columns)
    return Rect(
      Self.margin.left + Double(column) * (side.width + Self.gap),
      Self.margin.top + Double(row) * rowHeight + Self.titleHeight, side.width, side.height)
  }

  /// The normal distribution function of N(0, scale^2).
  package static func normal(_ value: Double, scale: Double) -> Double {
    0.5 * erfc(-value / (scale * 2.0.squareRoot()))
  }

  // MARK: Drawing

  package func draw(on context: borrowing Context, theme: Theme) {
    drawLegend(on: context, theme)
    for index in panels.indices {
      draw(panels[index], in: plot(index), isFirst: index % columns == 0, on: context, theme)
    }
  }

  private func draw(
    _ panel: Panel, in plot: Rect, isFirst: Bool, on context: borrowing Context, _ theme: Theme
  ) {
    let x = LinearScale(limits, from: plot.minX, to: plot.maxX)
    let y = LinearScale(0...1, from: plot.maxY, to: plot.minY)
    context.fill(plot, theme.surface)
    for (share, label) in [(0.0, "0"), (0.5, "0.5"), (1.0, "1")] {
      let place = context.aligned(y(share))
      context.line(from: Point(plot.minX, place), to: Point(plot.maxX, place), theme.gridLine)
      if isFirst {
        context.text(label, at: Point(plot.minX - 8, place), theme.note(12), .right, .middle)
      }
    }
    for tick in ticks {
      let place = context.aligned(x(tick.value))
      context.line(from: Point(place, plot.maxY), to: Point(place, plot.maxY + 4), theme.axis)
      context.text(
        tick.label, at: Point(place, plot.maxY + 9), theme.note(Tick.labelSize), .center, .top)
    }
    let zero = context.aligned(x(0))
    context.line(from: Point(zero, plot.minY), to: Point(zero, plot.maxY), theme.axis)

    let steps = Int(plot.width)
    let values = (0...steps).map { step in
      limits.lowerBound + (limits.upperBound - limits.lowerBound) * Double(step) / Double(steps)
    }
    let prior = simplified(values.map { Point(x($0), y(Self.normal($0, scale: priorScale))) })
    context.saved { context in
      context.clip(to: plot.inset(-2))
      if !panel.sorted.isEmpty {
        let data = simplified(values.map { Point(x($0), y(panel.share(upTo: $0))) })
        context.fillPolygon(prior + data.reversed(), theme.accent.opacity(0.14))
        context.polyline(prior, theme.secondaryInk, width: 1.5, dash: [4, 3])
        context.polyline(data, theme.accent, width: 2)
      } else {
        context.polyline(prior, theme.secondaryInk, width: 1.5, dash: [4, 3])
      }
    }
    context.text(
      panel.name, at: Point(plot.minX, plot.minY - 10), theme.text(13, .semibold),
      maxWidth: plot.width - 76)
    drawDistance(panel, x: x, y: y, in: plot, on: context, theme)
  }

  private func drawDistance(
    _ panel: Panel, x: LinearScale, y: LinearScale, in plot: Rect, on context: borrowing Context,
    _ theme: Theme
  ) {
    guard let distance = panel.distance else { return }
    let place = x(distance.value)
    let (top, bottom) = (y(distance.upper), y(distance.lower))
    context.line(from: Point(place, top), to: Point(place, bottom), theme.warning, width: 2.5)
    for end in [top, bottom] {
      context.line(
        from: Point(place - 3.5, end), to: Point(place + 3.5, end), theme.warning, width: 1.5)
    }
    context.text(
      panel.distanceLabel, at: Point(plot.maxX, plot.minY - 10),
      TextStyle(size: 13, weight: .medium, color: theme.warning), .right)
  }

  private func drawLegend(on context: borrowing Context, _ theme: Theme) {
    let style = theme.note(13)
    let names = [
      "test images", "prior \(NormalDistribution(scale: priorScale))", "largest distance D",
    ]
    var x = Self.margin.left
    let y = 18.0
    for (index, name) in names.enumerated() {
      let (start, end) = (Point(x, y), Point(x + 22, y))
      switch index {
      case 0: context.line(from: start, to: end, theme.accent, width: 2)
      case 1: context.line(from: start, to: end, theme.secondaryInk, width: 1.5, dash: [4, 3])
      default:
        context.line(
          from: Point(x + 11, y - 7), to: Point(x + 11, y + 7), theme.warning, width: 2.5)
      }
      context.text(name, at: Point(x + 29, y), style, .left, .middle)
      x += 29 + context.width(of: name, style) + 22
    }
  }
}

extension NormalCDF {
  /// A feature's sorted values, and where they are furthest from the prior.
  package struct Panel: Sendable {
    package let name: String
    /// Ascending, without not-a-number.
    package let sorted: [Float]
    package let distance: Distance?
    package let distanceLabel: String

    /// The two shares at a value: the prior's and the data's, in order.
    package struct Distance: Sendable {
      package let value: Double
      package let lower: Double
      package let upper: Double
    }

    init(_ feature: Feature, priorScale: Double) {
      name = feature.name
      sorted = feature.values.filter { !$0.isNaN }.sorted()
      let count = Double(sorted.count)
      var best: Distance?
      for (index, value) in sorted.enumerated() {
        let prior = NormalCDF.normal(Double(value), scale: priorScale)
        for share in [Double(index) / count, Double(index + 1) / count] {
          guard abs(share - prior) > (best.map { $0.upper - $0.lower } ?? -1) else { continue }
          best = Distance(
            value: Double(value), lower: min(share, prior), upper: max(share, prior))
        }
      }
      distance = best
      let printed = feature.statistic ?? best.map { $0.upper - $0.lower } ?? .nan
      distanceLabel = "D = \(fixed(printed, places: 3))"
    }

    /// The share of values that are at most `value`.
    package func share(upTo value: Double) -> Double {
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if Double(sorted[middle]) <= value { low = middle + 1 } else { high = middle }
      }
      return sorted.isEmpty ? 0 : Double(low) / Double(sorted.count)
    }
  }
}
