/// How far every pixel of a picture is from its paper, towards the ink.
struct Ink {
  let width, height: Int
  /// `width * height` levels, row after row from the top; 0 is paper.
  let levels: [UInt8]
  /// Levels up to this one are the paper's own unevenness.
  let noise: UInt8
  /// Whether the paper is as black or as white as can be, so that the levels are the picture's own
  /// values, or what they lack of white.
  let isOnPlainPaper: Bool

  /// Separates ink from paper.
  ///
  /// The paper is what the outermost pixels show: the median of each colour channel over them.
  /// Of the three channels that one counts in which the picture differs most from its paper, and
  /// the ink is on the side, darker or lighter, on which it differs more. The paper's unevenness is
  /// taken as four times the median distance of the outermost pixels from their median.
  ///
  /// Photographs differ from that in three ways: the light may be uneven (see `Paper`), the paper
  /// ruled, and what it lies on may be seen at its edge. Where a picture shows no sign of them, it is
  /// read as if there were none.
  init(_ picture: Pixmap) {
    let border = borderIndices(width: picture.width, height: picture.height)
    let backing = backingColor(picture, border: border)
    let channels = (0..<3).map { Channel(picture, $0, over: backing[$0], border: border) }
    // The first of equals, so that a grey picture's order of channels does not matter.
    let best = channels.dropFirst().reduce(channels[0]) {
      $1.difference > $0.difference ? $1 : $0
    }

    (width, height) = (picture.width, picture.height)
    let paper = best.paper
    let isDark = best.darker > best.lighter
    let distances = border.map { index in
      let level = best.level(at: index)
      return level > paper ? level - paper : paper - level
    }
    isOnPlainPaper = paper == (isDark ? 255 : 0)
    var levels = picture.indices.map { index in
      let level = best.level(at: index)
      return isDark ? paper - min(level, paper) : max(level, paper) - paper
    }
    var noise = UInt8(clamping: 4 * Int(medianLevel(distances)))
    if let shaded = Self.levels(of: best, border: border, distances: distances) {
      levels = shaded
      // Where shades meet, the paper's brightness is not known well: see how far off it is.
      noise = min(4 * medianLevel(border.map { min(levels[$0], 63) }), mostNoise(levels))
      Self.removeSurroundings(from: &levels, width: width, height: height, noise: noise)
      noise = border.reduce(0) { max($0, levels[$1]) }
      noise = min(noise, mostNoise(levels))
    } else {
      noise = max(noise, Self.ruling(levels, border: border, noise: noise))
      Self.removeSurroundings(from: &levels, width: width, height: height, noise: noise)
    }
    self.levels = levels
    self.noise = noise
  }

  /// So many levels are the difference between the light here and there, not noise.
  private static let leastShade: UInt8 = 12

  /// How far each pixel is from paper on which the light is uneven; nil if it is not, or the
  /// differences at the border are of another kind.
  private static func levels(of channel: Channel, border: [Int], distances: [UInt8]) -> [UInt8]? {
    // A shadow may lie on a small part of the border, and is fainter than ink.
    let shade = share(0.85, of: distances)
    guard shade >= leastShade else { return nil }
    // Ink that reaches the border is stronger, or else stays when the light has been evened out.
    let levels = channel.levelsOnShadedPaper()
    let rest = share(0.95, of: border.map { levels[$0] })
    let isFaint = Double(shade) < 0.7 * Double(levels.max() ?? 0)
    return isFaint && 2 * Int(rest) < Int(shade) ? levels : nil
  }
}

/// Unevenness of the paper that is stronger than this would hide the ink.
private func mostNoise(_ levels: [UInt8]) -> UInt8 { (levels.max() ?? 0) / 3 }

/// A colour channel of a picture laid on a colour, and how it differs from its paper.
private struct Channel {
  private let picture: Pixmap
  private let channel: Int
  private let backing: UInt8
  private(set) var paper: UInt8 = 0
  /// The sums of the differences on either side.
  private(set) var darker = 0
  private(set) var lighter = 0

  var difference: Int { darker + lighter }

  init(_ picture: Pixmap, _ channel: Int, over backing: UInt8, border: [Int]) {
    self.picture = picture
    self.channel = channel
    self.backing = backing
    paper = medianLevel(border.map(level))
    for index in picture.indices {
      let difference = Int(level(at: index)) - Int(paper)
      if difference < 0 { darker -= difference } else { lighter += difference }
    }
  }

  /// How far each pixel is from paper that is not equally bright everywhere.
  func levelsOnShadedPaper() -> [UInt8] {
    let width = picture.width
    let paper = Paper(width: width, height: picture.height) { x, y in level(at: y * width + x) }
    return (0..<picture.height).flatMap { y in
      (0..<width).map { x in
        let difference = paper(x, y) - Double(level(at: y * width + x))
        return UInt8(max(0, min(255, (paper.isInkDark ? difference : -difference).rounded())))
      }
    }
  }

  /// Made anew each time: the pictures of cameras are large.
  func level(at index: Int) -> UInt8 {
    let alpha = Int(picture.channels[4 * index + 3])
    let level = Int(picture.channels[4 * index + channel])
    return UInt8((level * alpha + Int(backing) * (255 - alpha) + 127) / 255)
  }
}

extension Pixmap {
  fileprivate var indices: Range<Int> { 0..<width * height }
}

/// The outermost pixels of a picture, one side after the other.
func borderIndices(width: Int, height: Int) -> [Int] {
  let rows = [0, height - 1].flatMap { row in (0..<width).map { row * width + $0 } }
  let columns = [0, width - 1].flatMap { column in (0..<height).map { $0 * width + column } }
  return rows + columns
}

/// The smallest level that at least half of the levels do not exceed.
private func medianLevel(_ levels: [UInt8]) -> UInt8 { share(0.5, of: levels) }

/// The smallest level that at least a share of the levels do not exceed.
func share(_ share: Double, of levels: [UInt8]) -> UInt8 {
  var counts = [Int](repeating: 0, count: 256)
  for level in levels { counts[Int(level)] += 1 }
  var seen = 0
  for (level, count) in counts.enumerated() {
    seen += count
    if Double(seen) >= share * Double(levels.count) { return UInt8(level) }
  }
  return 0
}

/// What transparent parts lie on: red, green and blue.
///
/// If most of the border is opaque, that is the border's colour. Otherwise it is white, or black if
/// hardly anything dark is to be seen, since the ink must then be bright.
private func backingColor(_ picture: Pixmap, border: [Int]) -> [UInt8] {
  let opaque = border.filter { picture.channels[4 * $0 + 3] >= 128 }
  if 2 * opaque.count > border.count {
    return (0..<3).map { channel in medianLevel(opaque.map { picture.channels[4 * $0 + channel] }) }
  }
  var (visible, dark) = (0, 0)
  for index in picture.indices {
    let alpha = Int(picture.channels[4 * index + 3])
    visible += alpha
    if (0..<3).reduce(0, { $0 + Int(picture.channels[4 * index + $1]) }) < 3 * 128 { dark += alpha }
  }
  // One part in fifty: a thin dark digit on a bright opaque card still has as much.
  return [UInt8](repeating: 50 * dark < visible ? 0 : 255, count: 3)
}

// MARK: Surroundings

// What is seen beside the digit on photographs: the lines of squared paper, the edge of a table.

extension Ink {
  /// So many separate lines reach the border only on ruled paper.
  private static let leastLines = 6
  /// Lines fainter than this share of the strongest ink are the paper's, not the pen's.
  private static let faintShare = 0.6
  /// What covers this share of the border is something that the paper lies on.
  private static let surroundingShare = 1.0 / 6
  /// Pieces are told apart by cells, so many along the longer side.
  private static let cellsAlong = 128

  /// The least level of ink that is told from noise.
  private static func threshold(_ levels: [UInt8], _ noise: UInt8) -> UInt8 {
    let strongest = levels.max() ?? 0
    return strongest > noise ? noise + (strongest - noise) / 16 : .max
  }

  /// How strong the lines of ruled paper are, which cross the border in many places; 0 if it does
  /// not seem to be ruled.
  static func ruling(_ levels: [UInt8], border: [Int], noise: UInt8) -> UInt8 {
    let least = threshold(levels, noise)
    let lines = border.filter { levels[$0] > least }.map { levels[$0] }
    let beginnings = zip(border, border.dropFirst()).count {
      levels[$0] <= least && levels[$1] > least
    }
    let strength = share(0.95, of: lines)
    let isFaint = Double(strength) < faintShare * Double(levels.max() ?? 0)
    return beginnings >= leastLines && isFaint ? strength : 0
  }

  /// Makes paper of ink that is connected to a long part of the border, unless there is no other.
  static func removeSurroundings(
    from levels: inout [UInt8], width: Int, height: Int, noise: UInt8
  ) {
    let least = threshold(levels, noise)
    let step = (max(width, height) + cellsAlong - 1) / cellsAlong
    let (columns, rows) = ((width + step - 1) / step, (height + step - 1) / step)
    var isInk = [Bool](repeating: false, count: columns * rows)
    for y in 0..<height {
      for x in 0..<width where levels[y * width + x] > least {
        isInk[y / step * columns + x / step] = true
      }
    }
    let border = borderIndices(width: columns, height: rows)
    var reached = [Bool](repeating: false, count: columns * rows)
    var waiting = border.filter { isInk[$0] }
    guard Double(waiting.count) >= surroundingShare * Double(border.count) else { return }
    for cell in waiting { reached[cell] = true }
    while let cell = waiting.popLast() {
      let (row, column) = cell.quotientAndRemainder(dividingBy: columns)
      for y in max(0, row - 1)...min(rows - 1, row + 1) {
        for x in max(0, column - 1)...min(columns - 1, column + 1) {
          let next = y * columns + x
          if isInk[next] && !reached[next] {
            reached[next] = true
            waiting.append(next)
          }
        }
      }
    }
    guard zip(isInk, reached).contains(where: { $0 && !$1 }) else { return }
    for y in 0..<height {
      for x in 0..<width where reached[y / step * columns + x / step] { levels[y * width + x] = 0 }
    }
  }
}

// MARK: Paper

/// How bright the paper is all over a picture on which light falls unevenly.
///
/// The picture is divided into cells, 32 along its longer side, each as bright as its pixels are on
/// average. Strokes are thinner than a few cells, so that for dark ink the brightest cell around is
/// paper, and the darkest of these around is the paper's brightness here (a closing; for light ink
/// an opening). Between the middles of cells it is interpolated.
struct Paper {
  /// Whether the ink is darker than the paper.
  let isInkDark: Bool
  private let width, height: Int
  /// Pixels, across and down, in a cell.
  private let step: Double
  private let cells: [Double]

  private static let cellsAlong = 32
  /// Half a stroke's greatest thickness, in cells.
  private static let reach = 3
  /// A window of so many cells to either side holds more paper than ink.
  private static let mostlyPaper = 8

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
    let brightest = { around($0, Self.reach) { $0.max() ?? 0 } }
    let darkest = { around($0, Self.reach) { $0.min() ?? 0 } }
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
