import StyleNet
import Support

/// Takes optimiser steps of a simple or an adversarial auto-encoder, in buffers allocated once.
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
    var priorStyles: [Float]
    /// B x S numbers to add to the styles that the decoder is given; empty if none.
    var styleNoise: [Float] = []
    /// B distortions of the images; empty if they stay as they are.
    var distortions: [AffineMap] = []
  }

  let styleSize: Int
  /// Of the encoder and the decoder. The discriminator is small: each of its chunks has its own.
  let slots: ChunkSlots
  let encoder: TrainedNetwork<EncoderNetwork>
  let decoder: TrainedNetwork<DecoderNetwork>
  /// Nil for a simple auto-encoder.
  let discriminator: TrainedNetwork<Discriminator>?
  /// Nil if the distributions of the styles along directions are left to the discriminator.
  let marginals: StyleMarginals?
  private let workers: Workers
  /// Optimiser steps taken.
  private var steps: Int

  // MARK: Buffers of a step

  /// The most images that a batch has.
  private let imageCapacity: Int
  /// Floats of a row, one for each image, of the four blocks that follow: K+S rounded up.
  let pitch: Int
  /// Logits and styles.
  let outputs, outputGradients: Block
  /// Class probabilities and styles.
  let codes, codeGradients: Block
  /// S deviates from the prior for each image.
  let priorStyles: Block
  /// S numbers for each image, to add to its style.
  let styleNoise: Block
  /// K x K: for each digit the probabilities that its images should be given.
  let targets: Block
  /// 28 x 28 bytes for each image.
  let pixels: UnsafeMutablePointer<UInt8>
  /// One of each `Loss` for each image.
  let losses: UnsafeMutablePointer<Double>

  /// - Parameters:
  ///   - marginals: for as many images as a batch has.
  ///   - steps: how many have been taken before.
  ///   - batchSize: the largest number of images a step will be given.
  ///   - slots: the most slots for chunks, at least 2.
  init(
    _ networks: TrainedParameters, styleSize: Int, marginals: StyleMarginals? = nil,
    steps: Int = 0, batchSize: Int, slots: Int = ChunkSlots.usualCount, workers: Workers
  ) {
    precondition(batchSize >= 1)
    self.styleSize = styleSize
    self.marginals = marginals
    self.workers = workers
    self.steps = steps
    let chunks = (batchSize + chunkSize - 1) / chunkSize
    let slots = ChunkSlots(chunks: chunks, most: slots)
    self.slots = slots
    func trained<N: Network>(
      _ network: N, _ state: OptimizedParameters, _ slots: ChunkSlots
    ) -> TrainedNetwork<N> {
      TrainedNetwork(network, state: state, slots: slots, threads: workers.threads)
    }
    encoder = trained(EncoderNetwork(styleSize: styleSize), networks.encoder, slots)
    decoder = trained(DecoderNetwork(styleSize: styleSize), networks.decoder, slots)
    discriminator = networks.discriminator.map {
      trained(
        Discriminator(styleSize: styleSize), $0,
        ChunkSlots(chunks: chunks, most: max(2, chunks)))
    }
    imageCapacity = chunks * chunkSize
    pitch = encoder.network.codePitch
    outputs = Block(count: imageCapacity * pitch)
    outputGradients = Block(count: imageCapacity * pitch)
    codes = Block(count: imageCapacity * pitch)
    codeGradients = Block(count: imageCapacity * pitch)
    priorStyles = Block(count: imageCapacity * styleSize)
    styleNoise = Block(count: imageCapacity * styleSize)
    targets = Block(count: Model.classes * Model.classes)
    for digit in 0..<Model.classes { targets.floats[digit * (Model.classes + 1)] = 1 }
    pixels = .allocate(capacity: imageCapacity * Model.pixels)
    losses = .allocate(capacity: imageCapacity * Loss.count)
    losses.initialize(repeating: 0, count: imageCapacity * Loss.count)
  }

  deinit {
    pixels.deallocate()
    losses.deallocate()
  }

  /// A copy of what the steps have changed.
  var networks: TrainedParameters {
    TrainedParameters(
      encoder: encoder.state, decoder: decoder.state, discriminator: discriminator?.state,
      marginalExcess: marginals?.excess)
  }

  /// Takes one optimiser step of each optimiser.
  ///
  /// - Returns: the sums over the batch's images of the losses before the step; the generator's
  ///   between the two optimisers' steps.
  func step(_ batch: Batch, _ hyperparameters: Hyperparameters) -> Losses {
    let count = batch.labels.count
    precondition(count >= 1 && count <= imageCapacity)
    precondition(batch.pixels.count == count * Model.pixels)
    precondition(batch.priorStyles.count == (discriminator == nil ? 0 : count * styleSize))
    precondition([0, count * styleSize].contains(batch.styleNoise.count))
    precondition([0, count].contains(batch.distortions.count))
    steps += 1
    let step = TrainingStep(steps, on: batch, hyperparameters, of: self)
    let phases = step.phases
    workers.forEach(phases: phases.map(\.pieces)) { phase, piece, thread in
      phases[phase].run(piece, thread)
    }
    return step.losses
  }
}

extension Learner {
  /// What an optimiser step needs of the options.
  struct Hyperparameters {
    /// Of both optimisers.
    var learningRate: Float
    /// The weight of the generator loss.
    var generatorFactor: Float
    /// The weight of the distance of the styles' distributions along directions to the prior's.
    var marginalFactor: Float = 0
    /// Of encoder and decoder.
    var weightDecay: Float
    /// Of the exponential average of encoder and decoder, if the state keeps one.
    var averageDecay: Float

    /// The decay in a step counted from 1: smaller in the first steps, so that the average forgets
    /// the initial values.
    func decay(step: Int) -> Float { min(averageDecay, Float(1 + step) / Float(10 + step)) }
  }
}

extension TrainingOptions {
  /// The hyper-parameters of a step.
  ///
  /// - Parameters:
  ///   - epoch: counted from 0.
  ///   - step: counted from 0 over all epochs.
  ///   - count: the steps of all epochs.
  func hyperparameters(epoch: Int, step: Int, of count: Int) -> Learner.Hyperparameters {
    Learner.Hyperparameters(
      learningRate: Float(learningRate(step: step, of: count)),
      generatorFactor: Float(generatorFactor(epoch: epoch)),
      marginalFactor: Float(marginalLossFactor), weightDecay: Float(weightDecay),
      averageDecay: Float(averageDecay))
  }
}
