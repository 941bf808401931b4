/// Tells a style vector that the encoder made from one drawn from the prior, knowing the digit.
///
/// concat(one-hot label, style) -> Linear(K+S, 64) -> ReLU -> Linear(64, 8) -> ReLU ->
/// Linear(8, 1), a logit. The one-hot half of the input is never made: it picks a column.
package struct Discriminator: Sendable {
  package let styleSize: Int
  let layout: ParameterLayout

  private static let hidden = 64
  /// Outputs of the second layer.
  private static let narrow = 8

  // Sums of gradients and packed weights start alike: the first layer's weights (input, output),
  // its biases, the second layer's weights (output, input), its biases, the last layer's weights
  // and its bias. Packed weights go on with the second layer's weights transposed.
  private let bias1: Int
  private let weight2: Int
  private let bias2: Int
  private let weight3: Int
  private let bias3: Int
  private let transposed2: Int

  /// Floats of packed weights.
  package let packedCount: Int
  /// Floats of a sum of gradients.
  package let gradientCount: Int
  /// Floats of scratch.
  package let scratchCount = 2 * hidden + 2 * narrow

  package init(styleSize: Int) {
    precondition(Model.styleSizes.contains(styleSize))
    self.styleSize = styleSize
    layout = Discriminator.layout(styleSize: styleSize)
    var plan = Allotment()
    _ = plan.reserve((Model.classes + styleSize) * Self.hidden)
    bias1 = plan.reserve(Self.hidden)
    weight2 = plan.reserve(Self.narrow * Self.hidden)
    bias2 = plan.reserve(Self.narrow)
    weight3 = plan.reserve(Self.narrow)
    bias3 = plan.reserve(1)
    gradientCount = plan.count
    transposed2 = plan.reserve(Self.narrow * Self.hidden)
    packedCount = plan.count
  }

  /// Arranges parameters (laid out as `Discriminator.layout`) for the kernels.
  package func pack(_ parameters: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    let t = layout.tensors
    let inputs = Model.classes + styleSize
    for o in 0..<Self.hidden {
      for i in 0..<inputs { target[i * Self.hidden + o] = parameters[t[0].offset + o * inputs + i] }
      target[bias1 + o] = parameters[t[1].offset + o]
      for n in 0..<Self.narrow {
        let value = parameters[t[2].offset + n * Self.hidden + o]
        target[weight2 + n * Self.hidden + o] = value
        target[transposed2 + o * Self.narrow + n] = value
      }
    }
    for n in 0..<Self.narrow {
      target[bias2 + n] = parameters[t[3].offset + n]
      target[weight3 + n] = parameters[t[4].offset + n]
    }
    target[bias3] = parameters[t[5].offset]
  }

  /// Arranges a sum of gradients as `Discriminator.layout` says.
  package func unpack(
    _ sums: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    let t = layout.tensors
    let inputs = Model.classes + styleSize
    for o in 0..<Self.hidden {
      for i in 0..<inputs { target[t[0].offset + o * inputs + i] = sums[i * Self.hidden + o] }
      target[t[1].offset + o] = sums[bias1 + o]
      for n in 0..<Self.narrow {
        target[t[2].offset + n * Self.hidden + o] = sums[weight2 + n * Self.hidden + o]
      }
    }
    for n in 0..<Self.narrow {
      target[t[3].offset + n] = sums[bias2 + n]
      target[t[4].offset + n] = sums[weight3 + n]
    }
    target[t[5].offset] = sums[bias3]
  }

  /// The logit of one style: negative where the style looks drawn from the prior.
  ///
  /// - Parameters:
  ///   - style: S floats.
  ///   - scratch: `scratchCount` floats, for a backward pass that follows.
  package func forward(
    _ style: UnsafeMutablePointer<Float>, label: Int, weights: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) -> Float {
    let (wide, short) = (scratch, scratch + Self.hidden)
    for j in stride(from: 0, to: Self.hidden, by: 16) {
      var sum: Vector16 = weights.vector(bias1 + j) + weights.vector(label * Self.hidden + j)
      for s in 0..<styleSize {
        sum.add(style[s], times: weights.vector((Model.classes + s) * Self.hidden + j))
      }
      wide.set(j, sum.replacing(with: 0, where: sum .<= 0))
    }
    var even: Vector8 = weights.vector(bias2)
    var odd = Vector8.zero
    for j in stride(from: 0, to: Self.hidden, by: 2) {
      even.add(wide[j], times: weights.vector(transposed2 + j * Self.narrow))
      odd.add(wide[j + 1], times: weights.vector(transposed2 + (j + 1) * Self.narrow))
    }
    var sum = even + odd
    sum = sum.replacing(with: 0, where: sum .<= 0)
    short.set(0, sum)
    return (sum * weights.vector(weight3)).sum() + weights[bias3]
  }

  /// Adds the gradients of the weights for one style, after its `forward`.
  package func addWeightGradient(
    _ style: UnsafeMutablePointer<Float>, label: Int, logitGradient: Float,
    weights: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>,
    sums: UnsafeMutablePointer<Float>
  ) {
    backward(logitGradient, weights, scratch)
    let (wide, short) = (scratch, scratch + Self.hidden)
    let (wideGradient, shortGradient) = (short + Self.narrow, short + Self.narrow + Self.hidden)
    for j in stride(from: 0, to: Self.hidden, by: 16) {
      let d: Vector16 = wideGradient.vector(j)
      sums.set(bias1 + j, sums.vector(bias1 + j) + d)
      sums.set(label * Self.hidden + j, sums.vector(label * Self.hidden + j) + d)
      for s in 0..<styleSize {
        let index = (Model.classes + s) * Self.hidden + j
        var sum: Vector16 = sums.vector(index)
        sum.add(style[s], times: d)
        sums.set(index, sum)
      }
      for n in 0..<Self.narrow {
        let index = weight2 + n * Self.hidden + j
        var sum: Vector16 = sums.vector(index)
        sum.add(shortGradient[n], times: wide.vector(j))
        sums.set(index, sum)
      }
    }
    sums.set(bias2, sums.vector(bias2) + shortGradient.vector(0, as: Vector8.self))
    var sum: Vector8 = sums.vector(weight3)
    sum.add(logitGradient, times: short.vector(0))
    sums.set(weight3, sum)
    sums[bias3] += logitGradient
  }

  /// Adds the gradient of one style, after its `forward`.
  package func addStyleGradient(
    to styleGradient: UnsafeMutablePointer<Float>, logitGradient: Float,
    weights: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    backward(logitGradient, weights, scratch)
    let wideGradient = scratch + Self.hidden + Self.narrow
    for s in 0..<styleSize {
      let column = weights + (Model.classes + s) * Self.hidden
      var sum = Vector16.zero
      for j in stride(from: 0, to: Self.hidden, by: 16) {
        sum.add(wideGradient.vector(j), times: column.vector(j))
      }
      styleGradient[s] += sum.sum()
    }
  }

  /// The gradients of both hidden layers before their ReLU, into scratch.
  private func backward(_ logitGradient: Float, _ weights: Floats, _ scratch: Floats) {
    let (wide, short) = (scratch, scratch + Self.hidden)
    let (wideGradient, shortGradient) = (short + Self.narrow, short + Self.narrow + Self.hidden)
    let active: Vector8 = short.vector(0)
    let d: Vector8 = weights.vector(weight3) * logitGradient
    shortGradient.set(0, d.replacing(with: 0, where: active .<= 0))
    for j in stride(from: 0, to: Self.hidden, by: 16) {
      var sum = Vector16.zero
      for n in 0..<Self.narrow {
        sum.add(shortGradient[n], times: weights.vector(weight2 + n * Self.hidden + j))
      }
      let passed: Vector16 = wide.vector(j)
      wideGradient.set(j, sum.replacing(with: 0, where: passed .<= 0))
    }
  }
}
