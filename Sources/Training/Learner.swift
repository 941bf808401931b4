package import Parallel
import Randomness
import StyleNet

/// The mean losses of one batch, each over the batch's images.
package struct BatchLosses: Sendable, Equatable {
  /// L1 between output and input, a mean over all pixels.
  package var autoEncoder = 0.0
  /// Cross-entropy of the logits.
  package var classification = 0.0
  /// BCE of the updated discriminator on the encoder's styles, target 0; 0 for an SAE.
  package var generator = 0.0
  /// BCE of the discriminator on the encoder's styles, target 1; 0 for an SAE.
  package var discriminatorFake = 0.0
  /// BCE of the discriminator on styles from the prior, target 0; 0 for an SAE.
  package var discriminatorReal = 0.0

  package init() {}
}

/// A network's parameters and what AdamW remembers of them.
package struct OptimizedParameters: Sendable, Equatable {
  /// Laid out as the network's `ParameterLayout` says.
  package var values: [Float]
  /// Exponential mean of the gradients.
  package var firstMoments: [Float]
  /// Exponential mean of the squared gradients.
  package var secondMoments: [Float]

  /// Parameters that no step has moved.
  package init(values: [Float]) {
    self.values = values
    firstMoments = [Float](repeating: 0, count: values.count)
    secondMoments = firstMoments
  }

  package init(values: [Float], firstMoments: [Float], secondMoments: [Float]) {
    self.values = values
    self.firstMoments = firstMoments
    self.secondMoments = secondMoments
  }
}

/// Exponential averages of the auto-encoder's parameters over the steps.
package struct AveragedParameters: Sendable, Equatable {
  package var encoder: [Float]
  package var decoder: [Float]

  package init(encoder: [Float], decoder: [Float]) {
    self.encoder = encoder
    self.decoder = decoder
  }
}

/// All that one optimiser step changes.
package struct LearnerState: Sendable, Equatable {
  package let styleSize: Int
  package var encoder: OptimizedParameters
  package var decoder: OptimizedParameters
  /// Nil for a simple auto-encoder.
  package var discriminator: OptimizedParameters?
  /// Nil if the recipe keeps none.
  package var average: AveragedParameters?
  /// Optimiser steps taken.
  package var step: Int

  package init(
    styleSize: Int, encoder: OptimizedParameters, decoder: OptimizedParameters,
    discriminator: OptimizedParameters?, average: AveragedParameters? = nil, step: Int
  ) {
    self.average = average
    self.styleSize = styleSize
    self.encoder = encoder
    self.decoder = decoder
    self.discriminator = discriminator
    self.step = step
  }

  /// PyTorch's default initial values: weights and biases uniform in ±1/sqrt(fan-in), group
  /// normalisation weight 1 and bias 0.
  package init(
    styleSize: Int, adversarial: Bool, averaged: Bool = false,
    using generator: inout some RandomNumberGenerator
  ) {
    self.styleSize = styleSize
    encoder = OptimizedParameters(
      values: initialValues(Encoder.layout(styleSize: styleSize), using: &generator))
    decoder = OptimizedParameters(
      values: initialValues(Decoder.layout(styleSize: styleSize), using: &generator))
    discriminator =
      adversarial
      ? OptimizedParameters(
        values: initialValues(Discriminator.layout(styleSize: styleSize), using: &generator))
      : nil
    average =
      averaged ? AveragedParameters(encoder: encoder.values, decoder: decoder.values) : nil
    step = 0
  }
}

private func initialValues(
  _ layout: ParameterLayout, using generator: inout some RandomNumberGenerator
) -> [Float] {
  var values: [Float] = []
  values.reserveCapacity(layout.count)
  // A bias follows its weight, and a normalisation's weight has one dimension, so the bound of the
  // weight before it serves a bias; 0 stands for a normalisation.
  var bound = 0.0
  for tensor in layout.tensors {
    let isBias = "\(tensor.name)".hasSuffix("bias")
    if tensor.shape.count > 1 {
      bound = 1 / Double(tensor.shape.dropFirst().reduce(1, *)).squareRoot()
    } else if !isBias {
      bound = 0
    }
    for _ in 0..<tensor.count {
      switch (bound, isBias) {
      case (0, false): values.append(1)
      case (0, true): values.append(0)
      default: values.append(Float((2 * generator.nextUniform() - 1) * bound))
      }
    }
  }
  return values
}

/// Takes optimiser steps of a simple or an adversarial auto-encoder.
///
/// Images are worked on in chunks of eight, chunks on several threads at once. Each chunk has sums
/// of gradients of its own, which are added up in the order of the chunks: the same bytes come out
/// whatever the number of threads.
package final class Learner {
  package private(set) var state: LearnerState

  private let workers: Workers
  private let capacity: Int
  private let encoder: EncoderPass
  private let decoder: DecoderPass
  private let discriminator: Discriminator
  private let optimizer = AdamW()
  private var memory: Memory

  /// - Parameters:
  ///   - state: where to go on from.
  ///   - batchSize: the largest number of images a step will be given.
  package init(state: LearnerState, batchSize: Int, workers: Workers) {
    precondition(batchSize >= 1)
    self.state = state
    self.workers = workers
    capacity = batchSize
    encoder = EncoderPass(styleSize: state.styleSize)
    decoder = DecoderPass(styleSize: state.styleSize)
    discriminator = Discriminator(styleSize: state.styleSize)
    memory = Memory(
      encoder, decoder, discriminator, chunks: (batchSize + chunkSize - 1) / chunkSize,
      lanes: workers.threads)
    encoder.pack(state.encoder.values, into: memory.encoder.weights.floats)
    decoder.pack(state.decoder.values, into: memory.decoder.weights.floats)
    if let parameters = state.discriminator {
      discriminator.pack(parameters.values, into: memory.discriminator.weights.floats)
    }
  }

  /// Takes one optimiser step of each optimiser.
  ///
  /// - Parameters:
  ///   - pixels: B x 28 x 28 bytes.
  ///   - labels: B digits.
  ///   - noise: B x S deviates from the prior; empty for a simple auto-encoder.
  ///   - learningRate: of the auto-encoder's optimiser.
  ///   - generatorFactor: the weight of the generator loss.
  ///   - discriminatorRate: the discriminator's learning rate; `learningRate` if nil.
  ///   - averageDecay: of the exponential average, if the state keeps one. Early on a shorter
  ///     average is taken, (1 + step) / (10 + step), so that it forgets the initial values.
  /// - Returns: the losses before the step; the generator's between the two optimisers' steps.
  package func step(
    pixels: UnsafeBufferPointer<UInt8>, labels: UnsafeBufferPointer<UInt8>,
    noise: UnsafeBufferPointer<Float>, learningRate: Float, generatorFactor: Float,
    discriminatorRate: Float? = nil, averageDecay: Float = 0.999
  ) -> BatchLosses {
    let batch = labels.count
    let adversarial = state.discriminator != nil
    precondition(batch >= 1 && batch <= capacity && pixels.count == batch * Model.pixels)
    precondition(noise.count == (adversarial ? batch * state.styleSize : 0))
    guard let pixels = pixels.baseAddress, let labels = labels.baseAddress else {
      return BatchLosses()
    }
    let chunks = (batch + chunkSize - 1) / chunkSize
    let pass = StepPass(
      encoder: encoder, decoder: decoder, discriminator: discriminator,
      adversarial: adversarial, memory: memory.pointers, batch: batch, pixels: pixels,
      labels: labels, noise: noise.baseAddress, generatorFactor: generatorFactor)
    state.step += 1
    let step = state.step

    workers.forEach(chunks) { chunk, lane in pass.encode(chunk, lane) }
    if var parameters = state.discriminator.take() {
      addChunks(
        memory.discriminator.sums.floats, chunks: chunks, count: discriminator.gradientCount)
      discriminator.unpack(
        memory.discriminator.sums.floats, into: memory.discriminator.gradient.floats)
      update(
        &parameters, memory.discriminator.gradient.floats, step,
        discriminatorRate ?? learningRate)
      discriminator.pack(parameters.values, into: memory.discriminator.weights.floats)
      state.discriminator = parameters
    }
    workers.forEach(chunks) { chunk, lane in pass.learn(chunk, lane) }
    addChunks(memory.encoder.sums.floats, chunks: chunks, count: encoder.gradientCount)
    encoder.unpack(memory.encoder.sums.floats, into: memory.encoder.gradient.floats)
    update(&state.encoder, memory.encoder.gradient.floats, step, learningRate)
    encoder.pack(state.encoder.values, into: memory.encoder.weights.floats)
    addChunks(memory.decoder.sums.floats, chunks: chunks, count: decoder.gradientCount)
    decoder.unpack(memory.decoder.sums.floats, into: memory.decoder.gradient.floats)
    update(&state.decoder, memory.decoder.gradient.floats, step, learningRate)
    decoder.pack(state.decoder.values, into: memory.decoder.weights.floats)
    if var average = state.average.take() {
      let decay = min(averageDecay, Float(1 + step) / Float(10 + step))
      average.encoder.move(towards: state.encoder.values, decay: decay)
      average.decoder.move(towards: state.decoder.values, decay: decay)
      state.average = average
    }
    return pass.losses()
  }

  private func update(
    _ parameters: inout OptimizedParameters, _ gradient: UnsafeMutablePointer<Float>, _ step: Int,
    _ rate: Float
  ) {
    let count = parameters.values.count
    parameters.values.withUnsafeMutableBufferPointer { values in
      parameters.firstMoments.withUnsafeMutableBufferPointer { first in
        parameters.secondMoments.withUnsafeMutableBufferPointer { second in
          guard let values = values.baseAddress, let first = first.baseAddress,
            let second = second.baseAddress
          else { return }
          optimizer.update(
            values, firstMoments: first, secondMoments: second, gradient: gradient, count: count,
            step: step, learningRate: rate)
        }
      }
    }
  }

  /// The gradients of the last step, for tests: encoder, decoder, discriminator.
  package var gradients: (encoder: [Float], decoder: [Float], discriminator: [Float]) {
    func copy(_ block: UnsafeMutablePointer<Float>, _ count: Int) -> [Float] {
      Array(UnsafeBufferPointer(start: block, count: count))
    }
    return (
      copy(memory.encoder.gradient.floats, state.encoder.values.count),
      copy(memory.decoder.gradient.floats, state.decoder.values.count),
      copy(memory.discriminator.gradient.floats, state.discriminator?.values.count ?? 0)
    )
  }
}

extension [Float] {
  /// Moves an exponential average one step towards `values`.
  fileprivate mutating func move(towards values: [Float], decay: Float) {
    let count = count
    withUnsafeMutableBufferPointer { average in
      values.withUnsafeBufferPointer { values in
        guard let average = average.baseAddress, let values = values.baseAddress else { return }
        moveAverage(average, towards: values, count: count, decay: decay)
      }
    }
  }
}
