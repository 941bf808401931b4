@testable import Support

/// The prior of the figures under test.
let prior = NormalDistribution(scale: 2)
