import StyleNet
import Support

/// Points and a ball around each that reaches to its fifth nearest other point: an estimate of
/// where points of their kind lie.
struct Manifold: Sendable {
  /// The k of "kth nearest".
  static let neighbours = 5

  fileprivate let points: [Double]
  fileprivate let dimension: Int
  /// The same points for the search.
  fileprivate let set: PointSet
  /// Of each ball, squared.
  fileprivate let radii: [Double]
}

extension Manifold {
  /// N.
  var count: Int { radii.count }

  /// - Parameter points: N x `dimension` finite numbers.
  /// - Returns: nil if no point has a fifth nearest other.
  init?(_ points: [Double], dimension: Int, workers: Workers) {
    let k = Self.neighbours
    guard points.count / dimension > k else { return nil }
    let set = PointSet(points, dimension: dimension)
    let pieces = set.pieces
    let unknown = [Float](repeating: .infinity, count: set.count)
    let none = [Float](repeating: 0, count: set.count)
    let radii = workers.map(pieces.count) { index -> [Double] in
      let piece = pieces[index]
      // Of each point, the k smallest squared distances so far in ascending order.
      var nearest = [Double](repeating: .infinity, count: piece.count * k)
      set.forEachNearPair(of: piece, and: set, rowBounds: unknown, columnBounds: none) {
        point, other in
        let first = (point - piece.lowerBound) * k
        var place = first + k - 1
        if point != other {
          let distance = squaredDistance(points, point, points, other, dimension)
          if distance < nearest[place] {
            while place > first, distance < nearest[place - 1] {
              nearest[place] = nearest[place - 1]
              place -= 1
            }
            nearest[place] = distance
          }
        }
        return upperBound(nearest[first + k - 1])
      }
      return stride(from: k - 1, to: nearest.count, by: k).map { nearest[$0] }
    }
    self.points = points
    self.dimension = dimension
    self.set = set
    self.radii = Array(radii.joined())
  }
}

/// How points of one kind lie among those of another.
///
/// T. Kynkäänniemi et al., Improved precision and recall metric for assessing generative models,
/// 2019, equations 1 and 2; M. F. Naeem et al., Reliable fidelity and diversity metrics for
/// generative models, 2020, equations 3 and 4. A point on the surface of a ball is outside, as in
/// the latter's package `prdc`.
struct Fidelity: Sendable, Equatable {
  /// The share of the others in some ball of the reference.
  let precision: Double
  /// The share of the reference in some ball of the others.
  let recall: Double
  /// How many balls of the reference an other is in, a mean over the others, over k.
  let density: Double
  /// The share of the reference's balls that an other is in.
  let coverage: Double
}

extension Fidelity {
  /// - Parameters: two manifolds of one dimension.
  init(of others: Manifold, among reference: Manifold, workers: Workers) {
    let pieces = reference.set.pieces
    let (rowBounds, columnBounds) = (
      reference.radii.map(upperBound), others.radii.map(upperBound)
    )
    let hits = workers.map(pieces.count) { index in
      var found = Hits(pieces[index])
      reference.set.forEachNearPair(
        of: pieces[index], and: others.set, rowBounds: rowBounds, columnBounds: columnBounds
      ) { point, other in
        let distance = squaredDistance(
          reference.points, point, others.points, other, reference.dimension)
        let row = point - found.first
        if distance < reference.radii[point] {
          found.inside.append(other)
          found.isCovered[row] = true
        }
        if distance < others.radii[other] { found.isReached[row] = true }
        return rowBounds[point]
      }
      return found
    }
    var balls = [Int](repeating: 0, count: others.count)
    for hits in hits { for other in hits.inside { balls[other] += 1 } }
    func share(_ isHit: KeyPath<Hits, [Bool]>) -> Double {
      Double(hits.reduce(0) { $0 + $1[keyPath: isHit].count { $0 } }) / Double(reference.count)
    }
    precision = Double(balls.count { $0 > 0 }) / Double(others.count)
    recall = share(\.isReached)
    density = Double(balls.reduce(0, +)) / Double(Manifold.neighbours * others.count)
    coverage = share(\.isCovered)
  }

  /// What holds for a piece of the reference.
  private struct Hits: Sendable {
    /// The piece's first point.
    let first: Int
    /// An other for each ball of the piece that it is in.
    var inside: [Int] = []
    /// Whether an other is in the point's ball, and whether the point is in an other's.
    var isCovered, isReached: [Bool]

    init(_ piece: Range<Int>) {
      first = piece.lowerBound
      isCovered = [Bool](repeating: false, count: piece.count)
      isReached = [Bool](repeating: false, count: piece.count)
    }
  }
}

/// |x - y|² of a point of each list.
private func squaredDistance(
  _ a: [Double], _ i: Int, _ b: [Double], _ j: Int, _ dimension: Int
) -> Double {
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      var sum = 0.0
      for k in 0..<dimension {
        let difference = a[i * dimension + k] - b[j * dimension + k]
        sum += difference * difference
      }
      return sum
    }
  }
}

/// No less than a number, in single precision.
private func upperBound(_ number: Double) -> Float { Float(number).nextUp }
