/// The discriminator's arithmetic, for one style at a time: it tells a style vector that the encoder
/// made from one drawn from the prior, knowing the digit.
///
/// concat(one-hot label, style) -> fc1: Linear(K+S, 64), ReLU -> fc2: Linear(64, 8), ReLU ->
/// fc3: Linear(8, 1), a logit. The one-hot half of the input is never made: it picks a column.
package struct Discriminator: Network {
  let styleSize: Int
  package let plan: NetworkPlan

  let fc1, fc2, fc3: Linear

  /// In the cache: what `fc1` and `fc2` make, after their ReLU.
  private let hidden1, hidden2: Int
  /// In scratch: the gradients of what `fc1` and `fc2` make, before their ReLU.
  private let gradient1, gradient2: Int
}

package extension Discriminator {
  init(styleSize: Int) {
    precondition(Model.styleSizes.contains(styleSize))
    self.styleSize = styleSize
    var plan = NetworkPlan()
    fc1 = Linear(
      "_seq.0", .codeToFeatures, pixels: 1, channels: 64, codeWidth: Model.classes + styleSize,
      in: &plan)
    fc2 = Linear("_seq.2", .featuresToCode, pixels: 1, channels: 64, codeWidth: 8, in: &plan)
    fc3 = Linear("_seq.4", .featuresToCode, pixels: 1, channels: 8, codeWidth: 1, in: &plan)

    hidden1 = plan.cache.reserve(fc1.features)
    hidden2 = plan.cache.reserve(fc2.codePitch)
    gradient1 = plan.scratch.reserve(fc1.features)
    gradient2 = plan.scratch.reserve(fc2.codePitch)
    self.plan = plan
  }

  /// The discriminator's tensors for style vectors of `styleSize` components.
  static func layout(styleSize: Int) -> ParameterLayout {
    Discriminator(styleSize: styleSize).plan.layout
  }

  /// The logit of one style: negative where the style looks drawn from the prior.
  ///
  /// - Parameter style: S floats.
  func forward(_ style: Floats, label: Int, in workspace: Workspace) -> Float {
    let w = workspace.weights
    let (hidden1, hidden2) = (workspace.cache + hidden1, workspace.cache + hidden2)
    let (rows1, bias1) = (fc1.wide(w), fc1.bias(w))
    for j in stride(from: 0, to: fc1.features, by: 16) {
      var sum: Vector16 = bias1.vector(j) + rows1.vector(label * fc1.features + j)
      for s in 0..<styleSize {
        sum.add(style[s], times: rows1.vector((Model.classes + s) * fc1.features + j))
      }
      hidden1.set(j, sum.replacing(with: 0, where: sum .<= 0))
    }
    var even: Vector8 = fc2.bias(w).vector(0)
    var odd = Vector8.zero
    let columns2 = fc2.tall(w)
    for j in stride(from: 0, to: fc2.features, by: 2) {
      even.add(hidden1[j], times: columns2.vector(j * fc2.codePitch))
      odd.add(hidden1[j + 1], times: columns2.vector((j + 1) * fc2.codePitch))
    }
    let sum = even + odd
    let active2 = sum.replacing(with: 0, where: sum .<= 0)
    hidden2.set(0, active2)
    return (active2 * fc3.wide(w).vector(0)).sum() + fc3.bias(w)[0]
  }

  /// Adds the gradients of the weights for one style, after its `forward`.
  ///
  /// - Parameter sums: `plan.sums` floats, added to.
  func backward(
    _ logitGradient: Float, style: Floats, label: Int, in workspace: Workspace, sums: Floats
  ) {
    backwardToHidden(logitGradient, in: workspace)
    let (hidden1, hidden2) = (workspace.cache + hidden1, workspace.cache + hidden2)
    let (gradient1, gradient2) = (workspace.scratch + gradient1, workspace.scratch + gradient2)
    @inline(__always) func add(_ scalar: Float, times vector: Vector16, to target: Floats) {
      var sum: Vector16 = target.vector(0)
      sum.add(scalar, times: vector)
      target.set(0, sum)
    }
    let (rows1, rows2) = (fc1.wideSums(sums), fc2.wideSums(sums))
    for j in stride(from: 0, to: fc1.features, by: 16) {
      let d: Vector16 = gradient1.vector(j)
      add(1, times: d, to: fc1.biasSums(sums) + j)
      add(1, times: d, to: rows1 + label * fc1.features + j)
      for s in 0..<styleSize {
        add(style[s], times: d, to: rows1 + (Model.classes + s) * fc1.features + j)
      }
      for n in 0..<fc2.codeWidth {
        add(gradient2[n], times: hidden1.vector(j), to: rows2 + n * fc2.features + j)
      }
    }
    let bias2 = fc2.biasSums(sums)
    bias2.set(0, bias2.vector(0) + gradient2.vector(0, as: Vector8.self))
    let row3 = fc3.wideSums(sums)
    var sum: Vector8 = row3.vector(0)
    sum.add(logitGradient, times: hidden2.vector(0))
    row3.set(0, sum)
    fc3.biasSums(sums)[0] += logitGradient
  }

  /// Adds the gradient of one style, after its `forward`.
  ///
  /// - Parameter styleGradient: S floats, added to.
  func backward(
    _ logitGradient: Float, in workspace: Workspace, toStyle styleGradient: Floats
  ) {
    backwardToHidden(logitGradient, in: workspace)
    let gradient1 = workspace.scratch + gradient1
    for s in 0..<styleSize {
      let row = fc1.wide(workspace.weights) + (Model.classes + s) * fc1.features
      var sum = Vector16.zero
      for j in stride(from: 0, to: fc1.features, by: 16) {
        sum.add(gradient1.vector(j), times: row.vector(j))
      }
      styleGradient[s] += sum.sum()
    }
  }
}

extension Discriminator {
  /// Finds the gradients of what `fc1` and `fc2` make, before their ReLU.
  private func backwardToHidden(_ logitGradient: Float, in workspace: Workspace) {
    let (w, c, g) = (workspace.weights, workspace.cache, workspace.scratch)
    let d: Vector8 = fc3.wide(w).vector(0) * logitGradient
    g.set(gradient2, d.replacing(with: 0, where: c.vector(hidden2) .<= 0))
    for j in stride(from: 0, to: fc1.features, by: 16) {
      var sum = Vector16.zero
      for n in 0..<fc2.codeWidth {
        sum.add(g[gradient2 + n], times: fc2.wide(w).vector(n * fc2.features + j))
      }
      g.set(gradient1 + j, sum.replacing(with: 0, where: c.vector(hidden1 + j) .<= 0))
    }
  }
}
