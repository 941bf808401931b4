import TestSupport
import Testing

@testable import StyleNet

/// Both uses of the layer: from features to codes in the encoder, the other way in the decoder.
struct LinearTests {
  static let styleSizes = [1, 2, 4, 9, 33, 64]
  private static let directions = [Linear.Direction.featuresToCode, .codeToFeatures]

  @Test(arguments: styleSizes, directions)
  func forwardEqualsReference(styleSize: Int, direction: Linear.Direction) {
    let layer = TestedLinear(direction, styleSize: styleSize)
    let inputs = layer.inputs(8, seed: 61)
    let memory = LinearMemory(layer)
    memory.forward(inputs)
    for (found, input) in zip(memory.outputs, inputs) {
      expectClose(found, layer.reference(input, layer.parameters))
    }
    if direction == .featuresToCode {
      let (width, pitch) = (layer.layer.codeWidth, layer.layer.codePitch)
      let columns = memory.output.values.enumerated().filter { $0.offset % pitch >= width }
      #expect(columns.allSatisfy { $0.element == 0 })
    }
  }

  @Test("gradients equal differences", arguments: styleSizes, directions)
  func gradientsEqualDifferences(styleSize: Int, direction: Linear.Direction) {
    let layer = TestedLinear(direction, styleSize: styleSize)
    let count = 3
    let inputs = layer.inputs(count, seed: 62)
    let gradients = layer.outputs(count, seed: 63)
    let memory = LinearMemory(layer)
    memory.forward(inputs)
    for times in [1.0, 2.0] {
      memory.backward(gradients)
      expectGradient(
        memory.parameterGradient, at: layer.parameters, directions: 2, coordinates: 3
      ) { parameters in
        times
          * zip(inputs, gradients).reduce(0) {
            $0 + dot(layer.reference($1.0, parameters), $1.1)
          }
      }
    }
    for (n, found) in memory.inputGradients.prefix(count).enumerated() {
      expectGradient(found, at: inputs[n], directions: 2, coordinates: 3) {
        dot(layer.reference($0, layer.parameters), gradients[n])
      }
    }
  }

  @Test("the bias is packed with the weight", arguments: styleSizes, directions)
  func unpackingUndoesPacking(styleSize: Int, direction: Linear.Direction) {
    let layer = TestedLinear(direction, styleSize: styleSize)
    let memory = LinearMemory(layer)
    // Sums are packed weights without the first of the two orders.
    memory.sums.fill(Array(memory.weights.values.suffix(layer.plan.sums.count)))
    #expect(memory.parameterGradient == layer.parameters.floats)
  }
}

/// A layer with random parameters. Features are in PyTorch's order, codes without padding.
private struct TestedLinear {
  let layer: Linear
  let plan: NetworkPlan
  /// The weight, then the bias.
  let parameters: [Double]

  init(_ direction: Linear.Direction, styleSize: Int) {
    var plan = NetworkPlan()
    layer = Linear(
      "fc", direction, pixels: 49, channels: 32, codeWidth: 10 + styleSize, in: &plan)
    self.plan = plan
    var random = FixtureNumbers(seed: 60)
    parameters = random.values(plan.layout.count)
  }

  private var shape: [Int] { plan.layout.tensors[0].shape }
  var readsFeatures: Bool { layer.direction == .featuresToCode }

  func inputs(_ count: Int, seed: UInt64) -> [[Double]] {
    var random = FixtureNumbers(seed: seed)
    return (0..<count).map { _ in random.values(shape[1]) }
  }

  func outputs(_ count: Int, seed: UInt64) -> [[Double]] {
    var random = FixtureNumbers(seed: seed)
    return (0..<count).map { _ in random.values(shape[0]) }
  }

  func reference(_ input: [Double], _ parameters: [Double]) -> [Double] {
    Tensor([input.count], input).transformed(
      by: Tensor(shape, Array(parameters.prefix(shape[0] * shape[1]))),
      bias: Array(parameters.suffix(shape[0])))
  }

  /// Eight rows as the kernels keep them; what belongs to no row or column is NaN.
  func rows(_ values: [[Double]], areFeatures: Bool) -> [Float] {
    let pitch = areFeatures ? layer.features : layer.codePitch
    let rows = values.flatMap { row in
      areFeatures
        ? Tensor([32, 7, 7], row).pixelByPixel()
        : row.floats + [Float](repeating: .nan, count: pitch - row.count)
    }
    return rows + [Float](repeating: .nan, count: (chunkSize - values.count) * pitch)
  }

  /// The inverse of `rows`.
  func values(_ rows: [Float], areFeatures: Bool) -> [[Float]] {
    let pitch = areFeatures ? layer.features : layer.codePitch
    return stride(from: 0, to: rows.count, by: pitch).map { start in
      let row = Array(rows[start..<start + pitch])
      return areFeatures
        ? channelByChannel(row, channels: 32) : Array(row.prefix(layer.codeWidth))
    }
  }
}

/// The buffers of a layer.
private struct LinearMemory: ~Copyable {
  let layer: TestedLinear
  let weights: KernelBuffer
  let input: KernelBuffer
  let output: KernelBuffer
  let sums: KernelBuffer
  let inputGradient: KernelBuffer

  init(_ layer: TestedLinear) {
    let (code, features) = (chunkSize * layer.layer.codePitch, chunkSize * layer.layer.features)
    self.layer = layer
    weights = KernelBuffer(zeros: layer.plan.weights.count)
    input = KernelBuffer(unwritten: layer.readsFeatures ? features : code)
    output = KernelBuffer(unwritten: layer.readsFeatures ? code : features)
    sums = KernelBuffer(zeros: layer.plan.sums.count)
    inputGradient = KernelBuffer(unwritten: layer.readsFeatures ? features : code)
    let source = KernelBuffer(layer.parameters)
    layer.layer.pack(source.floats, into: weights.floats)
  }

  func forward(_ inputs: [[Double]]) {
    input.fill(layer.rows(inputs, areFeatures: layer.readsFeatures))
    layer.layer.forward(input.floats, in: workspace, into: output.floats)
  }

  func backward(_ outputGradients: [[Double]]) {
    let gradients = KernelBuffer(layer.rows(outputGradients, areFeatures: !layer.readsFeatures))
    layer.layer.backward(
      gradients.floats, input: input.floats, count: outputGradients.count,
      in: workspace, sums: sums.floats, into: inputGradient.floats)
  }

  private var workspace: Workspace {
    Workspace(weights: weights.floats, cache: input.floats, scratch: input.floats)
  }

  var outputs: [[Float]] { layer.values(output.values, areFeatures: !layer.readsFeatures) }

  var inputGradients: [[Float]] {
    layer.values(inputGradient.values, areFeatures: layer.readsFeatures)
  }

  var parameterGradient: [Float] {
    let gradient = KernelBuffer(unwritten: layer.parameters.count)
    layer.layer.unpack(sums.floats, into: gradient.floats)
    return gradient.values
  }
}
