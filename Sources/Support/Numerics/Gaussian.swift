/// Mean and covariance of points.
package struct Gaussian: Sendable {
  let mean: [Double]
  let covariance: SymmetricMatrix
}

extension Gaussian {
  /// - Parameter points: N x `dimension` finite numbers, N at least 2.
  package init(of points: [Double], dimension: Int) {
    let count = points.count / dimension
    precondition(count >= 2 && points.count == count * dimension)
    mean = columnMeans(points, dimension: dimension)
    covariance = SymmetricMatrix(scatterOf: points, around: mean, over: Double(count - 1))
  }

  /// The Fréchet distance of two normal distributions,
  /// |m₁ - m₂|² + tr(C₁ + C₂ - 2 (C₁ C₂)^½), at least 0.
  ///
  /// C₁ C₂ has the eigenvalues of the symmetric C₁^½ C₂ C₁^½, which singular covariances do not
  /// make complex. Rounded to nine decimals: LAPACK's last bits depend on how it was built.
  ///
  /// M. Heusel et al., GANs trained by a two time-scale update rule converge to a local Nash
  /// equilibrium, 2017, equation 6.
  package func frechetDistance(to other: Gaussian) -> Double {
    precondition(mean.count == other.mean.count)
    let product = covariance.squareRoot.sandwich(other.covariance)
    let common = product.eigen.values.reduce(0) { $0 + max($1, 0).squareRoot() }
    let shift = zip(mean, other.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let distance = shift + covariance.trace + other.covariance.trace - 2 * common
    return max(0, (distance * 1e9).rounded() / 1e9)
  }
}

/// The mean of each component of points.
///
/// - Parameter points: N x `dimension` numbers, N at least 1.
func columnMeans(_ points: [Double], dimension: Int) -> [Double] {
  var sums = [Double](repeating: 0, count: dimension)
  for start in stride(from: 0, to: points.count, by: dimension) {
    for i in 0..<dimension { sums[i] += points[start + i] }
  }
  return sums.map { $0 / Double(points.count / dimension) }
}
