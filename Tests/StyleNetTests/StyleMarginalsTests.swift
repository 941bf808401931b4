import Glibc
import Testing

@testable import StyleNet

struct StyleMarginalsTests {
  private static let scale = 2.0
  private static let images = 400

  /// Eight bases of the plane, each turned a little further.
  private static let directions: [(Double, Double)] = (0..<StyleMarginals.bases).flatMap { basis in
    let angle = Double(basis) * 0.2
    return [(cos(angle), sin(angle)), (-sin(angle), cos(angle))]
  }

  private static func prior(_ x: Double) -> Double { erfc(-x / scale * 0.5.squareRoot()) / 2 }

  private func makeMarginals(excess: [Float]? = nil, images: Int = images) -> StyleMarginals {
    let edges = (0..<StyleMarginals.edgeCount).map {
      Self.scale * Double($0 - StyleMarginals.edgeCount / 2)
        / Double(StyleMarginals.edgesPerDeviation)
    }
    return StyleMarginals(
      bases: Self.directions.flatMap { [Float($0.0), Float($0.1)] }, styleSize: 2,
      scale: Float(Self.scale), prior: edges.map { Float(Self.prior($0)) }, excess: excess,
      imageCapacity: images)
  }

  /// Styles narrower than the prior and beside it.
  private var styles: [(Double, Double)] {
    (0..<Self.images).map { n in
      // The golden ratio's multiples cover the unit square evenly.
      let (u, v) = (Double(n) * 0.618034, Double(n) / Double(Self.images))
      return (3 * (u - u.rounded(.down)) - 0.5, 2 * v - 1.5)
    }
  }

  private func project(_ styles: [(Double, Double)], in marginals: StyleMarginals) {
    for (n, style) in styles.enumerated() {
      var floats = [Float(style.0), Float(style.1)]
      marginals.project(&floats, of: n)
    }
  }

  private func gradient(
    of image: Int, digit: Int = 3, factor: Float = 1, in marginals: StyleMarginals
  ) -> [Float] {
    var gradient: [Float] = [0, 0]
    marginals.addGradient(factor, of: image, digit: digit, to: &gradient)
    return gradient
  }

  /// The distance, a mean over the bases, by sums over a fine grid.
  private func distance(_ styles: [(Double, Double)]) -> Double {
    let step = 0.002
    return Self.directions.reduce(0) { total, direction in
      let places = styles.map { $0.0 * direction.0 + $0.1 * direction.1 }.sorted()
      var (below, sum) = (0, 0.0)
      for x in stride(from: -8 + step / 2, to: 8, by: step) {
        while below < places.count && places[below] <= x { below += 1 }
        let excess = Double(below) / Double(places.count) - Self.prior(x)
        sum += excess * excess * step
      }
      return total + sum / 2
    } / Double(StyleMarginals.bases)
  }

  @Test func gradientIsThatOfTheDistance() {
    let marginals = makeMarginals()
    project(styles, in: marginals)
    // Until nothing is left of the prior that F begins as.
    for _ in 0..<100 { marginals.count(Array(0..<Self.images), digit: 3) }
    for image in stride(from: 0, to: Self.images, by: 57) {
      let found = gradient(of: image, in: marginals)
      for component in 0..<2 {
        func moved(_ by: Double) -> Double {
          var styles = styles
          if component == 0 { styles[image].0 += by } else { styles[image].1 += by }
          return distance(styles)
        }
        let expected = (moved(0.1) - moved(-0.1)) / 0.2 * Double(Self.images)
        #expect(abs(Double(found[component]) - expected) < 0.02, "\(image): \(expected)")
      }
    }
    let largest = (0..<Self.images).map { abs(gradient(of: $0, in: marginals)[0]) }.max() ?? 0
    #expect(largest > 0.2)
  }

  @Test func digitsHaveDistributionsOfTheirOwn() {
    let marginals = makeMarginals()
    project(styles, in: marginals)
    marginals.count(Array(0..<Self.images), digit: 3)
    #expect(gradient(of: 5, digit: 2, in: marginals) == [0, 0])
    let (one, two) = (
      gradient(of: 5, in: marginals), gradient(of: 5, factor: 2, in: marginals)
    )
    #expect(one != [0, 0] && two == one.map { 2 * $0 })
  }

  @Test func aDistributionForgets() {
    let marginals = makeMarginals()
    project(styles, in: marginals)
    marginals.count([7], digit: 3)
    let first = marginals.excess
    marginals.count(Array(20..<40), digit: 3)
    let kept = pow(1 - 1 / Double(StyleMarginals.memory), 20)
    let resumed = makeMarginals(excess: first)
    project(styles, in: resumed)
    resumed.count(Array(20..<40), digit: 3)
    #expect(resumed.excess == marginals.excess)
    // Below all styles F is what is left of the prior's share.
    let fresh = makeMarginals()
    project(styles, in: fresh)
    fresh.count(Array(20..<40), digit: 3)
    let sums = zip(first, fresh.excess).map { Double($0) * kept + Double($1) }
    #expect(zip(sums, marginals.excess).allSatisfy { abs($0 - Double($1)) < 1e-6 })
  }

  @Test func stylesBeyondTheEdgesAndOnesThatAreNoNumbersHaveFiniteGradients() {
    let marginals = makeMarginals(images: 4)
    project([(1e30, -1e30), (.nan, 0), (.infinity, -.infinity), (-1e9, 1e9)], in: marginals)
    marginals.count([0, 1, 2, 3], digit: 3)
    #expect(marginals.excess.allSatisfy { $0.isFinite })
    for image in 0..<4 {
      #expect(gradient(of: image, in: marginals).allSatisfy { abs($0) < 0.01 })
    }
  }

  @Test func stylesBeyondEitherEdgeArePulledBackAlike() {
    let marginals = makeMarginals()
    // At six standard deviations on either side.
    project((0..<Self.images).map { ($0 % 2 == 0 ? 12 : -12, 0) }, in: marginals)
    for _ in 0..<100 { marginals.count(Array(0..<Self.images), digit: 3) }
    let (above, below) = (gradient(of: 0, in: marginals), gradient(of: 1, in: marginals))
    #expect(above[0] > 0.2 && below[0] < -0.2)
    #expect(abs(above[0] + below[0]) < 0.01)
  }
}
