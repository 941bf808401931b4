import StyleNet

/// Where an image has ink, at four times its size: a bit for each of 112 x 112 pixels.
///
/// The image is enlarged by linear interpolation between the centres of its pixels, with paper
/// around it; ink is what is then at least 128 of 255. Forty rows or so hold ink, so that whole rows
/// of bits at once make morphology a matter of microseconds.
struct FineInk: Equatable {
  /// Fine pixels in a pixel of the image, across and down.
  static let zoom = 4
  static let side = zoom * Model.side
  /// The bit of the leftmost pixel. Further right is a higher bit, and paper lies on both sides.
  private static let margin = 8

  /// From the top, with a row of paper above and one below.
  private(set) var rows = [UInt128](repeating: 0, count: side + 2)

  /// - Parameter pixels: 28 x 28 bytes.
  init(_ pixels: ArraySlice<UInt8>) {
    let (side, width) = (Model.side, Self.side)
    // The weights, in eighths, of a pixel and of the neighbour that a fine pixel of it is nearer to.
    let weights: [(own: UInt16, other: UInt16)] = [(5, 3), (7, 1), (7, 1), (5, 3)]
    // Rows enlarged across, times 8, with a row of paper above and one below, and which of their
    // fine pixels are not paper.
    var wide = [UInt16](repeating: 0, count: (side + 2) * width)
    var inked = [Range<Int>](repeating: 0..<0, count: side + 2)
    for y in 0..<side {
      let row = pixels[(pixels.startIndex + y * side)...].prefix(side)
      guard let first = row.firstIndex(where: { $0 > 0 }),
        let last = row.lastIndex(where: { $0 > 0 })
      else { continue }
      let columns = max(first - 1, row.startIndex)...min(last + 1, row.endIndex - 1)
      for x in columns {
        let left = x > row.startIndex ? UInt16(row[x - 1]) : 0
        let right = x + 1 < row.endIndex ? UInt16(row[x + 1]) : 0
        let start = (y + 1) * width + (x - row.startIndex) * Self.zoom
        for (phase, weight) in weights.enumerated() {
          wide[start + phase] =
            weight.own * UInt16(row[x]) + weight.other * (phase < 2 ? left : right)
        }
      }
      inked[y + 1] =
        (columns.lowerBound - row.startIndex)
        * Self.zoom..<(columns.upperBound + 1 - row.startIndex) * Self.zoom
    }
    for y in 1...side {
      for (phase, weight) in weights.enumerated() {
        let other = phase < 2 ? y - 1 : y + 1
        let columns =
          inked[y].isEmpty
          ? inked[other]
          : inked[other].isEmpty
            ? inked[y]
            : min(
              inked[y].lowerBound, inked[other].lowerBound)..<max(
                inked[y].upperBound, inked[other].upperBound)
        var bits: UInt128 = 0
        for x in columns.reversed() {
          let value = weight.own * wide[y * width + x] + weight.other * wide[other * width + x]
          bits = bits &<< 1 | (value >= 128 * 64 ? 1 : 0)
        }
        rows[(y - 1) * Self.zoom + phase + 1] = bits &<< UInt128(Self.margin + columns.lowerBound)
      }
    }
  }
}

// MARK: Extent

extension FineInk {
  /// Width and height, in pixels of the image, of what holds all ink when its slant is taken out; 0
  /// of an image without ink.
  ///
  /// - Parameter shear: by how many pixels the ink goes to the right in each row further down.
  func extent(shear: Double) -> (width: Double, height: Double) {
    let inked = rows.indices.filter { rows[$0] != 0 }
    guard let top = inked.first, let bottom = inked.last else { return (0, 0) }
    var (left, right) = (Double.infinity, -Double.infinity)
    for y in inked {
      let shift = shear * Double(y)
      left = min(left, Double(rows[y].trailingZeroBitCount) - shift)
      right = max(right, Double(UInt128.bitWidth - rows[y].leadingZeroBitCount) - shift)
    }
    let zoom = Double(Self.zoom)
    return ((right - left) / zoom, Double(bottom - top + 1) / zoom)
  }

  /// How many pieces of paper ink encloses: of an 8, two. Paper hangs together along the sides of
  /// its pixels.
  var loops: Int {
    // The runs of paper, row by row, and for each another that hangs together with it, or itself.
    var runs: [UInt128] = []
    var parents: [Int] = []
    func root(_ run: Int) -> Int {
      var run = run
      while parents[run] != run { run = parents[run] }
      return run
    }
    var above = 0..<0
    for row in rows {
      let start = runs.count
      var paper = ~row
      while paper != 0 {
        // Adding its lowest bit carries through a run and clears it.
        let rest = paper & (paper &+ (paper & (0 &- paper)))
        let run = paper ^ rest
        parents.append(runs.count)
        for other in above where runs[other] & run != 0 {
          parents[root(runs.count)] = root(other)
        }
        runs.append(run)
        paper = rest
      }
      above = start..<runs.count
    }
    return parents.indices.count { parents[$0] == $0 } - 1
  }
}

// MARK: Skeleton

extension FineInk {
  /// The ink thinned to lines of one pixel, which hang together as the ink does.
  ///
  /// Source: Z. Guo and R. Hall, Parallel thinning with two-subiteration algorithms, Communications
  /// of the ACM 32, 1989, algorithm A1.
  var skeleton: FineInk {
    var thinned = self
    // Nothing is taken from two half-rounds that follow one another: no more ever is.
    var (isSecond, idle) = (false, 0)
    while idle < 2 {
      idle = thinned.peel(isSecond) ? 0 : idle + 1
      isSecond.toggle()
    }
    return thinned
  }

  /// Takes away one layer of the ink, at the upper right in the first half of a round and at the lower
  /// left in the second; whether there was any.
  private mutating func peel(_ isSecond: Bool) -> Bool {
    func atLeastTwo(_ a: UInt128, _ b: UInt128, _ c: UInt128, _ d: UInt128) -> UInt128 {
      a & b | c & d | (a | b) & (c | d)
    }
    var isPeeled = false
    var above: UInt128 = 0
    for y in 1...Self.side {
      let (row, below) = (rows[y], rows[y + 1])
      defer { above = row }
      if row == 0 { continue }
      let (north, south, east, west) = (above, below, row >> 1, row << 1)
      let (northEast, northWest) = (above >> 1, above << 1)
      let (southEast, southWest) = (below >> 1, below << 1)
      // The eight neighbours in pairs, in two ways.
      let pairs = (northWest | north, northEast | east, southEast | south, southWest | west)
      let others = (north | northEast, east | southEast, south | southWest, west | northWest)
      // Where ink begins on the way round: exactly once, or taking the pixel would cut a line.
      let (a, b, c, d) = (
        ~north & pairs.1, ~east & pairs.2, ~south & pairs.3, ~west & pairs.0
      )
      let isBorder = (a ^ b) & ~(c | d) | (c ^ d) & ~(a | b)
      let isNoEnd =
        atLeastTwo(pairs.0, pairs.1, pairs.2, pairs.3)
        & atLeastTwo(others.0, others.1, others.2, others.3)
      let isInside =
        pairs.0 & pairs.1 & pairs.2 & pairs.3 & others.0 & others.1 & others.2 & others.3
      let isKept =
        isSecond
        ? (south | southWest | ~northWest) & west : (north | northEast | ~southEast) & east
      let peeled = row & isBorder & isNoEnd & ~isInside & ~isKept
      if peeled != 0 {
        rows[y] = row & ~peeled
        isPeeled = true
      }
    }
    return isPeeled
  }

  /// The length of lines of one pixel, in pixels of the image: 1 or √2 from a pixel to a neighbour. A
  /// diagonal step does not count where two straight ones lead the same way.
  var lineLength: Double {
    var (straight, diagonal) = (0, 0)
    for (row, below) in zip(rows, rows.dropFirst()) {
      let (east, west) = (row >> 1, row << 1)
      straight += (row & east).nonzeroBitCount + (row & below).nonzeroBitCount
      diagonal += (row & below >> 1 & ~east & ~below).nonzeroBitCount
      diagonal += (row & below << 1 & ~west & ~below).nonzeroBitCount
    }
    return (Double(straight) + 2.0.squareRoot() * Double(diagonal)) / Double(Self.zoom)
  }

  /// The mean distance to the nearest paper over the pixels of lines inside this ink, in pixels of
  /// the image; 0 if there are none.
  func meanDistanceToPaper(along lines: FineInk) -> Double {
    var (sum, count) = (0.0, 0)
    for y in lines.rows.indices {
      var rest = lines.rows[y]
      while rest != 0 {
        let x = rest.trailingZeroBitCount
        rest &= rest - 1
        sum += Double(squaredDistanceToPaper(x, y)).squareRoot()
        count += 1
      }
    }
    return count == 0 ? 0 : sum / Double(count) / Double(Self.zoom)
  }

  /// From the centre of one fine pixel to that of the nearest without ink.
  private func squaredDistanceToPaper(_ x: Int, _ y: Int) -> Int {
    var nearest = Int.max
    var down = 0
    // The rows of paper at the ends stop it.
    while down * down < nearest {
      // On both sides of x at once: where either row has paper.
      let paper = ~(rows[y - down] & rows[y + down])
      let right = (paper &>> UInt128(x)).trailingZeroBitCount
      let left = (paper &<< UInt128(UInt128.bitWidth - 1 - x)).leadingZeroBitCount
      let across = min(left, right)
      nearest = min(nearest, across * across + down * down)
      down += 1
    }
    return nearest
  }
}
