/// How bright the paper is all over a picture on which light falls unevenly.
///
/// The picture is divided into cells, 32 along its longer side, each as bright as its pixels are on
/// average. Strokes are thinner than a few cells, so that for dark ink the brightest cell around is
/// paper, and the darkest of these around is the paper's brightness here (a closing; for light ink
/// an opening). Between the middles of cells it is interpolated.
struct Paper {
  /// Whether the ink is darker than the paper.
  let isInkDark: Bool
  private let width: Int
  private let height: Int
  /// Pixels, across and down, in a cell.
  private let step: Double
  private let cells: [Double]

  private static let cellsAlong = 32
  /// Half a stroke's greatest thickness, in cells.
  private static let reach = 3
  /// A window of so many cells to either side holds more paper than ink.
  private static let mostlyPaper = 8

  /// - Parameter level: the level of a pixel, by its column and row.
  init(width: Int, height: Int, level: (Int, Int) -> UInt8) {
    let step = max(1, Double(max(width, height)) / Double(Self.cellsAlong))
    let columns = Int((Double(width) / step).rounded(.up))
    let rows = Int((Double(height) / step).rounded(.up))
    var sums = [Double](repeating: 0, count: columns * rows)
    var counts = [Double](repeating: 0, count: columns * rows)
    for y in 0..<height {
      let row = min(Int(Double(y) / step), rows - 1) * columns
      for x in 0..<width {
        let cell = row + min(Int(Double(x) / step), columns - 1)
        sums[cell] += Double(level(x, y))
        counts[cell] += 1
      }
    }
    let means = zip(sums, counts).map { $0 / max($1, 1) }

    func around(_ values: [Double], _ reach: Int, _ choose: ([Double]) -> Double) -> [Double] {
      var chosen: [Double] = []
      for row in 0..<rows {
        for column in 0..<columns {
          let across = max(0, column - reach)...min(columns - 1, column + reach)
          var near: [Double] = []
          for y in max(0, row - reach)...min(rows - 1, row + reach) {
            near += values[y * columns + across.lowerBound...y * columns + across.upperBound]
          }
          chosen.append(choose(near))
        }
      }
      return chosen
    }
    func brightest(_ values: [Double]) -> [Double] {
      around(values, Self.reach) { $0.max() ?? 0 }
    }
    func darkest(_ values: [Double]) -> [Double] {
      around(values, Self.reach) { $0.min() ?? 0 }
    }
    let middles = around(means, Self.mostlyPaper) { $0.sorted()[$0.count / 2] }
    isInkDark = zip(means, middles).reduce(0) { $0 + $1.0 - $1.1 } < 0
    cells = isInkDark ? darkest(brightest(means)) : brightest(darkest(means))
    self.width = columns
    self.height = rows
    self.step = step
  }

  /// The paper's brightness at a pixel.
  func callAsFunction(_ x: Int, _ y: Int) -> Double {
    let (column, right) = place(x, of: width)
    let (row, below) = place(y, of: height)
    let (nextColumn, nextRow) = (min(column + 1, width - 1), min(row + 1, height - 1))
    func along(_ row: Int) -> Double {
      (1 - right) * cells[row * width + column] + right * cells[row * width + nextColumn]
    }
    return (1 - below) * along(row) + below * along(nextRow)
  }

  /// The cell whose middle lies before a pixel, and how far on towards the next one's it is.
  private func place(_ pixel: Int, of count: Int) -> (cell: Int, fraction: Double) {
    let place = min(max((Double(pixel) + 0.5) / step - 0.5, 0), Double(count - 1))
    return (Int(place), place - place.rounded(.down))
  }
}
