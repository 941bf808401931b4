import StyleNet

/// All buffers of a learner, allocated once.
final class StepBuffers {
  let styleSize: Int
  let encoder: TrainedNetwork<EncoderNetwork>
  let decoder: TrainedNetwork<DecoderNetwork>
  /// Nil for a simple auto-encoder.
  let discriminator: TrainedNetwork<Discriminator>?
  /// The most images that a batch has.
  let imageCapacity: Int
  /// Floats of a row, one for each image, of the four blocks that follow: K+S rounded up.
  let pitch: Int
  /// Logits and styles.
  let outputs, outputGradients: Block
  /// Class probabilities and styles.
  let codes, codeGradients: Block
  /// S deviates from the prior for each image.
  let noise: Block
  /// K x K: for each digit the probabilities that its images should be given.
  let targets: Block
  /// 28 x 28 bytes for each image.
  let pixels: UnsafeMutablePointer<UInt8>
  /// One for each image.
  let losses: UnsafeMutablePointer<Losses>

  init(_ state: LearnerState, chunks: Int, threads: Int) {
    styleSize = state.styleSize
    let network = EncoderNetwork(styleSize: styleSize)
    encoder = TrainedNetwork(network, state: state.encoder, chunks: chunks, threads: threads)
    decoder = TrainedNetwork(
      DecoderNetwork(styleSize: styleSize), state: state.decoder, chunks: chunks, threads: threads)
    discriminator = state.discriminator.map {
      TrainedNetwork(
        Discriminator(styleSize: state.styleSize), state: $0, chunks: chunks, threads: threads)
    }
    imageCapacity = chunks * chunkSize
    pitch = network.codePitch
    outputs = Block(count: imageCapacity * pitch)
    outputGradients = Block(count: imageCapacity * pitch)
    codes = Block(count: imageCapacity * pitch)
    codeGradients = Block(count: imageCapacity * pitch)
    noise = Block(count: imageCapacity * styleSize)
    targets = Block(count: Model.classes * Model.classes)
    for digit in 0..<Model.classes { targets.floats[digit * (Model.classes + 1)] = 1 }
    pixels = .allocate(capacity: imageCapacity * Model.pixels)
    losses = .allocate(capacity: imageCapacity)
  }

  deinit {
    pixels.deallocate()
    losses.deallocate()
  }
}

/// One optimiser step, cut into pieces for several threads: two halves that run chunk by chunk, each
/// followed by the update of what it found the gradients for.
///
/// Unchecked: the pieces of a phase write to separate memory (the rows, caches and sums of a chunk, a
/// slice of the sums, or a network) and read nothing that another piece of that phase writes.
/// Scratch belongs to a thread, which runs one piece at a time.
struct TrainingStep: @unchecked Sendable {
  /// A part of the step, which begins when the one before is done.
  struct Phase: Sendable {
    /// How many pieces it has, which threads may run at once.
    let pieces: Int
    let run: @Sendable (_ piece: Int, _ thread: Int) -> Void
  }

  private let buffers: StepBuffers
  private let labels: [UInt8]
  private let hyperparameters: Learner.Hyperparameters
  /// Counted from 1, over all steps of the optimisers.
  private let number: Int

  init(
    _ number: Int, on batch: Learner.Batch, _ hyperparameters: Learner.Hyperparameters,
    in buffers: StepBuffers
  ) {
    self.buffers = buffers
    self.hyperparameters = hyperparameters
    self.number = number
    labels = batch.labels
    buffers.pixels.update(from: batch.pixels, count: batch.pixels.count)
    buffers.noise.floats.update(from: batch.noise, count: batch.noise.count)
    buffers.losses.initialize(repeating: Losses(), count: labels.count)
  }

  var phases: [Phase] {
    [
      Phase(pieces: chunks, run: encode),
      Phase(pieces: buffers.discriminator == nil ? 0 : 1) { _, _ in updateDiscriminator() },
      Phase(pieces: chunks, run: backward),
      Phase(pieces: buffers.decoder.slices + buffers.encoder.slices) { slice, _ in addUp(slice) },
      Phase(pieces: 2) { piece, _ in updateAutoEncoder(network: piece) },
    ]
  }

  /// The sums of the images' losses, when all phases are done.
  var losses: Losses { labels.indices.reduce(Losses()) { $0 + buffers.losses[$1] } }

  private var chunks: Int { (labels.count + chunkSize - 1) / chunkSize }

  private func images(_ chunk: Int) -> Range<Int> {
    chunk * chunkSize..<min((chunk + 1) * chunkSize, labels.count)
  }

  // MARK: First half

  /// Encodes a chunk; finds the gradients of its logits and, of the discriminator as it is before its
  /// update, the gradients of the weights.
  private func encode(_ chunk: Int, _ thread: Int) {
    let (images, pitch) = (images(chunk), buffers.pitch)
    let outputs = buffers.outputs.floats + images.lowerBound * pitch
    buffers.encoder.network.forward(
      buffers.pixels + images.lowerBound * Model.pixels, count: images.count,
      in: buffers.encoder.workspace(chunk: chunk, thread: thread), into: outputs)
    for image in images {
      let output = buffers.outputs.floats + image * pitch
      let code = buffers.codes.floats + image * pitch
      buffers.losses[image].crossEntropy = Double(
        softmaxCrossEntropy(
          output, targets: buffers.targets.floats + Int(labels[image]) * Model.classes,
          probabilities: code, gradient: buffers.outputGradients.floats + image * pitch,
          batch: labels.count))
      (code + Model.classes).update(from: output + Model.classes, count: buffers.styleSize)
    }
    guard let discriminator = buffers.discriminator else { return }
    let sums = discriminator.clearedSums(chunk: chunk)
    let workspace = discriminator.workspace(chunk: chunk, thread: thread)
    /// Adds the gradient of one style's share of the loss, and returns the loss.
    func discriminate(_ style: Floats, label: UInt8, target: Float) -> Double {
      let logit = discriminator.network.forward(style, label: Int(label), in: workspace)
      let (loss, gradient) = binaryCrossEntropy(logit, target: target)
      discriminator.network.backward(
        gradient / Float(labels.count), style: style, label: Int(label), in: workspace, sums: sums)
      return Double(loss)
    }
    for image in images {
      let fake = buffers.codes.floats + image * pitch + Model.classes
      let real = buffers.noise.floats + image * buffers.styleSize
      buffers.losses[image].discriminatorFake = discriminate(
        fake, label: labels[image], target: Self.fakeTarget)
      buffers.losses[image].discriminatorReal = discriminate(
        real, label: labels[image], target: Self.realTarget)
    }
  }

  /// The discriminator's target for the encoder's styles. Most papers have 0 here and 1 for the
  /// prior's; the original project has it this way round.
  private static let fakeTarget: Float = 1
  /// Its target for styles from the prior.
  private static let realTarget: Float = 0

  private func updateDiscriminator() {
    guard let discriminator = buffers.discriminator else { return }
    for slice in 0..<discriminator.slices { discriminator.addUp(slice: slice, chunks: chunks) }
    // Always with AdamW's own decay: with more the discriminator tells less, and the styles drift
    // from the prior.
    discriminator.update(AdamW(step: number, learningRate: hyperparameters.learningRate))
  }

  // MARK: Second half

  /// Decodes a chunk, and runs decoder, updated discriminator and encoder backward.
  private func backward(_ chunk: Int, _ thread: Int) {
    let (images, pitch) = (images(chunk), buffers.pitch)
    let first = images.lowerBound
    buffers.decoder.network.backward(
      buffers.codes.floats + first * pitch, count: images.count,
      in: buffers.decoder.workspace(chunk: chunk, thread: thread),
      sums: buffers.decoder.clearedSums(chunk: chunk),
      into: buffers.codeGradients.floats + first * pitch
    ) { n, output in
      buffers.losses[first + n].l1 = Double(
        l1Loss(
          output, target: buffers.pixels + (first + n) * Model.pixels, batch: labels.count))
    }
    for image in images {
      // The gradient of the probabilities does not flow into the logits.
      let style = image * pitch + Model.classes
      (buffers.outputGradients.floats + style).update(
        from: buffers.codeGradients.floats + style, count: buffers.styleSize)
    }
    addGeneratorGradients(of: images, chunk, thread)
    buffers.encoder.network.backward(
      buffers.outputGradients.floats + first * pitch, count: images.count,
      in: buffers.encoder.workspace(chunk: chunk, thread: thread),
      sums: buffers.encoder.clearedSums(chunk: chunk))
  }

  /// The generator loss: the encoder's styles should look real to the updated discriminator.
  private func addGeneratorGradients(of images: Range<Int>, _ chunk: Int, _ thread: Int) {
    guard let discriminator = buffers.discriminator else { return }
    let workspace = discriminator.workspace(chunk: chunk, thread: thread)
    for image in images {
      let style = image * buffers.pitch + Model.classes
      let logit = discriminator.network.forward(
        buffers.codes.floats + style, label: Int(labels[image]), in: workspace)
      let (loss, gradient) = binaryCrossEntropy(logit, target: Self.realTarget)
      buffers.losses[image].generator = Double(loss)
      discriminator.network.backward(
        gradient * hyperparameters.generatorFactor / Float(labels.count), in: workspace,
        toStyle: buffers.outputGradients.floats + style)
    }
  }

  /// Adds up a slice of the decoder's or, after those, of the encoder's sums of gradients.
  private func addUp(_ slice: Int) {
    if slice < buffers.decoder.slices {
      buffers.decoder.addUp(slice: slice, chunks: chunks)
    } else {
      buffers.encoder.addUp(slice: slice - buffers.decoder.slices, chunks: chunks)
    }
  }

  private func updateAutoEncoder(network: Int) {
    let optimizer = AdamW(
      step: number, learningRate: hyperparameters.learningRate,
      weightDecay: hyperparameters.weightDecay)
    let decay = hyperparameters.decay(step: number)
    if network == 0 {
      buffers.decoder.update(optimizer, decay: decay)
    } else {
      buffers.encoder.update(optimizer, decay: decay)
    }
  }
}
