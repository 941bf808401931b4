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

/// One learned tensor of a network: its name and shape in a checkpoint and its place in the
/// network's flat parameter block.
package struct ParameterTensor: Sendable {
  /// What the elements of a new model are, as in PyTorch.
  enum InitialValues {
    /// Uniform in ±1/sqrt(`fanIn`), `fanIn` being the inputs of one output of the layer.
    case uniform(fanIn: Int)
    /// All the same.
    case constant(Float)
  }

  /// The name in a checkpoint file, `_seq.0.0.weight` for one.
  package let name: StaticString
  /// PyTorch's shape: O I H W for a convolution, out x in for a linear layer.
  package let shape: [Int]
  let initialValues: InitialValues
  /// Where the tensor starts in the block, in floats.
  package let offset: Int

  /// How many floats the tensor holds.
  package var count: Int { shape.reduce(1, *) }
}

/// The tensors of a layer that has a weight and a bias.
struct WeightAndBias: Sendable {
  let weight, bias: ParameterTensor
}

/// The tensors of one network in the order in which its flat parameter block holds them.
///
/// The block is what the optimiser walks, what a checkpoint stores and what a gradient mirrors:
/// every tensor in PyTorch's memory order, one after the other, without gaps.
package struct ParameterLayout: Sendable {
  package private(set) var tensors: [ParameterTensor] = []
  /// How many floats the block holds.
  package private(set) var count = 0

  /// PyTorch's initial values.
  ///
  /// - Parameter uniform: draws from 0 to 1, one number for each value that is not constant.
  package func initialValues(_ uniform: () -> Double) -> [Float] {
    tensors.flatMap { tensor in
      (0..<tensor.count).map { _ in
        switch tensor.initialValues {
        case .constant(let value): value
        case .uniform(let fanIn): Float((2 * uniform() - 1) * (1 / Double(fanIn).squareRoot()))
        }
      }
    }
  }

  private mutating func append(
    _ name: StaticString, _ shape: [Int], _ initialValues: ParameterTensor.InitialValues
  ) -> ParameterTensor {
    let tensor = ParameterTensor(
      name: name, shape: shape, initialValues: initialValues, offset: count)
    tensors.append(tensor)
    count += tensor.count
    return tensor
  }

  /// The weight of a convolution or of a linear layer: outputs first, then what one output sees.
  fileprivate mutating func weight(_ name: StaticString, _ shape: [Int]) -> ParameterTensor {
    append(name, shape, .uniform(fanIn: shape.dropFirst().reduce(1, *)))
  }

  fileprivate mutating func affine(
    _ weight: StaticString, _ bias: StaticString, _ shape: [Int]
  ) -> WeightAndBias {
    let weight = self.weight(weight, shape)
    return WeightAndBias(
      weight: weight, bias: append(bias, [shape[0]], weight.initialValues))
  }

  fileprivate mutating func norm(
    _ weight: StaticString, _ bias: StaticString, _ channels: Int
  ) -> WeightAndBias {
    WeightAndBias(
      weight: append(weight, [channels], .constant(1)),
      bias: append(bias, [channels], .constant(0)))
  }
}

// MARK: The three networks

extension Encoder {
  struct Parameters {
    let conv1, conv2: ParameterTensor
    let norm1, norm2, fc: WeightAndBias
    let layout: ParameterLayout

    init(styleSize: Int) {
      var layout = ParameterLayout()
      conv1 = layout.weight("_seq.0.0.weight", [16, 1, 5, 5])
      norm1 = layout.norm("_seq.0.1.weight", "_seq.0.1.bias", 16)
      conv2 = layout.weight("_seq.1.0.weight", [32, 16, 3, 3])
      norm2 = layout.norm("_seq.1.1.weight", "_seq.1.1.bias", 32)
      fc = layout.affine("_seq.4.weight", "_seq.4.bias", [Model.classes + styleSize, 32 * 7 * 7])
      self.layout = layout
    }
  }

  /// The encoder's tensors for style vectors of `styleSize` components.
  package static func layout(styleSize: Int) -> ParameterLayout {
    Parameters(styleSize: styleSize).layout
  }
}

extension Decoder {
  struct Parameters {
    let conv1, conv2: ParameterTensor
    let fc, norm1, norm2, conv3: WeightAndBias
    let layout: ParameterLayout

    init(styleSize: Int) {
      var layout = ParameterLayout()
      fc = layout.affine("fc.weight", "fc.bias", [32 * 7 * 7, Model.classes + styleSize])
      conv1 = layout.weight("conv1.0.weight", [32, 32, 3, 3])
      norm1 = layout.norm("conv1.1.weight", "conv1.1.bias", 32)
      conv2 = layout.weight("conv2.0.weight", [4, 32, 3, 3])
      norm2 = layout.norm("conv2.1.weight", "conv2.1.bias", 4)
      conv3 = layout.affine("conv3.weight", "conv3.bias", [1, 4, 3, 3])
      self.layout = layout
    }
  }

  /// The decoder's tensors for style vectors of `styleSize` components.
  package static func layout(styleSize: Int) -> ParameterLayout {
    Parameters(styleSize: styleSize).layout
  }
}

extension Discriminator {
  struct Parameters {
    let fc1, fc2, fc3: WeightAndBias
    let layout: ParameterLayout

    init(styleSize: Int) {
      var layout = ParameterLayout()
      fc1 = layout.affine("_seq.0.weight", "_seq.0.bias", [64, Model.classes + styleSize])
      fc2 = layout.affine("_seq.2.weight", "_seq.2.bias", [8, 64])
      fc3 = layout.affine("_seq.4.weight", "_seq.4.bias", [1, 8])
      self.layout = layout
    }
  }

  /// The discriminator's tensors for style vectors of `styleSize` components.
  package static func layout(styleSize: Int) -> ParameterLayout {
    Parameters(styleSize: styleSize).layout
  }
}
