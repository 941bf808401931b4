import StyleNet
import Support

/// Takes optimiser steps of a simple or an adversarial auto-encoder.
///
/// Images are worked on in chunks of eight, chunks on several threads at once. Each chunk has sums
/// of gradients of its own, which are added up in the order of the chunks: the same bytes come out
/// whatever the number of threads.
final class Learner {
  /// What an optimiser step learns from: B images of 28 x 28 bytes, and their digits.
  struct Batch {
    var pixels: [UInt8]
    var labels: [UInt8]
    /// B x S deviates from the prior; empty for a simple auto-encoder.
    var noise: [Float]
  }

  private let workers: Workers
  let buffers: StepBuffers
  /// Optimiser steps taken.
  private var steps: Int

  /// - Parameter batchSize: the largest number of images a step will be given.
  init(state: LearnerState, batchSize: Int, workers: Workers) {
    precondition(batchSize >= 1)
    self.workers = workers
    buffers = StepBuffers(
      state, chunks: (batchSize + chunkSize - 1) / chunkSize, threads: workers.threads)
    steps = state.step
  }

  /// A copy of what the steps have changed.
  var state: LearnerState {
    LearnerState(
      styleSize: buffers.styleSize, encoder: buffers.encoder.state,
      decoder: buffers.decoder.state, discriminator: buffers.discriminator?.state, step: steps)
  }

  /// Takes one optimiser step of each optimiser.
  ///
  /// - Returns: the sums over the batch's images of the losses before the step; the generator's
  ///   between the two optimisers' steps.
  func step(_ batch: Batch, _ hyperparameters: Hyperparameters) -> Losses {
    let count = batch.labels.count
    let noiseCount = buffers.discriminator == nil ? 0 : count * buffers.styleSize
    precondition(count >= 1 && count <= buffers.imageCapacity)
    precondition(batch.pixels.count == count * Model.pixels && batch.noise.count == noiseCount)
    steps += 1
    let step = TrainingStep(steps, on: batch, hyperparameters, in: buffers)
    let phases = step.phases
    workers.forEach(phases: phases.map(\.pieces)) { phase, piece, thread in
      phases[phase].run(piece, thread)
    }
    return step.losses
  }
}
