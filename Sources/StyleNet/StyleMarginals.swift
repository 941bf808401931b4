/// How far the styles of each digit are from the prior along fixed directions, and the gradient that
/// brings them nearer.
///
/// For digit d and direction v, F is the distribution function of v·z over the styles z of the digit's
/// images, an exponential mean over the images of the last steps, and Φ is the prior's. What the
/// styles are to lower is the distance of Cramér and von Mises, in the form
///
///     ½ ∫ (F(x) - Φ(x))² dx,   d/dz = -(F(v·z) - Φ(v·z)) v for each of the digit's images,
///
/// summed over an orthonormal basis, a mean over the bases. F - Φ is kept at edges a step apart, and
/// is linear between them.
package final class StyleMarginals {
  /// For each component of a style how many directions there are: one in each of as many bases.
  package static let bases = 8
  /// The edges lie this many standard deviations of the prior to both sides of 0,
  static let reach = 4
  /// and so many in one standard deviation.
  package static let edgesPerDeviation = 8
  package static let edgeCount = 2 * reach * edgesPerDeviation + 1
  /// After so many images of a digit, one counts 1/e of what it did.
  static let memory: Float = 3000

  private let styleSize: Int
  /// A multiple of eight.
  private let directions: Int
  /// S x directions.
  private let rows: Block
  /// Φ at the edges.
  private let prior: Block
  /// K x edges x directions: F - Φ.
  private let excesses: Block
  /// For each image of a batch and each direction, where its style is: 0 at the first edge, 1 at the
  /// second.
  private let positions: Block
  private let edgesPerUnit: Float

  /// - Parameters:
  ///   - bases: orthonormal: for each direction the S components of a unit vector.
  ///   - scale: the prior's standard deviation.
  ///   - prior: Φ at the edges.
  ///   - excess: what `excess` was before; nil if no style has been seen, when F is Φ.
  ///   - imageCapacity: the most images that a batch has.
  package init(
    bases: [Float], styleSize: Int, scale: Float, prior: [Float], excess: [Float]?,
    imageCapacity: Int
  ) {
    precondition(prior.count == Self.edgeCount)
    precondition(bases.count == Self.bases * styleSize * styleSize)
    let directions = Self.bases * styleSize
    self.styleSize = styleSize
    self.directions = directions
    edgesPerUnit = Float(Self.edgesPerDeviation) / scale
    rows = Block(count: styleSize * directions)
    for direction in 0..<directions {
      for s in 0..<styleSize {
        rows.floats[s * directions + direction] = bases[direction * styleSize + s]
      }
    }
    self.prior = Block(count: prior.count)
    self.prior.floats.update(from: prior, count: prior.count)
    excesses = Block(count: Self.excessCount(styleSize: styleSize))
    if let excess {
      precondition(excess.count == excesses.count)
      excesses.floats.update(from: excess, count: excess.count)
    }
    positions = Block(count: imageCapacity * directions)
  }

  /// The floats of `excess`.
  package static func excessCount(styleSize: Int) -> Int {
    Model.classes * edgeCount * bases * styleSize
  }

  /// For each digit, edge and direction F - Φ.
  package var excess: [Float] {
    Array(UnsafeBufferPointer(start: excesses.floats, count: excesses.count))
  }

  /// Finds where the style of a batch's image is along every direction.
  ///
  /// - Parameter style: S floats.
  package func project(_ style: Floats, of image: Int) {
    let positions = positions.floats + image * directions
    for m in stride(from: 0, to: directions, by: 8) {
      var sum = Vector8.zero
      for s in 0..<styleSize { sum.add(style[s], times: rows.floats.vector(s * directions + m)) }
      let place = sum * edgesPerUnit + Float(Self.reach * Self.edgesPerDeviation)
      // Beyond an edge F - Φ is taken for what it is there: the share of the styles beyond. What is not
      // a number goes beyond the last edge, since positions become indices.
      let beyond = Vector8(repeating: Float(Self.edgeCount - 1).nextUp)
      let bounded = beyond.replacing(with: place, where: place .< beyond)
      positions.set(m, bounded.replacing(with: 0, where: bounded .< 0))
    }
  }

  /// Adds the styles of a batch's images of one digit to its F, when all have been projected.
  package func count(_ images: [Int], digit: Int) {
    guard !images.isEmpty else { return }
    // (1 - 1/memory)^images.
    var kept: Float = 1
    for _ in images { kept *= 1 - 1 / Self.memory }
    let share = (1 - kept) / Float(images.count)
    let excess = excesses.floats + digit * Self.edgeCount * directions
    for edge in 0..<Self.edgeCount {
      let row = excess + edge * directions
      let (place, subtracted) = (Float(edge), (1 - kept) * prior.floats[edge])
      for m in stride(from: 0, to: directions, by: 8) {
        var below = Vector8.zero
        for image in images {
          let position: Vector8 = positions.floats.vector(image * directions + m)
          below += Vector8.zero.replacing(with: 1, where: position .<= place)
        }
        row.set(m, row.vector(m, as: Vector8.self) * kept + below * share - subtracted)
      }
    }
  }

  /// Adds the gradient of one style, when its batch's styles have been projected and counted.
  ///
  /// - Parameters:
  ///   - factor: what the distance counts in the sum that is minimised.
  ///   - gradient: S floats, added to.
  package func addGradient(_ factor: Float, of image: Int, digit: Int, to gradient: Floats) {
    let positions = positions.floats + image * directions
    let excess = excesses.floats + digit * Self.edgeCount * directions
    let step = factor / Float(Self.bases)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: directions) { found in
      guard let found = found.baseAddress else { return }
      for m in 0..<directions {
        let edge = min(Int(positions[m]), Self.edgeCount - 2)
        let (lower, upper) = (
          excess[edge * directions + m], excess[(edge + 1) * directions + m]
        )
        found[m] = lower + (upper - lower) * (positions[m] - Float(edge))
      }
      for s in 0..<styleSize {
        var sum = Vector8.zero
        for m in stride(from: 0, to: directions, by: 8) {
          sum.add(found.vector(m, as: Vector8.self), times: rows.floats.vector(s * directions + m))
        }
        gradient[s] -= step * sum.sum()
      }
    }
  }
}
