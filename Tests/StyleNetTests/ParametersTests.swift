import Testing

@testable import StyleNet

struct ParametersTests {
  @Test func networksOfStyleSizeFourHaveTheKnownParameterCounts() {
    #expect(Encoder.layout(styleSize: 4).count == 27_070)
    #expect(Decoder.layout(styleSize: 4).count == 33_997)
    #expect(Discriminator.layout(styleSize: 4).count == 1489)
  }

  @Test(arguments: Model.styleSizes)
  func tensorsFillTheBlockWithoutGaps(styleSize: Int) {
    for layout in [
      Encoder.layout(styleSize: styleSize), Decoder.layout(styleSize: styleSize),
      Discriminator.layout(styleSize: styleSize),
    ] {
      var end = 0
      for tensor in layout.tensors {
        #expect(tensor.offset == end)
        #expect(tensor.count == tensor.shape.reduce(1, *) && tensor.count > 0)
        end += tensor.count
      }
      #expect(layout.count == end)
      #expect(Set(layout.tensors.map { "\($0.name)" }).count == layout.tensors.count)
    }
  }
}
