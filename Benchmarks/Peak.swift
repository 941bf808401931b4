import StyleNet
import Support
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
    workers.forEach(phases: [workers.threads]) { _, lane, _ in
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

/// How much of the machine's most an AAE epoch of 60,000 images reaches.
func arithmetic(epochSeconds: Double, workers: Workers) -> String {
  let code = Model.classes + 4
  // Multiply-adds of an image, forward, with each upsampled convolution as four of 2x2 on the
  // smaller image: the encoder's three layers, then the decoder's four.
  let plain =
    16 * 196 * 25 + 32 * 196 * 144 + code * 1568
    + code * 1568 + 32 * 196 * 128 + 4 * 784 * 128 + 784 * 36
  // As it is done: three of the convolutions in Winograd's forms, codes filled up to a vector.
  let done =
    16 * 196 * 25 + 16 * 50 * 16 * 32 + 16 * 1568
    + 16 * 1568 + 9 * 50 * 32 * 32 + (200 * 4 + 420 * 8 + 225 * 16) * 32 + 784 * 36
  // Backward takes twice as many, but the image needs no gradient.
  func rate(_ forward: Int) -> Double {
    2 * Double(3 * forward - 16 * 196 * 25) * 60_000 / epochSeconds
  }
  let peak = peakOperationsPerSecond(workers: workers)
  func share(_ forward: Int) -> String {
    "\(Int(rate(forward) / 1e9)) GFLOP/s, \(Int(100 * rate(forward) / peak)) %"
  }
  return "The most that this machine does is \(Int(peak / 1e9)) GFLOP/s. An AAE epoch reaches"
    + " \(share(plain)), of the arithmetic after the upsampling identity,\nand \(share(done)), of"
    + " what Winograd's forms leave of it."
}
