import CLAPACK

/// A symmetric matrix of finite numbers.
struct SymmetricMatrix: Sendable, Equatable {
  let size: Int
  /// `size` x `size`.
  let elements: [Double]
}

extension SymmetricMatrix {
  /// The sum of the points' outer products, each point less `mean`, over `divisor`.
  ///
  /// - Parameters:
  ///   - points: N x `mean.count` numbers.
  ///   - divisor: not 0.
  init(scatterOf points: [Double], around mean: [Double], over divisor: Double) {
    let size = mean.count
    var sums = [Double](repeating: 0, count: size * size)
    var deviation = [Double](repeating: 0, count: size)
    points.withUnsafeBufferPointer { points in
      sums.withUnsafeMutableBufferPointer { sums in
        deviation.withUnsafeMutableBufferPointer { deviation in
          for start in stride(from: 0, to: points.count, by: size) {
            for i in 0..<size { deviation[i] = points[start + i] - mean[i] }
            for i in 0..<size {
              let factor = deviation[i]
              for j in 0...i { sums[i * size + j] += factor * deviation[j] }
            }
          }
        }
      }
    }
    self.size = size
    elements = (0..<size * size).map { place in
      let (i, j) = place.quotientAndRemainder(dividingBy: size)
      return sums[max(i, j) * size + min(i, j)] / divisor
    }
  }

  /// The eigenvalues in ascending order and, a row each, their eigenvectors of length 1: LAPACK's
  /// `dsyev`.
  var eigen: (values: [Double], vectors: [Double]) {
    var vectors = elements
    var values = [Double](repeating: 0, count: size)
    let status = LAPACKE_dsyev(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")), Int32(size), &vectors,
      Int32(size), &values)
    precondition(status == 0, "the elements are not finite")
    // What rounding alone makes of an eigenvalue 0.
    let rounding = Double(size) * .ulpOfOne * (values.map(abs).max() ?? 0)
    return (values.map { abs($0) <= rounding ? 0 : $0 }, vectors)
  }

  /// The matrix of the same eigenvectors whose eigenvalues are `function` of this one's.
  func mapped(_ function: (Double) -> Double) -> SymmetricMatrix {
    let (values, vectors) = eigen
    var sums = [Double](repeating: 0, count: size * size)
    for (index, value) in values.enumerated() {
      let value = function(value)
      let vector = vectors[index * size..<(index + 1) * size]
      for (i, a) in vector.enumerated() {
        for (j, b) in vector.enumerated() { sums[i * size + j] += value * a * b }
      }
    }
    return SymmetricMatrix(size: size, elements: sums)
  }

  /// The square root; eigenvalues that rounding made negative count as 0.
  var squareRoot: SymmetricMatrix { mapped { max($0, 0).squareRoot() } }

  /// The inverse on the space that the matrix does not map to 0 (Moore and Penrose's).
  var pseudoinverse: SymmetricMatrix { mapped { $0 == 0 ? 0 : 1 / $0 } }

  var trace: Double { (0..<size).reduce(0) { $0 + elements[$1 * size + $1] } }

  /// This matrix times a vector.
  func times(_ vector: [Double]) -> [Double] {
    (0..<size).map { i in (0..<size).reduce(0) { $0 + elements[i * size + $1] * vector[$1] } }
  }

  /// self · other · self.
  func sandwich(_ other: SymmetricMatrix) -> SymmetricMatrix {
    // The columns of other · self, then self times each; both are rows, by symmetry.
    func row(_ matrix: SymmetricMatrix, _ index: Int) -> [Double] {
      Array(matrix.elements[index * size..<(index + 1) * size])
    }
    let columns = (0..<size).map { times(other.times(row(self, $0))) }
    // Exactly symmetric, whatever the rounding.
    return SymmetricMatrix(
      size: size,
      elements: (0..<size * size).map { place in
        let (i, j) = place.quotientAndRemainder(dividingBy: size)
        return (columns[i][j] + columns[j][i]) / 2
      })
  }
}
