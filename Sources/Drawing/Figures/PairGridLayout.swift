import Support

/// Where the parts of a pair grid are, and what its axes say.
struct PairGridLayout: Sendable {
  let size: Size
  let featureCount: Int
  /// The side of a panel in CSS pixels.
  let side: Double
  let limits: ClosedRange<Double>
  let ticks: [Tick]
  /// The number of images a bin needs to reach the top of its feature's histogram.
  let mostInBin: [Double]
  /// On the counts of each feature's histogram.
  let countTicks: [[Tick]]
  let pointRadius: Double

  /// The place of the first panel.
  private let left, top: Double
  /// From one digit of the legend to the next, and how many stand in a line.
  let legendPitch: Double
  private let legendColumns: Int
  /// Where the prior's part of the legend begins.
  let priorKey: Point
  /// Whether the whole legend fits into one line.
  private let isWide: Bool
  private let images: Int
  private let prior: NormalDistribution

  private static let gap = 10.0
  private static let right = 14.0
  private static let bottom = 62.0
  /// The width of the prior's part of the legend, and the height of a line.
  private static let keyWidth = 440.0
  private static let legendLine = 26.0
  /// Room for tick labels and the features' names: this, or more where labels are long.
  private static let leastLeft = 66.0
  private static let nameWidth = 34.0
  /// One panel alone would otherwise be as wide as a page.
  private static let largestSide = 430.0

  init(
    features: [PairGrid.Feature], images: Int, longestName: Int, limits: ClosedRange<Double>,
    prior: NormalDistribution, width: Double
  ) {
    let count = max(features.count, 1)
    func panelSide(left: Double) -> Double {
      let width = width - left - Self.right - Self.gap * Double(count - 1)
      // Even, so that it has whole pixels at a scale of 1.5 too.
      return min(max((width / Double(count) / 2).rounded(.down) * 2, 40), Self.largestSide)
    }
    func panelTicks(side: Double) -> [Tick] {
      // Away from the ends, where they would be near those of the next panel; unless then there is
      // none but 0, which tells no scale.
      let inner = panelTicks(side: side, margin: 14)
      return inner.count > 1 ? inner : panelTicks(side: side, margin: 4)
    }
    func panelTicks(side: Double, margin: Double) -> [Tick] {
      Tick.ticks(
        in: limits, along: side, count: max(4, Int(side / 42)), margin: margin,
        overhang: Self.gap / 2 - 1)
    }
    let widest = panelTicks(side: panelSide(left: Self.leastLeft)).map(\.labelWidth).max() ?? 0
    left = max(Self.leastLeft, (Self.nameWidth + widest).rounded(.up))
    side = panelSide(left: left)
    ticks = panelTicks(side: side)
    let grid = side * Double(count) + Self.gap * Double(count - 1)
    legendPitch = min(max(42, 9 * Double(longestName) + 32), 160)
    // Digits stand in one line, however small the grid.
    let lines = (10 * legendPitch / max(grid, 420)).rounded(.up)
    legendColumns = Int((10 / lines).rounded(.up))
    isWide = lines == 1 && grid >= 10 * legendPitch + 16 + Self.keyWidth
    priorKey =
      isWide ? Point(left + 10 * legendPitch + 16, 22) : Point(left, 22 + Self.legendLine * lines)
    top = priorKey.y + (isWide ? 30 : 28)
    size = Size(left + grid + Self.right, top + grid + Self.bottom)
    featureCount = count
    self.limits = LinearScale.usable(limits)
    self.images = images
    self.prior = prior
    // As images in a unit of style, so that narrow bins are not drawn lower than wide ones and
    // the prior is the same in every panel.
    let peaks = features.map(\.histogram).map { Double($0.mostInBin) / $0.bins.width }
    let peak = peaks.reduce(prior.density(at: 0) * Double(images)) { max($0, $1) }
    let mostInBin = features.map { feature in
      let most = peak * feature.histogram.bins.width * 1.12
      return most.isFinite ? max(most, 1) : 1
    }
    self.mostInBin = mostInBin
    let room = 18 / side
    countTicks = mostInBin.map { most in
      Tick.ticks(in: 0...most, count: 4)
        .filter { $0.value > 0 && $0.value < most * (1 - room) }
    }
    // The more points to a panel, the smaller.
    let spacing = (side * side / Double(max(images, 1))).squareRoot()
    pointRadius = min(max(0.6 * spacing, 0.75), 3)
  }

  /// Whether histograms have room for an axis.
  var showsCounts: Bool { side >= 150 }

  var circleWidth: Double { side >= 150 ? 1 : 0.75 }

  func panel(row: Int, column: Int) -> Rect {
    Rect(
      left + Double(column) * (side + Self.gap), top + Double(row) * (side + Self.gap),
      side, side)
  }

  func scales(in panel: Rect) -> (x: LinearScale, y: LinearScale) {
    (
      LinearScale(limits, from: panel.minX, to: panel.maxX),
      LinearScale(limits, from: panel.maxY, to: panel.minY)
    )
  }

  var columnNameY: Double { size.height - 16 }
  /// The line that the features' names stand on, turned.
  var rowNameX: Double { 18 }
  /// How far tick labels are from the panels they belong to, at the left.
  var labelDistance: Double { 8 }

  func legendPlace(_ digit: Int) -> Point {
    Point(
      left + 7 + Double(digit % legendColumns) * legendPitch,
      22 + Double(digit / legendColumns) * Self.legendLine)
  }

  var priorText: String {
    featureCount == 1
      ? "prior \(prior)" : "prior \(prior): density; circles of 1, 2, 3 standard deviations"
  }

  /// Pixels in the side of a panel.
  func panelPixels(scale: Double) -> Int { Int((side * scale).rounded()) }

  /// The pixel of each value along an axis of a panel; negative for those outside.
  func pixels(of values: [Float], scale: Double) -> [Int32] {
    let pixels = Double(panelPixels(scale: scale))
    let axis = LinearScale(limits, from: 0, to: pixels)
    return values.map { value in
      let place = axis(Double(value))
      guard value.isFinite, place >= 0, place <= pixels else { return -1 }
      return Int32(min(place, pixels - 1))
    }
  }

  /// The density of the prior, scaled to the counts of a histogram.
  func priorCurve(x: LinearScale, height: LinearScale, _ histogram: StackedHistogram) -> [Point] {
    let factor = Double(images) * histogram.bins.width
    let steps = 120
    return simplified(
      (0...steps).map { step in
        let value = (Double(step) / Double(steps) * 2 - 1) * 4 * prior.scale
        return Point(x(value), height(prior.density(at: value) * factor))
      })
  }
}
