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
  ///
  /// - Parameter border: the indices of the outermost pixels, side by side but for the corners.
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
