import TestSupport
import Testing

extension FixtureNumbers {
  /// Numbers in [-scale, scale), exact in Float if `scale` is a power of two.
  mutating func values(_ count: Int, scale: Double = 1) -> [Double] {
    (0..<count).map { _ in scale * uniform() }
  }

  mutating func tensor(_ shape: [Int], scale: Double = 1) -> Tensor {
    Tensor(shape, values(shape.reduce(1, *), scale: scale))
  }

  /// Images of random strokes: dark, with some bright pixels and some between.
  mutating func images(_ count: Int) -> [UInt8] {
    (0..<count * 784).map { _ in UInt8(max(0, min(255, 400 * uniform()))) }
  }
}

/// Expects numbers to be equal up to `tolerance` times the largest of those expected.
func expectClose(
  _ found: some Collection<Float>, _ expected: some Collection<Double>,
  tolerance: Double = 2e-6, _ what: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == expected.count, "\(what())", sourceLocation: sourceLocation)
  let scale = expected.reduce(0) { max($0, abs($1)) }
  // Counted, not maximised: a NaN is not close to anything, and no maximum would show it.
  let distant = zip(found, expected).filter { !(abs(Double($0) - $1) <= tolerance * scale) }
  let worst = distant.map { abs(Double($0) - $1) / scale }.max() ?? 0
  #expect(
    distant.isEmpty, "\(what()): \(distant.count) of \(expected.count), worst \(worst)",
    sourceLocation: sourceLocation)
}

/// Expects ⟨A x, y⟩ = ⟨x, Aᵀ y⟩, the mark of a linear map and its adjoint.
func expectAdjoint(
  _ x: [Float], mapped: [Float], _ y: [Float], back: [Float],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let (left, right) = (dot(mapped, y), dot(x, back))
  let scale = (dot(mapped, mapped) * dot(y, y)).squareRoot()
  #expect(scale > 0, sourceLocation: sourceLocation)
  #expect(
    abs(left - right) <= 1e-7 * scale, "\(left) and \(right), scale \(scale)",
    sourceLocation: sourceLocation)
}

/// Expects `gradient` to be that of `function` at `point`, by central differences: along random
/// directions that move all coordinates at once, and along some single coordinates.
///
/// - Parameters:
///   - tolerance: of a derivative, relative to the length of the gradient (which is about what the
///     derivative along such a direction is).
///   - step: so short, where the function has kinks, that a step is unlikely to cross one.
func expectGradient(
  _ gradient: some Collection<Float>, at point: [Double], tolerance: Double = 2e-6,
  directions: Int = 3, coordinates: Int = 8, step: Double = 1e-5, _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation, of function: ([Double]) -> Double
) {
  #expect(gradient.count == point.count, "\(what)", sourceLocation: sourceLocation)
  let gradient = gradient.map { Double($0) }
  let length = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
  var numbers = FixtureNumbers(seed: 7)
  func check(_ direction: [Double], _ name: String) {
    func value(_ step: Double) -> Double {
      function(zip(point, direction).map { $0 + step * $1 })
    }
    let expected = (value(step) - value(-step)) / (2 * step)
    let found = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(
      abs(found - expected) <= tolerance * length,
      "\(what) \(name): \(found), not \(expected); length \(length)",
      sourceLocation: sourceLocation)
  }
  for _ in 0..<directions {
    check(point.map { _ in numbers.uniform() < 0 ? -1 : 1 }, "along a direction")
  }
  for _ in 0..<min(coordinates, point.count) {
    let index = Int((numbers.uniform() + 1) / 2 * Double(point.count))
    check(point.indices.map { $0 == index ? 1 : 0 }, "of \(index)")
  }
}

/// Σ a·b
func dot(_ a: [Float], _ b: [Float]) -> Double {
  precondition(a.count == b.count)
  return zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

func dot(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count)
  return zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}

extension [Double] {
  /// In the kernels' precision.
  var floats: [Float] { map { Float($0) } }
}

extension [Float] {
  var bits: [UInt32] { map { $0.bitPattern } }
}
