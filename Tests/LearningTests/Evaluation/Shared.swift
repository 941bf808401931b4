import TestSupport

@testable import Learning
@testable import StyleNet
@testable import Support

/// The checkpoint that ships with the package under a name.
func defaultCheckpoint(_ name: String) throws -> Checkpoint {
  try Checkpoint.load(from: "\(packageDirectory)/share/\(name)")
}

func testSet(limit: Int? = nil) throws -> LabelledImages {
  try DataSet.load(.test, from: "\(packageDirectory)/share/mnist", limit: limit)
}

/// Parameters that are all 0 but in some tensors, whose elements all have one value.
func parameters(_ layout: ParameterLayout, _ values: [String: Float]) -> [Float] {
  layout.tensors.flatMap { tensor in
    [Float](repeating: values["\(tensor.name)"] ?? 0, count: tensor.count)
  }
}

func constantEncoder(styleSize: Int, output: [Float]) -> Encoder {
  let layout = Encoder.layout(styleSize: styleSize)
  let zeros = [Float](repeating: 0, count: layout.count - output.count)
  // The bias of the last layer comes last.
  return Encoder(styleSize: styleSize, parameters: zeros + output)
}

func constantDecoder(styleSize: Int, output: Float) -> Decoder {
  let layout = Decoder.layout(styleSize: styleSize)
  return Decoder(styleSize: styleSize, parameters: parameters(layout, ["conv3.bias": output]))
}
