/// Wall-clock time.
struct Stopwatch {
  private let start = ContinuousClock.now
  private let earlier: Double

  /// - Parameter elapsed: seconds to count from.
  init(elapsed: Double = 0) {
    earlier = elapsed
  }

  var seconds: Double {
    earlier + (ContinuousClock.now - start) / .seconds(1)
  }
}
