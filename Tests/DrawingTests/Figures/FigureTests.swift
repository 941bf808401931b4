import Dispatch
import Foundation
import FoundationXML
import Testing

@testable import Drawing
@testable import Support

/// What holds for every figure.
@Suite struct FigureTests {
  @Test(arguments: Theme.all, OddFigures.all.indices)
  func anyDataGivesAPictureOfItsSize(theme: Theme, index: Int) throws {
    let (name, figure) = OddFigures.all[index]
    #expect(figure.size.width > 0 && figure.size.width <= 1200, "\(name)")
    #expect(figure.size.height > 0, "\(name)")
    #expect(figure.size.width == figure.size.width.rounded(), "\(name)")
    let picture = try PNG.pixmap(figure.png(theme: theme, scale: 1))
    #expect(picture.width == Int(figure.size.width), "\(name)")
    #expect(picture.height == Int(figure.size.height.rounded(.up)), "\(name)")
  }

  @Test(arguments: OddFigures.all.indices)
  func anyDataGivesAWellFormedSVGWithoutOddNumbers(index: Int) throws {
    let (name, figure) = OddFigures.all[index]
    let svg = try figure.file(.svg, theme: .light)
    #expect(XMLParser(data: Data(svg)).parse(), "\(name)")
    let text = String(decoding: svg, as: UTF8.self)
    for number in ["nan", "inf"] { #expect(!text.contains(number), "\(name)") }
  }

  @Test func cornersAreTheBackground() throws {
    for theme in Theme.all {
      let picture = try PNG.pixmap(OddFigures.ordinary.png(theme: theme))
      #expect(picture.colors.first == theme.background)
      #expect(picture.colors.last == theme.background)
    }
  }

  @Test func aPDFIsWrittenToo() throws {
    let pdf = try OddFigures.ordinary.file(.pdf, theme: .dark)
    #expect(pdf.starts(with: "%PDF-".utf8))
    #expect(pdf.suffix(10).contains(UInt8(ascii: "E")))
  }

  @Test func bytesDoNotDependOnTheThread() throws {
    let figures = OddFigures.all.map(\.1)
    let alone = try figures.map {
      try $0.png(theme: .dark, scale: 1) + $0.file(.svg, theme: .light)
    }
    let together = Results(count: figures.count)
    DispatchQueue.concurrentPerform(iterations: figures.count) { index in
      let figure = figures[index]
      let bytes = try? figure.png(theme: .dark, scale: 1) + figure.file(.svg, theme: .light)
      together.set(index, bytes)
    }
    for index in figures.indices {
      #expect(together.get(index) == alone[index], "\(OddFigures.all[index].0)")
    }
  }

  @Test func tooLargeAScaleIsAnError() {
    #expect(throws: CanvasError.self) {
      try OddFigures.ordinary.png(theme: .light, scale: 1e6)
    }
  }
}

extension Theme: CustomTestStringConvertible {
  /// What the log of a test calls a theme.
  public var testDescription: String { name }
}

/// Bytes collected from several threads.
///
/// Sendable, since the lock guards every access.
private final class Results: @unchecked Sendable {
  private let lock = NSLock()
  private var values: [[UInt8]?]

  init(count: Int) { values = [[UInt8]?](repeating: nil, count: count) }

  func set(_ index: Int, _ value: [UInt8]?) { lock.withLock { values[index] = value } }

  func get(_ index: Int) -> [UInt8]? { lock.withLock { values[index] } }
}

/// Figures of ordinary and of odd data.
enum OddFigures {
  static let ordinary = ConfusionMatrix(counts: [[5, 1], [2, 9]])

  static var all: [(String, any Figure)] {
    pairGrids + distributions + accuracies + reliabilities + grids + curves + correlations
  }

  private static let oddValues: [(String, [Float])] = [
    ("ordinary", (0..<200).map { Float($0 % 17) / 3 - 2.5 }),
    ("none", []), ("one", [0.5]), ("constant", [Float](repeating: 3, count: 40)),
    ("zero", [Float](repeating: 0, count: 40)), ("huge", [1e30, -1e30, 5, 3.4e38, -3.4e38]),
    ("tiny", [.leastNonzeroMagnitude, -.leastNonzeroMagnitude, 0, 1e-37]),
    ("not numbers", [.nan, .infinity, -.infinity, 1, 2]),
  ]

  private static var reliabilities: [(String, any Figure)] {
    let bins: [ReliabilityDiagram.Bin] = (0..<15).map { ($0, Double($0) / 15, 0.5) }
    return [0, 1, 2, 8].map { count in
      let series = (0..<count).map { (name: "model \($0)", bins: bins, error: 0.1) }
      return ("reliability of \(count)", ReliabilityDiagram(series: series))
    }
  }

  private static var pairGrids: [(String, any Figure)] {
    oddValues.flatMap { name, values in
      [1, 3].map { size in
        let labels = (0..<values.count / size).map { UInt8($0 % 10) }
        return (
          "pair grid of \(size), \(name)",
          PairGrid(styles: values, styleSize: size, labels: labels, prior: prior) as any Figure
        )
      }
    } + [
      (
        "pair grid of 64",
        PairGrid(
          styles: (0..<640).map { Float($0 % 7) }, styleSize: 64,
          labels: [UInt8](repeating: 200, count: 10),
          bins: [HistogramBins](repeating: HistogramBins(edges: [0, 3, 7]), count: 64),
          prior: prior)
      ),
      (
        "pair grid with endless bins",
        PairGrid(
          styles: [1, 2], styleSize: 2, labels: [1],
          bins: [HistogramBins(edges: [-1.7e308, 1.7e308]), HistogramBins(edges: [0, 1])],
          prior: prior, width: 10)
      ),
      (
        "pair grid with equal limits",
        PairGrid(
          styles: [1, 2, 3, 4], styleSize: 2, labels: [1, 1], limits: 2...2,
          prior: NormalDistribution(scale: 1e-9))
      ),
    ]
  }

  private static var distributions: [(String, any Figure)] {
    oddValues.map { name, values in
      (
        "distribution, \(name)",
        NormalCDF(styles: values, styleSize: 1, prior: prior) as any Figure
      )
    } + [
      ("no distribution", NormalCDF(styles: [], styleSize: 0, prior: prior)),
      (
        "64 distributions",
        NormalCDF(styles: (0..<64).map { Float($0) }, styleSize: 64, prior: prior)
      ),
    ]
  }

  private static var accuracies: [(String, any Figure)] {
    let wrong = Proportion(successes: 0, trials: 1)
    let right = Proportion(successes: 980, trials: 980)
    let long = String(repeating: "a long name ", count: 20)
    let names: ClassLabels = (
      (0..<10).map { "\($0) \(long.prefix(38))" }, "class", "classes"
    )
    return [
      ("confusion, none", ConfusionMatrix(counts: [])),
      ("confusion", ordinary),
      ("confusion, named", ConfusionMatrix(counts: [], classes: names)),
      ("accuracy, named", AccuracyPerDigit(series: [], classes: names)),
      (
        "pair grid, named",
        PairGrid(
          features: [[1, 2]], names: ["style 1: stroke length"], labels: [1, 2], classes: names,
          bins: [HistogramBins(edges: [0, 3])], limits: 0...3, prior: prior, width: 300)
      ),
      (
        "grid, named",
        DigitGrid(
          cells: [[[]]], captions: [("\(names.names[0])\n→ a", "", true)], columns: 1,
          columnLabels: [names.names[0]], rowLabels: [[names.names[1]]])
      ),
      ("confusion, huge", ConfusionMatrix(counts: [[.max, .max], [-5, .min]])),
      ("accuracy, none", AccuracyPerDigit(series: [])),
      (
        "accuracy, odd",
        AccuracyPerDigit(
          series: [
            ("", [wrong, nil, right], wrong),
            ("of more than ten", (0..<12).map { _ in right }, right),
          ])
      ),
      (
        "accuracy of seven",
        AccuracyPerDigit(
          series: (0..<7).map { _ in (long, [right, nil], right) })
      ),
    ]
  }

  private static var grids: [(String, any Figure)] {
    let image = [UInt8](repeating: 100, count: 784)
    return [
      ("no digits", DigitGrid(cells: [], columns: 0)),
      ("one digit", DigitGrid(cells: [[image]], columns: 5, zoom: 0)),
      (
        "labelled digits",
        DigitGrid(
          cells: [[image], [[]]], captions: [("4 → 9", "99.9 %", true)], columns: 2,
          columnLabels: ["0", "1", "2"],
          rowLabels: [DigitGrid.label(style: [Float](repeating: -1e30, count: 64)), ["more"]])
      ),
    ]
  }

  private static var correlations: [(String, any Figure)] {
    let odd: [Double?] = [nil, 1, -1, 0, .nan, -.infinity, 1e300, 3]
    return [
      ("no correlations", CorrelationMatrix(measures: [], features: [])),
      (
        "16 features",
        CorrelationMatrix(
          measures: ["ink", "a long name of a measure", "slant"],
          features: (0..<16).map {
            .init(name: "style \($0 + 1)", correlations: odd, naming: $0 - 1)
          })
      ),
    ]
  }

  private static var curves: [(String, any Figure)] {
    let values: [[Double]] = [
      [], [1], [1, 1, 1], [.nan, .nan], [1, .nan, 3, .infinity, 2], [1e-300, 1e300], [0, 1e9],
      [-1e308, 1e308], (0..<500).map { 1 / Double($0 + 1) },
    ]
    return [
      ("no curves", TrainingCurves(panels: [])),
      (
        "curves",
        TrainingCurves(
          panels: values.map { .init(title: "loss", series: [("all", $0)]) })
      ),
      (
        "curves with a reference",
        TrainingCurves(
          panels: [
            .init(
              title: String(repeating: "a long title ", count: 20),
              series: values.map { ("a long name of a line", $0) },
              reference: ("a long name", .nan), shared: [.infinity, 5])
          ], lastEpoch: 100_000)
      ),
    ]
  }
}
