import Testing

@testable import Learning
@testable import StyleNet
@testable import Support

struct TrainedParametersTests {
  private func initial(_ initialization: TrainingOptions.Initialization) -> TrainedParameters {
    var generator = Xoshiro256(seed: 3)
    var options = TrainingOptions(kind: .aae)
    options.initialization = initialization
    return TrainedParameters(initial: options, using: &generator)
  }

  @Test func initialValuesAreWithinPyTorchsBounds() {
    let state = initial(.uniform)
    for tensor in Decoder.layout(styleSize: 4).tensors where tensor.shape.count > 1 {
      let values = state.decoder.values[tensor.offset..<tensor.offset + tensor.count]
      let bound = 1 / Float(tensor.count / tensor.shape[0]).squareRoot()
      let largest = values.map(abs).max() ?? 0
      #expect(largest <= bound && largest > 0.8 * bound)
    }
  }

  @Test func onlyTheOutputsBiasBeginsAsBackground() throws {
    let (uniform, background) = (initial(.uniform), initial(.background))
    #expect(uniform.encoder == background.encoder)
    #expect(uniform.discriminator == background.discriminator)
    let bias = try #require(Decoder.layout(styleSize: 4).tensors.last)
    #expect("\(bias.name)" == "conv3.bias" && bias.count == 1)
    #expect(background.decoder.values[bias.offset] == -1)
    #expect(
      uniform.decoder.values[..<bias.offset] == background.decoder.values[..<bias.offset])
  }
}
