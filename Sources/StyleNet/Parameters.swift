/// The sizes of the model that do not change.
package enum Model {}

package extension Model {
  /// Digits, and so logits and class probabilities: K.
  static let classes = 10
  /// Height and width of an image.
  static let side = 28
  /// Pixels of an image.
  static let pixels = side * side
  /// The style sizes S that the project accepts.
  static let styleSizes = 1...64
}

/// One learned tensor of a network: its name and shape in a checkpoint and its place in the
/// network's flat parameter block.
package struct ParameterTensor: Sendable {
  enum Part: String {
    case weight, bias
  }

  /// What the elements of a new model are, as in PyTorch.
  enum InitialValues {
    /// Uniform in ±1/sqrt(`fanIn`), `fanIn` being the inputs of one output of the layer.
    case uniform(fanIn: Int)
    /// All the same.
    case constant(Float)
  }

  /// The layer's name in a checkpoint, `_seq.0.0` for one.
  let layer: StaticString
  let part: Part
  /// PyTorch's shape: O I H W for a convolution, out x in for a linear layer.
  package let shape: [Int]
  let initialValues: InitialValues
  /// Where the tensor starts in the block, in floats.
  package let offset: Int
}

package extension ParameterTensor {
  /// The name in a checkpoint.
  var name: String { "\(layer).\(part.rawValue)" }
  /// How many floats the tensor holds.
  var count: Int { shape.reduce(1, *) }
}

/// The tensors of a layer.
enum LayerTensors {
  /// The weight of a convolution: outputs first, then what one output sees.
  case weight([Int])
  /// The same, or out x in of a linear layer, and a bias for each output.
  case weightAndBias([Int])
  /// A weight and a bias for each channel of a normalisation.
  case norm(channels: Int)
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

  /// Appends the tensors of a layer, and returns its weight.
  mutating func append(_ layer: StaticString, _ new: LayerTensors) -> ParameterTensor {
    let first = tensors.count
    switch new {
    case .weight(let shape):
      append(layer, .weight, shape, .uniform(fanIn: shape.dropFirst().reduce(1, *)))
    case .weightAndBias(let shape):
      let values = ParameterTensor.InitialValues.uniform(fanIn: shape.dropFirst().reduce(1, *))
      append(layer, .weight, shape, values)
      append(layer, .bias, [shape[0]], values)
    case .norm(let channels):
      append(layer, .weight, [channels], .constant(1))
      append(layer, .bias, [channels], .constant(0))
    }
    return tensors[first]
  }

  private mutating func append(
    _ layer: StaticString, _ part: ParameterTensor.Part, _ shape: [Int],
    _ initialValues: ParameterTensor.InitialValues
  ) {
    let tensor = ParameterTensor(
      layer: layer, part: part, shape: shape, initialValues: initialValues, offset: count)
    tensors.append(tensor)
    count += tensor.count
  }
}
