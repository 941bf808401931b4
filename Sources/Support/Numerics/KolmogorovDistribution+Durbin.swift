import Glibc

extension KolmogorovDistribution {
  /// The probability that D is below `d`, exactly.
  ///
  /// J. Durbin's matrix as used by G. Marsaglia, W. Tsang and J. Wang, Evaluating Kolmogorov's
  /// distribution, Journal of Statistical Software 8, 2003: with k = ⌈n d⌉, h = k - n d and H a
  /// matrix of m = 2k - 1 rows, the probability is n!/n^n times the middle element of H^n. Nothing
  /// is subtracted once H is made, so the result is precise even where it is tiny.
  ///
  /// - Parameter d: above 1/(2n); the time grows with (n d)³ log n.
  func durbinProbability(below d: Double) -> Double {
    let n = Double(count)
    let middle = Int((n * d).rounded(.up)) - 1
    let size = 2 * middle + 1
    var matrix = durbinMatrix(size: size, h: Double(middle + 1) - n * d)
    var matrixExponent = 0

    // The row of H^n that holds the middle element, times 2^rowExponent; H^n is taken as the
    // product of the powers H^(2^i) that n in binary asks for.
    var row = [Double](repeating: 0, count: size)
    row[middle] = 1
    var rowExponent = 0
    var power = count
    while power > 0 {
      if power & 1 == 1 {
        row = product(row, matrix, size: size)
        rowExponent += matrixExponent + normalize(&row)
      }
      power >>= 1
      if power > 0 {
        matrix = product(matrix, matrix, size: size)
        matrixExponent = 2 * matrixExponent + normalize(&matrix)
      }
    }
    return exp(
      log(row[middle]) + Double(rowExponent) * ln2 + logFactorialOverPower(count))
  }
}

/// Durbin's matrix, row by row: 1/(i-j+1)! on and below the diagonal above the main one; from that
/// h^i in the first column and likewise, turned over, in the last row.
private func durbinMatrix(size: Int, h: Double) -> [Double] {
  var inverseFactorials = [1.0]
  var powers = [1.0]
  for i in 1...size {
    inverseFactorials.append(inverseFactorials[i - 1] / Double(i))
    powers.append(powers[i - 1] * h)
  }
  var matrix = [Double](repeating: 0, count: size * size)
  for i in 0..<size {
    for j in 0...min(i + 1, size - 1) { matrix[i * size + j] = inverseFactorials[i - j + 1] }
  }
  for i in 0..<size {
    let edge = (1 - powers[i + 1]) * inverseFactorials[i + 1]
    matrix[i * size] = edge
    matrix[(size - 1) * size + size - 1 - i] = edge
  }
  let corner = 1 - 2 * powers[size] + (h > 0.5 ? pow(2 * h - 1, Double(size)) : 0)
  matrix[(size - 1) * size] = corner * inverseFactorials[size]
  return matrix
}

/// A B, where B is square and A has rows of the same length.
private func product(_ a: [Double], _ b: [Double], size: Int) -> [Double] {
  var result = [Double](repeating: 0, count: a.count)
  result.withUnsafeMutableBufferPointer { result in
    b.withUnsafeBufferPointer { b in
      for start in stride(from: 0, to: result.count, by: size) {
        for k in 0..<size {
          let factor = a[start + k]
          if factor == 0 { continue }
          for j in 0..<size { result[start + j] += factor * b[k * size + j] }
        }
      }
    }
  }
  return result
}

/// Divides by a power of two, whose exponent it returns, so that the largest element, which is
/// positive, comes to lie in 1..<2.
private func normalize(_ elements: inout [Double]) -> Int {
  let exponent = elements.max().map { Int($0.exponent) } ?? 0
  let factor = scalbn(1, -Int32(exponent))
  for index in elements.indices { elements[index] *= factor }
  return exponent
}
