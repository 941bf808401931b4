import StyleNet
package import Support

/// Takes optimiser steps of a simple or an adversarial auto-encoder.
///
/// Images are worked on in chunks of eight, chunks on several threads at once. Each chunk has sums
/// of gradients of its own, which are added up in the order of the chunks: the same bytes come out
/// whatever the number of threads.
package final class Learner {
  private let workers: Workers
  private let capacity: Int
  private let adversarial: Bool
  private let averaged: Bool
  private let encoder: EncoderPass
  private let decoder: DecoderPass
  private let discriminator: Discriminator
  /// Of encoder and decoder.
  private let optimizer: AdamW
  private let memory: Memory
  /// Optimiser steps taken.
  private var steps: Int

  /// - Parameters:
  ///   - state: where to go on from.
  ///   - batchSize: the largest number of images a step will be given.
  ///   - weightDecay: of encoder and decoder.
  package init(state: LearnerState, batchSize: Int, weightDecay: Float = 0.01, workers: Workers) {
    precondition(batchSize >= 1)
    self.workers = workers
    capacity = batchSize
    adversarial = state.discriminator != nil
    averaged = state.average != nil
    encoder = EncoderPass(styleSize: state.styleSize)
    decoder = DecoderPass(styleSize: state.styleSize)
    discriminator = Discriminator(styleSize: state.styleSize)
    optimizer = AdamW(weightDecay: weightDecay)
    memory = Memory(
      encoder, decoder, discriminator, chunks: (batchSize + chunkSize - 1) / chunkSize,
      lanes: workers.threads)
    steps = state.step
    memory.encoder.set(state.encoder, average: state.average?.encoder)
    memory.decoder.set(state.decoder, average: state.average?.decoder)
    encoder.pack(memory.encoder.values.floats, into: memory.encoder.weights.floats)
    decoder.pack(memory.decoder.values.floats, into: memory.decoder.weights.floats)
    if let parameters = state.discriminator {
      memory.discriminator.set(parameters, average: nil)
      discriminator.pack(
        memory.discriminator.values.floats, into: memory.discriminator.weights.floats)
    }
  }

  /// A copy of what the steps have changed.
  package var state: LearnerState {
    LearnerState(
      styleSize: encoder.styleSize, encoder: memory.encoder.parameters,
      decoder: memory.decoder.parameters,
      discriminator: adversarial ? memory.discriminator.parameters : nil,
      average: averaged
        ? AveragedParameters(
          encoder: memory.encoder.average.array, decoder: memory.decoder.average.array) : nil,
      step: steps)
  }

  /// Takes one optimiser step of each optimiser.
  ///
  /// - Parameters:
  ///   - pixels: B x 28 x 28 bytes.
  ///   - labels: B digits.
  ///   - noise: B x S deviates from the prior; empty for a simple auto-encoder.
  ///   - learningRate: of both optimisers.
  ///   - generatorFactor: the weight of the generator loss.
  ///   - averageDecay: of the exponential average, if the state keeps one. Early on a shorter
  ///     average is taken, (1 + step) / (10 + step), so that it forgets the initial values.
  /// - Returns: the sums over the batch's images of the losses before the step; the generator's
  ///   between the two optimisers' steps.
  package func step(
    pixels: UnsafeBufferPointer<UInt8>, labels: UnsafeBufferPointer<UInt8>,
    noise: UnsafeBufferPointer<Float>, learningRate: Float, generatorFactor: Float,
    averageDecay: Float = 0.999
  ) -> Losses {
    let batch = labels.count
    precondition(batch >= 1 && batch <= capacity && pixels.count == batch * Model.pixels)
    precondition(noise.count == (adversarial ? batch * encoder.styleSize : 0))
    guard let pixels = pixels.baseAddress, let labels = labels.baseAddress else {
      preconditionFailure("a buffer of at least one element has an address")
    }
    steps += 1
    let pass = StepPass(
      encoder: encoder, decoder: decoder, discriminator: discriminator,
      adversarial: adversarial, memory: memory.pointers, batch: batch, pixels: pixels,
      labels: labels, noise: noise.baseAddress, generatorFactor: generatorFactor,
      optimizer: optimizer, step: steps, learningRate: learningRate,
      averageDecay: averaged ? min(averageDecay, Float(1 + steps) / Float(10 + steps)) : nil)
    workers.forEach(phases: StepPass.Phase.allCases.map(pass.pieces)) { phase, piece, lane in
      pass.run(StepPass.Phase.allCases[phase], piece: piece, lane: lane)
    }
    return pass.losses()
  }

  /// The gradients of the last step, for tests: encoder, decoder, discriminator.
  package var gradients: (encoder: [Float], decoder: [Float], discriminator: [Float]) {
    (
      memory.encoder.gradient.array, memory.decoder.gradient.array,
      adversarial ? memory.discriminator.gradient.array : []
    )
  }
}
