/// One learned tensor of a network: its name and shape in a checkpoint and its place in the
/// network's flat parameter block.
package struct ParameterTensor: Sendable {
  /// The name in a checkpoint file, `_seq.0.0.weight` for one.
  package let name: StaticString
  /// PyTorch's shape: O I H W for a convolution, out x in for a linear layer.
  package let shape: [Int]
  /// Where the tensor starts in the block, in floats.
  package let offset: Int

  /// How many floats the tensor holds.
  package var count: Int { shape.reduce(1, *) }
}

/// The tensors of one network in the order in which its flat parameter block holds them.
///
/// The block is what the optimiser walks, what a checkpoint stores and what a gradient mirrors:
/// every tensor in PyTorch's memory order, one after the other, without gaps.
package struct ParameterLayout: Sendable {
  package private(set) var tensors: [ParameterTensor] = []
  /// How many floats the block holds.
  package private(set) var count = 0

  init() {}

  mutating func append(_ name: StaticString, _ shape: [Int]) {
    let tensor = ParameterTensor(name: name, shape: shape, offset: count)
    tensors.append(tensor)
    count += tensor.count
  }
}

/// The sizes of the model that do not change.
package enum Model {
  /// Digits, and so logits and class probabilities: K.
  package static let classes = 10
  /// Height and width of an image.
  package static let side = 28
  /// Pixels of an image.
  package static let pixels = side * side
  /// The style sizes S that the project accepts.
  package static let styleSizes = 1...64
}

extension Encoder {
  /// The encoder's tensors for style vectors of `styleSize` components.
  package static func layout(styleSize: Int) -> ParameterLayout {
    var layout = ParameterLayout()
    layout.append("_seq.0.0.weight", [16, 1, 5, 5])
    layout.append("_seq.0.1.weight", [16])
    layout.append("_seq.0.1.bias", [16])
    layout.append("_seq.1.0.weight", [32, 16, 3, 3])
    layout.append("_seq.1.1.weight", [32])
    layout.append("_seq.1.1.bias", [32])
    layout.append("_seq.4.weight", [Model.classes + styleSize, 32 * 7 * 7])
    layout.append("_seq.4.bias", [Model.classes + styleSize])
    return layout
  }
}

extension Decoder {
  /// The decoder's tensors for style vectors of `styleSize` components.
  package static func layout(styleSize: Int) -> ParameterLayout {
    var layout = ParameterLayout()
    layout.append("fc.weight", [32 * 7 * 7, Model.classes + styleSize])
    layout.append("fc.bias", [32 * 7 * 7])
    layout.append("conv1.0.weight", [32, 32, 3, 3])
    layout.append("conv1.1.weight", [32])
    layout.append("conv1.1.bias", [32])
    layout.append("conv2.0.weight", [4, 32, 3, 3])
    layout.append("conv2.1.weight", [4])
    layout.append("conv2.1.bias", [4])
    layout.append("conv3.weight", [1, 4, 3, 3])
    layout.append("conv3.bias", [1])
    return layout
  }
}

extension Discriminator {
  /// The discriminator's tensors for style vectors of `styleSize` components.
  package static func layout(styleSize: Int) -> ParameterLayout {
    var layout = ParameterLayout()
    layout.append("_seq.0.weight", [64, Model.classes + styleSize])
    layout.append("_seq.0.bias", [64])
    layout.append("_seq.2.weight", [8, 64])
    layout.append("_seq.2.bias", [8])
    layout.append("_seq.4.weight", [1, 8])
    layout.append("_seq.4.bias", [1])
    return layout
  }
}
