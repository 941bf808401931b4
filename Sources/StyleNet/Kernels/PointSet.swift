/// Points, arranged so that each can be compared with many others at once.
///
/// Comparing is in single precision and so only tells which pairs may be near; whoever wants to know
/// computes the distance of those.
package struct PointSet: Sendable {
  /// N.
  package let count: Int
  private let dimension: Int
  /// A row a point, and rows of zeros that fill the last piece up.
  private let rows: [Float]
  /// Sixteen points at a time, component by component: -2 x.
  private let panels: [Float]
  /// Of each point, no more than (1 - ε) |x|², and zeros that fill the last panel up.
  private let squares: [Float]

  private static let pieceSize = 20
  private static let panelSize = 16
}

package extension PointSet {
  /// - Parameter points: N x `dimension` numbers.
  init(_ points: [Double], dimension: Int) {
    let (count, panelSize) = (points.count / dimension, Self.panelSize)
    precondition(points.count == count * dimension)
    let pieces = (count + Self.pieceSize - 1) / Self.pieceSize
    let panelCount = (count + panelSize - 1) / panelSize
    var rows = [Float](repeating: 0, count: pieces * Self.pieceSize * dimension)
    var panels = [Float](repeating: 0, count: panelCount * panelSize * dimension)
    var squares = [Float](repeating: 0, count: panelCount * panelSize)
    // Rounding each component and each of the sums' terms once takes at most this share of
    // |x|² + |y|² away from |x - y|², or adds it.
    let error = Double(dimension + 8) * 0x1p-23
    for point in 0..<count {
      let panel = (point / panelSize * dimension) * panelSize + point % panelSize
      var square = 0.0
      for i in 0..<dimension {
        let x = points[point * dimension + i]
        square += x * x
        rows[point * dimension + i] = Float(x)
        panels[panel + i * panelSize] = -2 * Float(x)
      }
      squares[point] = Float((1 - error) * square)
    }
    self.count = count
    self.dimension = dimension
    self.rows = rows
    self.panels = panels
    self.squares = squares
  }

  /// The points in pieces of work.
  var pieces: [Range<Int>] {
    stride(from: 0, to: count, by: Self.pieceSize).map { $0..<min($0 + Self.pieceSize, count) }
  }

  /// Calls `body` for every pair of a point of one of the `pieces` and a point of `others` whose squared
  /// distance is at most the greater of their bounds, and for some pairs besides. It begins with the
  /// others that stand in the piece's own place.
  ///
  /// - Parameters:
  ///   - rowBounds: of each point of this set.
  ///   - columnBounds: of each of the others.
  ///   - body: is given the two indices, and returns the row's bound from then on.
  func forEachNearPair(
    of piece: Range<Int>, and others: PointSet, rowBounds: [Float], columnBounds: [Float],
    _ body: (_ row: Int, _ column: Int) -> Float
  ) {
    precondition(dimension == others.dimension)
    precondition(rowBounds.count == count && columnBounds.count == others.count)
    let first = piece.lowerBound
    var bounds = Array(rowBounds[piece])
    var columnBounds = columnBounds
    columnBounds += [Float](repeating: 0, count: others.squares.count - others.count)
    let tile = Block(count: Self.pieceSize * Self.panelSize)
    pointer(rows) { rows in
      pointer(others.panels) { panels in
        pointer(others.squares) { columnSquares in
          pointer(columnBounds) { columnBounds in
            let panelCount = others.squares.count / Self.panelSize
            for step in 0..<panelCount {
              let start = (first / Self.panelSize + step) % panelCount * Self.panelSize
              multiply(
                Rows(start: rows + first * dimension, pitch: dimension),
                by: panels + start * dimension, into: tile.floats, count: Self.pieceSize,
                inner: dimension, columns: Self.panelSize)
              let columnSquare: Vector16 = columnSquares.vector(start)
              let columnBound: Vector16 = columnBounds.vector(start)
              for row in bounds.indices {
                let least =
                  tile.floats.vector(row * Self.panelSize) + (columnSquare + squares[first + row])
                // What is not a number is not far. (`pointwiseMax` of the bounds would go lane by lane.)
                let isFar = (least .> columnBound) .& (least .> bounds[row])
                if all(isFar) { continue }
                for lane in 0..<min(Self.panelSize, others.count - start) where !isFar[lane] {
                  bounds[row] = body(first + row, start + lane)
                }
              }
            }
          }
        }
      }
    }
  }
}

/// Calls `body` with floats that it only reads.
private func pointer(_ floats: [Float], _ body: (Floats) -> Void) {
  floats.withUnsafeBufferPointer { buffer in
    if let start = buffer.baseAddress { body(Floats(mutating: start)) }
  }
}
