/// The discriminator's arithmetic, for one style at a time: it tells a style vector that the encoder
/// made from one drawn from the prior, knowing the digit.
///
/// concat(one-hot label, style) -> fc1: Linear(K+S, 64), ReLU -> fc2: Linear(64, 8), ReLU ->
/// fc3: Linear(8, 1), a logit. The one-hot half of the input is never made: it picks a column.
package struct Discriminator: Network {
  let styleSize: Int
  /// Outputs of `fc1`.
  private static let wide = 64
  /// Outputs of `fc2`.
  private static let narrow = 8

  /// Of packed weights and of sums of gradients, which hold all but the last.
  private let regions: Regions
  package let counts: BufferCounts

  package init(styleSize: Int) {
    precondition(Model.styleSizes.contains(styleSize))
    self.styleSize = styleSize
    regions = Regions(inputs: Model.classes + styleSize)
    counts = BufferCounts(
      parameters: Discriminator.layout(styleSize: styleSize).count, weights: regions.count,
      cache: Hidden.count, scratch: Hidden.count, sums: regions.fc2Transposed)
  }

  // MARK: Regions

  private struct Regions {
    /// K+S x 64: input, output.
    let fc1, fc1Bias: Int
    /// 8 x 64: output, input.
    let fc2, fc2Bias: Int
    let fc3, fc3Bias: Int
    /// 64 x 8: input, output.
    let fc2Transposed: Int
    let count: Int

    init(inputs: Int) {
      var plan = Allotment()
      fc1 = plan.reserve(inputs * wide)
      fc1Bias = plan.reserve(wide)
      fc2 = plan.reserve(narrow * wide)
      fc2Bias = plan.reserve(narrow)
      fc3 = plan.reserve(narrow)
      fc3Bias = plan.reserve(1)
      fc2Transposed = plan.reserve(narrow * wide)
      count = plan.count
    }
  }

  /// Where what `fc1` and `fc2` make after their ReLU stands in the cache, and the gradients before
  /// it in scratch.
  private enum Hidden {
    static let fc1 = 0
    static let fc2 = wide
    /// A whole number of cache lines.
    static let count = wide + 16
  }

  // MARK: Packing

  package func pack(_ source: UnsafePointer<Float>, into target: Floats) {
    forEachParameter { theirs, ours in target[ours] = source[theirs] }
    for o in 0..<Self.wide {
      for n in 0..<Self.narrow {
        target[regions.fc2Transposed + o * Self.narrow + n] =
          target[regions.fc2 + n * Self.wide + o]
      }
    }
  }

  package func unpack(_ source: Floats, into target: Floats) {
    forEachParameter { theirs, ours in target[theirs] = source[ours] }
  }

  /// Calls `body` with each parameter's place in PyTorch's order and in ours.
  @inline(__always)
  private func forEachParameter(_ body: (_ theirs: Int, _ ours: Int) -> Void) {
    let (p, r) = (Parameters(styleSize: styleSize), regions)
    let inputs = Model.classes + styleSize
    for o in 0..<Self.wide {
      for i in 0..<inputs { body(p.fc1.weight.offset + o * inputs + i, column(i) + o) }
      body(p.fc1.bias.offset + o, r.fc1Bias + o)
    }
    for i in 0..<Self.narrow * Self.wide { body(p.fc2.weight.offset + i, r.fc2 + i) }
    for n in 0..<Self.narrow {
      body(p.fc2.bias.offset + n, r.fc2Bias + n)
      body(p.fc3.weight.offset + n, r.fc3 + n)
    }
    body(p.fc3.bias.offset, r.fc3Bias)
  }

  // MARK: Forward and backward

  /// The logit of one style: negative where the style looks drawn from the prior.
  ///
  /// - Parameter style: S floats.
  package func forward(_ style: Floats, label: Int, in workspace: Workspace) -> Float {
    let w = workspace.weights
    let hidden1 = workspace.cache + Hidden.fc1
    for j in stride(from: 0, to: Self.wide, by: 16) {
      var sum: Vector16 = w.vector(regions.fc1Bias + j) + w.vector(column(label) + j)
      for s in 0..<styleSize { sum.add(style[s], times: w.vector(column(Model.classes + s) + j)) }
      hidden1.set(j, sum.replacing(with: 0, where: sum .<= 0))
    }
    var even: Vector8 = w.vector(regions.fc2Bias)
    var odd = Vector8.zero
    for j in stride(from: 0, to: Self.wide, by: 2) {
      let row = regions.fc2Transposed + j * Self.narrow
      even.add(hidden1[j], times: w.vector(row))
      odd.add(hidden1[j + 1], times: w.vector(row + Self.narrow))
    }
    var hidden2 = even + odd
    hidden2 = hidden2.replacing(with: 0, where: hidden2 .<= 0)
    workspace.cache.set(Hidden.fc2, hidden2)
    return (hidden2 * w.vector(regions.fc3)).sum() + w[regions.fc3Bias]
  }

  /// Adds the gradients of the weights for one style, after its `forward`.
  ///
  /// - Parameter sums: `counts.sums` floats, added to.
  package func backward(
    _ logitGradient: Float, style: Floats, label: Int, in workspace: Workspace, sums: Floats
  ) {
    backwardToHidden(logitGradient, in: workspace)
    let hidden1 = workspace.cache + Hidden.fc1
    let gradient1 = workspace.scratch + Hidden.fc1
    let gradient2 = workspace.scratch + Hidden.fc2
    @inline(__always) func add(_ index: Int, _ scalar: Float, times vector: Vector16) {
      var sum: Vector16 = sums.vector(index)
      sum.add(scalar, times: vector)
      sums.set(index, sum)
    }
    for j in stride(from: 0, to: Self.wide, by: 16) {
      let d: Vector16 = gradient1.vector(j)
      add(regions.fc1Bias + j, 1, times: d)
      add(column(label) + j, 1, times: d)
      for s in 0..<styleSize { add(column(Model.classes + s) + j, style[s], times: d) }
      for n in 0..<Self.narrow {
        add(regions.fc2 + n * Self.wide + j, gradient2[n], times: hidden1.vector(j))
      }
    }
    sums.set(regions.fc2Bias, sums.vector(regions.fc2Bias) + gradient2.vector(0, as: Vector8.self))
    var sum: Vector8 = sums.vector(regions.fc3)
    sum.add(logitGradient, times: workspace.cache.vector(Hidden.fc2))
    sums.set(regions.fc3, sum)
    sums[regions.fc3Bias] += logitGradient
  }

  /// Adds the gradient of one style, after its `forward`.
  ///
  /// - Parameter styleGradient: S floats, added to.
  package func backward(
    _ logitGradient: Float, in workspace: Workspace, toStyle styleGradient: Floats
  ) {
    backwardToHidden(logitGradient, in: workspace)
    let gradient1 = workspace.scratch + Hidden.fc1
    for s in 0..<styleSize {
      let weights = workspace.weights + column(Model.classes + s)
      var sum = Vector16.zero
      for j in stride(from: 0, to: Self.wide, by: 16) {
        sum.add(gradient1.vector(j), times: weights.vector(j))
      }
      styleGradient[s] += sum.sum()
    }
  }

  /// Finds the gradients of what `fc1` and `fc2` make, before their ReLU.
  private func backwardToHidden(_ logitGradient: Float, in workspace: Workspace) {
    let (w, hidden, gradient) = (workspace.weights, workspace.cache, workspace.scratch)
    let active2: Vector8 = hidden.vector(Hidden.fc2)
    let d: Vector8 = w.vector(regions.fc3) * logitGradient
    gradient.set(Hidden.fc2, d.replacing(with: 0, where: active2 .<= 0))
    for j in stride(from: 0, to: Self.wide, by: 16) {
      var sum = Vector16.zero
      for n in 0..<Self.narrow {
        sum.add(gradient[Hidden.fc2 + n], times: w.vector(regions.fc2 + n * Self.wide + j))
      }
      let active1: Vector16 = hidden.vector(Hidden.fc1 + j)
      gradient.set(Hidden.fc1 + j, sum.replacing(with: 0, where: active1 .<= 0))
    }
  }

  /// Where the 64 weights of an input of `fc1` start.
  private func column(_ input: Int) -> Int { regions.fc1 + input * Self.wide }
}
