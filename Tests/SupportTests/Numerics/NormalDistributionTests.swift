import Testing

@testable import Support

@Suite struct NormalDistributionTests {
  let normal = NormalDistribution(scale: 2)

  @Test func probabilitiesAreThoseOfTheNormalDistribution() {
    #expect(normal.probability(upTo: 0) == 0.5)
    // The quantile of 97.5 % of N(0, 1).
    #expect(abs(normal.probability(upTo: 1.959963984540054 * 2) - 0.975) < 1e-14)
    #expect(abs(normal.probability(above: 1.959963984540054 * 2) - 0.025) < 1e-14)
    #expect(normal.probability(upTo: -.infinity) == 0)
  }

  @Test func densityIsTheSlopeOfTheProbability() {
    for x in [-3.0, 0, 0.5, 4] {
      let step = 1e-5
      let rise = normal.probability(upTo: x + step) - normal.probability(upTo: x - step)
      #expect(abs(normal.density(at: x) - rise / (2 * step)) < 1e-9)
    }
  }
}
