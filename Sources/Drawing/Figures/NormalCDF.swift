package import Support

/// The share of images whose style feature is at most x, beside the same of the prior, with the
/// Kolmogorov-Smirnov distance D where the two are furthest apart. A panel a feature.
package struct NormalCDF: Figure {
  let panels: [Panel]
  let limits: ClosedRange<Double>
  let ticks: [Tick]
  let prior: NormalDistribution
  private let columns: Int
  private let side: Size

  private static let margin = (left: 46.0, right: 14.0, top: 40.0, bottom: 8.0)
  private static let titleHeight = 30.0
  private static let axisHeight = 36.0

  /// - Parameters:
  ///   - features: The values of each style feature.
  ///   - names: What the features are called.
  ///   - columns: Panels in a row.
  ///   - limits: The range of values of every axis.
  package init(
    features: [[Float]], names: [String], columns: Int, limits: ClosedRange<Double>,
    prior: NormalDistribution
  ) {
    self.prior = prior
    self.columns = min(max(columns, 1), max(features.count, 1))
    self.limits = LinearScale.usable(limits)
    side = self.columns == 1 ? Size(380, 200) : Size(212, 150)
    // Labels at the very ends would meet those of the next panel.
    ticks = Tick.ticks(
      in: self.limits, along: side.width, count: Int(side.width / 45), margin: 8,
      overhang: Self.gap / 2 - 2)
    panels = zip(features, names).map { values, name in
      Panel(name: name, values: values, prior: prior)
    }
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
  func plot(_ index: Int) -> Rect {
    let (row, column) = (index / columns, index % columns)
    return Rect(
      Self.margin.left + Double(column) * (side.width + Self.gap),
      Self.margin.top + Double(row) * rowHeight + Self.titleHeight, side.width, side.height)
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
    context.drawGrid(
      Self.shares, y: y.callAsFunction, in: plot, isLabelled: isFirst, theme)
    func place(_ value: Double) -> Double { context.aligned(x(value)) }
    context.drawTicks(ticks, x: place, below: plot, theme)
    context.upright(place(0), across: plot, theme.axis)

    let steps = Int(plot.width)
    let values = (0...steps).map { step in
      limits.lowerBound + (limits.upperBound - limits.lowerBound) * Double(step) / Double(steps)
    }
    let curve = simplified(values.map { Point(x($0), y(prior.probability(upTo: $0))) })
    context.saved { context in
      context.clip(to: plot.inset(-2))
      let data =
        panel.sorted.isEmpty
        ? [] : simplified(values.map { Point(x($0), y(panel.share(upTo: $0))) })
      if !data.isEmpty {
        context.fillPolygon(curve + data.reversed(), theme.accent.opacity(0.14))
      }
      context.polyline(curve, theme.secondaryInk, width: 1.5, dash: Self.priorDash)
      if !data.isEmpty { context.polyline(data, theme.accent, width: 2) }
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
    context.bar(
      at: x(distance.value), from: y(distance.shares.upperBound), to: y(distance.shares.lowerBound),
      theme.warning, width: 2.5, cap: 3.5)
    context.text(
      panel.distanceLabel, at: Point(plot.maxX, plot.minY - 10),
      TextStyle(size: 13, weight: .medium, color: theme.warning), .right)
  }

  private func drawLegend(on context: borrowing Context, _ theme: Theme) {
    let legend = Legend(style: theme.note(13), keyWidth: 29, gap: 22)
    let names = ["test images", "prior \(prior)", "largest distance D"]
    legend.draw(names, from: Point(Self.margin.left, 18), on: context) { context, index, left in
      let (x, y) = (left.x + 11, left.y)
      let right = Point(left.x + 22, y)
      switch index {
      case 0: context.line(from: left, to: right, theme.accent, width: 2)
      case 1:
        context.line(
          from: left, to: right, theme.secondaryInk, width: 1.5, dash: Self.priorDash)
      default:
        context.line(from: Point(x, y - 7), to: Point(x, y + 7), theme.warning, width: 2.5)
      }
    }
  }

  private static let priorDash: [Double] = [4, 3]
  private static let shares = [
    Tick(value: 0, label: "0"), Tick(value: 0.5, label: "0.5"), Tick(value: 1, label: "1"),
  ]
}

extension NormalCDF {
  /// A feature's sorted values, and where they are furthest from the prior.
  struct Panel: Sendable {
    let name: String
    /// Ascending, without not-a-number.
    let sorted: [Float]
    /// Nil if there are no values.
    let distance: KSTest?

    init(name: String, values: [Float], prior: NormalDistribution) {
      self.name = name
      sorted = values.filter { !$0.isNaN }.sorted()
      distance = sorted.isEmpty ? nil : KSTest(sorted, against: prior)
    }

    var distanceLabel: String { "D = \(fixed(distance?.d ?? .nan, places: 3))" }

    /// The share of values that are at most `value`.
    func share(upTo value: Double) -> Double {
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if Double(sorted[middle]) <= value { low = middle + 1 } else { high = middle }
      }
      return sorted.isEmpty ? 0 : Double(low) / Double(sorted.count)
    }
  }
}
