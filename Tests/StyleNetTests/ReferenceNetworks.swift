@testable import StyleNet

/// A network's parameters in Double, tensor by tensor.
struct ReferenceParameters {
  private let tensors: [String: Tensor]

  /// - Parameter values: laid out as `layout` says.
  init(_ layout: ParameterLayout, _ values: [Double]) {
    precondition(values.count == layout.count)
    var tensors: [String: Tensor] = [:]
    for tensor in layout.tensors {
      let range = tensor.offset..<tensor.offset + tensor.count
      tensors["\(tensor.name)"] = Tensor(tensor.shape, Array(values[range]))
    }
    self.tensors = tensors
  }

  subscript(name: String) -> Tensor {
    guard let tensor = tensors[name] else { preconditionFailure("no tensor \(name)") }
    return tensor
  }
}

// The three networks as the layers of `Tensor` make them up. Each value or vector is of one image.

/// Ten logits, then the style vector, of a 1 x 28 x 28 image.
func referenceEncoding(of image: Tensor, _ p: ReferenceParameters) -> [Double] {
  image
    .convolved(with: p["_seq.0.0.weight"], stride: 2, padding: 2)
    .groupNormalized(
      groups: 4, weight: p["_seq.0.1.weight"].values, bias: p["_seq.0.1.bias"].values
    )
    .rectified()
    .convolved(with: p["_seq.1.0.weight"], padding: 1)
    .groupNormalized(
      groups: 8, weight: p["_seq.1.1.weight"].values, bias: p["_seq.1.1.bias"].values
    )
    .rectified()
    .maxPooled()
    .transformed(by: p["_seq.4.weight"], bias: p["_seq.4.bias"].values)
}

/// The 1 x 28 x 28 image of ten class probabilities and a style vector.
func referenceDecoding(of code: [Double], _ p: ReferenceParameters) -> Tensor {
  let features = Tensor([code.count], code)
    .transformed(by: p["fc.weight"], bias: p["fc.bias"].values)
  return Tensor([32, 7, 7], features)
    .enlarged()
    .convolved(with: p["conv1.0.weight"], padding: 1)
    .groupNormalized(
      groups: 8, weight: p["conv1.1.weight"].values, bias: p["conv1.1.bias"].values
    )
    .rectified()
    .enlarged()
    .convolved(with: p["conv2.0.weight"], padding: 1)
    .groupNormalized(
      groups: 2, weight: p["conv2.1.weight"].values, bias: p["conv2.1.bias"].values
    )
    .rectified()
    .convolved(with: p["conv3.weight"], bias: p["conv3.bias"].values, padding: 1)
}

/// The discriminator's logit.
func referenceLogit(of style: [Double], label: Int, _ p: ReferenceParameters) -> Double {
  let code = (0..<Model.classes).map { $0 == label ? 1.0 : 0 } + style
  func layer(_ values: [Double], _ index: Int) -> [Double] {
    Tensor([values.count], values)
      .transformed(by: p["_seq.\(index).weight"], bias: p["_seq.\(index).bias"].values)
  }
  func rectified(_ values: [Double]) -> [Double] { values.map { max(0, $0) } }
  return layer(rectified(layer(rectified(layer(code, 0)), 2)), 4)[0]
}

/// Bytes as the network sees them: 1 x 28 x 28, p/127.5 - 1.
func referenceImage(_ pixels: some Collection<UInt8>) -> Tensor {
  Tensor([1, Model.side, Model.side], pixels.map { Double($0) / 127.5 - 1 })
}
