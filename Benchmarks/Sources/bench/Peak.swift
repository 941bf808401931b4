import Parallel
import Synchronization

/// How many float32 operations a second the machine does at most, found by doing nothing else.
///
/// A multiply-add counts as two. Twelve chains keep two multiply-add units busy for the five
/// clocks that one takes.
func peakOperationsPerSecond(workers: Workers) -> Double {
  let rounds = 20_000_000
  var best = 0.0
  let sink = Atomic<Int>(0)
  for _ in 0..<3 {
    let start = ContinuousClock.now
    workers.forEach(workers.threads) { lane in
      let factor = SIMD8<Float>(repeating: 0.999 + Float(lane) * 1e-6)
      let addend = SIMD8<Float>(repeating: 1e-3)
      var a = addend, b = addend, c = addend, d = addend, e = addend, f = addend
      var g = addend, h = addend, i = addend, j = addend, k = addend, l = addend
      for _ in 0..<rounds {
        a = addend.addingProduct(a, factor)
        b = addend.addingProduct(b, factor)
        c = addend.addingProduct(c, factor)
        d = addend.addingProduct(d, factor)
        e = addend.addingProduct(e, factor)
        f = addend.addingProduct(f, factor)
        g = addend.addingProduct(g, factor)
        h = addend.addingProduct(h, factor)
        i = addend.addingProduct(i, factor)
        j = addend.addingProduct(j, factor)
        k = addend.addingProduct(k, factor)
        l = addend.addingProduct(l, factor)
      }
      let sum = ((a + b) + (c + d)) + ((e + f) + (g + h)) + ((i + j) + (k + l))
      // The result is used, so the loop cannot be left out.
      sink.wrappingAdd(sum.sum() > 0 ? 1 : 0, ordering: .relaxed)
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    best = max(best, Double(rounds) * 12 * 8 * 2 * Double(workers.threads) / seconds)
  }
  return best
}
