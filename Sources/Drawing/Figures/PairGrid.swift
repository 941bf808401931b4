package import Support

/// Style features against one another: a square grid of panels, one row and one column a feature.
///
/// On the diagonal, the histogram of a feature, stacked by digit, under the prior's density times
/// the number of images and the width of a bin. Off it, a point for each image, coloured by digit
/// and drawn in the order of the data, so that no digit hides the others; lines through zero; and
/// the prior's circles of 1, 2 and 3 standard deviations. All panels share one range of values.
package struct PairGrid: Figure {
  /// The most features that are shown.
  package static let mostFeatures = 8

  let layout: PairGridLayout
  let features: [Feature]
  let labels: [UInt8]
  private let classes: ClassLabels
  let prior: NormalDistribution

  /// One row and column.
  struct Feature: Sendable {
    let name: String
    let values: [Float]
    let histogram: StackedHistogram
  }

  package var size: Size { layout.size }
  package let isVector = false

  /// - Parameters:
  ///   - features: The values of each style feature; the first `mostFeatures` are shown.
  ///   - names: What the features are called; what follows a colon is left out where there is no room.
  ///   - labels: The digits of the images.
  ///   - classes: What the digits are called.
  ///   - bins: For each shown feature, those of its histogram.
  ///   - limits: The range of values of every axis.
  ///   - width: Of the whole figure, in CSS pixels; a figure of one or two panels is smaller.
  package init(
    features: [[Float]], names: [String], labels: [UInt8], classes: ClassLabels,
    bins: [HistogramBins],
    limits: ClosedRange<Double>, prior: NormalDistribution, width: Double
  ) {
    self.features = zip(zip(features.prefix(Self.mostFeatures), bins), names).map {
      feature, name in
      Feature(
        name: name, values: feature.0,
        histogram: StackedHistogram(values: feature.0, labels: labels, bins: feature.1))
    }
    self.labels = labels
    self.classes = classes
    self.prior = prior
    layout = PairGridLayout(
      features: self.features, images: labels.count, longestName: longestName(classes),
      limits: limits, prior: prior, width: width)
  }

  /// A range that holds all finite values and three standard deviations of the prior; for figures
  /// that are to be compared, give the styles of all of them.
  package static func limits(
    of styles: [[Float]], prior: NormalDistribution
  ) -> ClosedRange<Double> {
    var (lower, upper) = (-3 * prior.scale, 3 * prior.scale)
    for values in styles {
      for value in values where value.isFinite {
        lower = min(lower, Double(value))
        upper = max(upper, Double(value))
      }
    }
    let margin = (upper - lower) * 0.03
    return (lower - margin)...(upper + margin)
  }

  package func draw(on context: borrowing Context, theme: Theme) {
    drawLegend(on: context, theme)
    let places = features.map { layout.pixels(of: $0.values, scale: context.scale) }
    for row in features.indices {
      for column in features.indices {
        let panel = layout.panel(row: row, column: column)
        if row == column {
          drawHistogram(row, in: panel, on: context, theme)
        } else {
          drawScatter(across: places[column], up: places[row], in: panel, on: context, theme)
        }
      }
    }
    drawAxes(on: context, theme)
  }

  // MARK: Panels

  private func drawScatter(
    across: [Int32], up: [Int32], in panel: Rect, on context: borrowing Context, _ theme: Theme
  ) {
    var scatter = Scatter(
      side: layout.panelPixels(scale: context.scale), background: theme.surface,
      radius: layout.pointRadius * context.scale)
    scatter.draw(across: across, up: up, categories: labels, colors: theme.categories)
    // On whole pixels, where the picture needs no scaling.
    let side = Double(scatter.bitmap.width) / context.scale
    context.draw(
      scatter.bitmap,
      in: Rect(context.snapped(panel.minX), context.snapped(panel.minY), side, side))

    let (x, y) = layout.scales(in: panel)
    context.saved { context in
      context.clip(to: panel)
      context.upright(x(0), across: panel, theme.ink.opacity(0.3))
      context.level(y(0), across: panel, theme.ink.opacity(0.3))
      for deviations in 1...3 {
        let radius = x(Double(deviations) * prior.scale) - x(0)
        // With a rim, so that it is seen among the points.
        let center = Point(x(0), y(0))
        let width = layout.circleWidth
        context.strokeCircle(
          center, radius: radius, theme.surface.opacity(0.7), width: 2.5 * width)
        context.strokeCircle(center, radius: radius, theme.ink, width: width)
      }
    }
  }

  private func drawHistogram(
    _ feature: Int, in panel: Rect, on context: borrowing Context, _ theme: Theme
  ) {
    let histogram = features[feature].histogram
    let ticks = layout.showsCounts ? layout.countTicks[feature] : []
    context.fill(panel, theme.surface)
    let (x, _) = layout.scales(in: panel)
    let height = LinearScale(0...layout.mostInBin[feature], from: panel.maxY, to: panel.minY)
    for tick in ticks {
      context.level(context.aligned(height(tick.value)), across: panel, theme.gridLine)
    }
    context.saved { context in
      context.clip(to: panel)
      // From the whole stack down to its lowest part, each over the last: no seams between parts.
      for digit in (0..<StackedHistogram.digits).reversed() {
        let bars = histogram.bars(upTo: digit).map { bin, count in
          let left = context.snapped(x(histogram.bins.edges[bin]))
          let right = context.snapped(x(histogram.bins.edges[bin + 1]))
          let top = height(count)
          return Rect(left, top, max(right - left, 1 / context.scale), panel.maxY - top)
        }
        context.fill(bars, theme.category(digit))
      }
      context.upright(x(0), across: panel, theme.ink.opacity(0.3))
      let prior = layout.priorCurve(x: x, height: height, histogram)
      context.polyline(prior, theme.surface.opacity(0.8), width: 3.5)
      context.polyline(prior, theme.ink, width: 1.5)
    }
    for tick in ticks {
      context.text(
        tick.label, at: Point(panel.maxX - 5, height(tick.value) - 3), theme.note(10.5), .right)
    }
  }

  // MARK: Around the panels

  private func drawAxes(on context: borrowing Context, _ theme: Theme) {
    let last = features.count - 1
    for index in features.indices {
      let bottom = layout.panel(row: last, column: index)
      let left = layout.panel(row: index, column: 0)
      let (x, _) = layout.scales(in: bottom)
      let (_, y) = layout.scales(in: left)
      for tick in layout.ticks {
        let (tx, ty) = (x(tick.value), y(tick.value))
        context.line(
          from: Point(tx, bottom.maxY), to: Point(tx, bottom.maxY + 4), theme.axis)
        context.text(
          tick.label, at: Point(tx, bottom.maxY + 8), theme.note(Tick.labelSize), .center, .top)
        if last > 0 {
          context.line(from: Point(left.minX - 4, ty), to: Point(left.minX, ty), theme.axis)
          context.text(
            tick.label, at: Point(left.minX - layout.labelDistance, ty),
            theme.note(Tick.labelSize), .right, .middle)
        }
      }
      let style = theme.text(15, .semibold)
      let full = features[index].name
      let name =
        context.width(of: full, style) <= layout.side ? full : String(full.prefix { $0 != ":" })
      context.text(name, at: Point(bottom.midX, layout.columnNameY), style, .center)
      if last > 0 {
        context.text(
          name, at: Point(layout.rowNameX, left.midY), style, .center,
          rotation: -.pi / 2)
      }
    }
  }

  private func drawLegend(on context: borrowing Context, _ theme: Theme) {
    for (digit, name) in classes.names.enumerated() {
      let place = layout.legendPlace(digit)
      context.fillCircle(place, radius: 6, theme.category(digit))
      context.text(
        name, at: Point(place.x + 11, place.y), theme.text(15, .medium), .left, .middle,
        maxWidth: layout.legendPitch - 22)
    }
    let key = layout.priorKey
    context.line(
      from: Point(key.x, key.y), to: Point(key.x + 22, key.y), theme.ink, width: 1.5)
    context.text(
      layout.priorText, at: Point(key.x + 30, key.y), theme.note(13), .left, .middle)
  }
}

/// How many values of each digit lie in each bin.
struct StackedHistogram: Sendable {
  static let digits = 10

  let bins: HistogramBins
  /// `counts[digit][bin]`.
  private(set) var counts: [[Int]]

  init(values: [Float], labels: [UInt8], bins: HistogramBins) {
    self.bins = bins
    counts = [[Int]](repeating: [Int](repeating: 0, count: bins.count), count: Self.digits)
    for (value, label) in zip(values, labels) where Int(label) < Self.digits {
      if let bin = bins.index(of: Double(value)) { counts[Int(label)][bin] += 1 }
    }
  }

  /// The bins that are not empty, with the number of values of the digits 0 to `digit` in each.
  func bars(upTo digit: Int) -> [(bin: Int, count: Double)] {
    (0..<bins.count).compactMap { bin in
      let total = counts[...digit].reduce(0) { $0 + $1[bin] }
      return total > 0 ? (bin, Double(total)) : nil
    }
  }

  /// The number of values in the fullest bin.
  var mostInBin: Int { Int(bars(upTo: Self.digits - 1).map(\.count).max() ?? 0) }
}
