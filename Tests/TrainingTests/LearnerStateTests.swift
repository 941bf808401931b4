import Randomness
import StyleNet
import Testing
import Training

struct LearnerStateTests {
  private func initial(centred: Bool) -> LearnerState {
    var generator = Xoshiro256(seed: 3)
    return LearnerState(styleSize: 4, adversarial: true, centred: centred, using: &generator)
  }

  @Test func initialValuesAreWithinPyTorchsBounds() {
    let state = initial(centred: false)
    for tensor in Decoder.layout(styleSize: 4).tensors where tensor.shape.count > 1 {
      let values = state.decoder.values[tensor.offset..<tensor.offset + tensor.count]
      let bound = 1 / Float(tensor.count / tensor.shape[0]).squareRoot()
      let largest = values.map(abs).max() ?? 0
      #expect(largest <= bound && largest > 0.8 * bound)
    }
  }

  @Test("centring takes the means of the inner filters and leaves all else")
  func centresInnerFilters() {
    let (uniform, centred) = (initial(centred: false), initial(centred: true))
    let inner = ["_seq.1.0.weight", "conv1.0.weight", "conv2.0.weight"]
    let networks = [
      (Encoder.layout(styleSize: 4), uniform.encoder.values, centred.encoder.values),
      (Decoder.layout(styleSize: 4), uniform.decoder.values, centred.decoder.values),
    ]
    for (layout, before, after) in networks {
      for tensor in layout.tensors {
        let range = tensor.offset..<tensor.offset + tensor.count
        guard inner.contains("\(tensor.name)") else {
          #expect(before[range] == after[range])
          continue
        }
        let size = tensor.count / tensor.shape[0]
        for start in stride(from: range.lowerBound, to: range.upperBound, by: size) {
          let (old, new) = (before[start..<start + size], after[start..<start + size])
          let mean = old.reduce(0, +) / Float(size)
          #expect(abs(new.reduce(0, +)) < 1e-5)
          #expect(zip(old, new).allSatisfy { abs($0 - mean - $1) < 1e-6 })
        }
      }
    }
    #expect(uniform.discriminator == centred.discriminator)
  }
}
