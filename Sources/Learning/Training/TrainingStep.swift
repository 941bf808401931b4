import StyleNet

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

  private let learner: Learner
  private let labels: [UInt8]
  private let distortions: [AffineMap]
  private let hyperparameters: Learner.Hyperparameters
  /// Counted from 1, over all steps of the optimisers.
  private let number: Int

  init(
    _ number: Int, on batch: Learner.Batch, _ hyperparameters: Learner.Hyperparameters,
    of learner: Learner
  ) {
    self.learner = learner
    self.hyperparameters = hyperparameters
    self.number = number
    labels = batch.labels
    distortions = batch.distortions
    learner.pixels.update(from: batch.pixels, count: batch.pixels.count)
    learner.priorStyles.floats.update(from: batch.priorStyles, count: batch.priorStyles.count)
    if batch.styleNoise.isEmpty {
      learner.styleNoise.floats.update(repeating: 0, count: labels.count * learner.styleSize)
    } else {
      learner.styleNoise.floats.update(from: batch.styleNoise, count: batch.styleNoise.count)
    }
  }

  var phases: [Phase] {
    let waves = learner.slots.waves(chunks).map { wave in
      [
        Phase(pieces: wave.count) { piece, thread in backward(wave.lowerBound + piece, thread) },
        Phase(pieces: learner.decoder.slices + learner.encoder.slices) { slice, _ in
          addUp(slice, slots: learner.slots.filled(after: wave))
        },
      ]
    }
    return [
      Phase(pieces: chunks, run: encode),
      Phase(pieces: learner.discriminator == nil ? 0 : 1) { _, _ in updateDiscriminator() },
      Phase(pieces: learner.marginals == nil ? 0 : Model.classes) { digit, _ in count(digit) },
    ] + waves.joined() + [
      Phase(pieces: 2) { piece, _ in
        piece == 0 ? update(learner.decoder) : update(learner.encoder)
      }
    ]
  }

  /// The sums of the images' losses, when all phases are done.
  var losses: Losses {
    var sums = Losses()
    for loss in Loss.allCases where !loss.isAdversarial || learner.discriminator != nil {
      sums[loss] = labels.indices.reduce(0.0) { $0 + learner.losses[place(of: loss, $1)] }
    }
    return sums
  }

  private func record(_ loss: Loss, _ value: Float, of image: Int) {
    learner.losses[place(of: loss, image)] = Double(value)
  }

  private func place(of loss: Loss, _ image: Int) -> Int { image * Loss.count + loss.rawValue }

  private var chunks: Int { (labels.count + chunkSize - 1) / chunkSize }

  private func images(_ chunk: Int) -> Range<Int> {
    chunk * chunkSize..<min((chunk + 1) * chunkSize, labels.count)
  }

  // MARK: First half

  /// Encodes a chunk; finds the gradients of its logits and, of the discriminator as it is before its
  /// update, the gradients of the weights.
  private func encode(_ chunk: Int, _ thread: Int) {
    let (images, pitch) = (images(chunk), learner.pitch)
    if !distortions.isEmpty {
      for image in images { distortions[image].apply(to: learner.pixels + image * Model.pixels) }
    }
    forward(images, chunk, thread)
    for image in images {
      let output = learner.outputs.floats + image * pitch
      let code = learner.codes.floats + image * pitch
      let loss = softmaxCrossEntropy(
        output, targets: learner.targets.floats + Int(labels[image]) * Model.classes,
        probabilities: code, gradient: learner.outputGradients.floats + image * pitch,
        batch: labels.count)
      record(.crossEntropy, loss, of: image)
      for s in 0..<learner.styleSize {
        code[Model.classes + s] =
          output[Model.classes + s] + learner.styleNoise.floats[image * learner.styleSize + s]
      }
      learner.marginals?.project(style(image), of: image)
    }
    guard let discriminator = learner.discriminator else { return }
    let sums = discriminator.clearedSums(chunk: chunk)
    let workspace = discriminator.workspace(chunk: chunk, thread: thread)
    /// Adds the gradient of one style's share of the loss, and returns the loss.
    func discriminate(_ style: Floats, label: UInt8, target: Float) -> Float {
      let logit = discriminator.network.forward(style, label: Int(label), in: workspace)
      let (loss, gradient) = binaryCrossEntropy(logit, target: target)
      discriminator.network.backward(
        gradient / Float(labels.count), style: style, label: Int(label), in: workspace, sums: sums)
      return loss
    }
    for image in images {
      let real = learner.priorStyles.floats + image * learner.styleSize
      record(
        .discriminatorFake,
        discriminate(style(image), label: labels[image], target: Self.fakeTarget), of: image)
      record(
        .discriminatorReal,
        discriminate(real, label: labels[image], target: Self.realTarget), of: image)
    }
  }

  /// What the encoder makes of an image, without the noise that the decoder sees.
  private func style(_ image: Int) -> Floats {
    learner.outputs.floats + image * learner.pitch + Model.classes
  }

  /// Adds the styles of the batch's images of a digit to those that the marginals have seen.
  private func count(_ digit: Int) {
    learner.marginals?.count(labels.indices.filter { labels[$0] == digit }, digit: digit)
  }

  /// Encodes a chunk, no more.
  private func forward(_ images: Range<Int>, _ chunk: Int, _ thread: Int) {
    let outputs = learner.outputs.floats + images.lowerBound * learner.pitch
    learner.encoder.network.forward(
      learner.pixels + images.lowerBound * Model.pixels, count: images.count,
      in: learner.encoder.workspace(chunk: chunk, thread: thread), into: outputs)
  }

  /// The discriminator's target for the encoder's styles. Most papers have 0 here and 1 for the
  /// prior's; the original project has it this way round.
  private static let fakeTarget: Float = 1
  /// Its target for styles from the prior.
  private static let realTarget: Float = 0

  private func updateDiscriminator() {
    guard let discriminator = learner.discriminator else { return }
    for slice in 0..<discriminator.slices { discriminator.addUp(slice: slice, slots: chunks) }
    // Always with AdamW's own decay: with more the discriminator tells less, and the styles drift
    // from the prior.
    discriminator.update(AdamW(step: number, learningRate: hyperparameters.learningRate))
  }

  // MARK: Second half

  /// Decodes a chunk, and runs decoder, updated discriminator and encoder backward.
  private func backward(_ chunk: Int, _ thread: Int) {
    let (images, pitch) = (images(chunk), learner.pitch)
    let first = images.lowerBound
    learner.decoder.network.forwardAndBackward(
      learner.codes.floats + first * pitch, count: images.count,
      in: learner.decoder.workspace(chunk: chunk, thread: thread),
      sums: learner.decoder.clearedSums(chunk: chunk),
      into: learner.codeGradients.floats + first * pitch
    ) { n, output in
      let image = first + n
      let loss = l1Loss(
        output, target: learner.pixels + image * Model.pixels, batch: labels.count)
      record(.l1, loss, of: image)
    }
    for image in images {
      // The gradient of the probabilities does not flow into the logits.
      let style = image * pitch + Model.classes
      (learner.outputGradients.floats + style).update(
        from: learner.codeGradients.floats + style, count: learner.styleSize)
    }
    addGeneratorGradients(of: images, chunk, thread)
    if let marginals = learner.marginals {
      let factor = hyperparameters.marginalFactor / Float(labels.count)
      for image in images {
        marginals.addGradient(
          factor, of: image, digit: Int(labels[image]),
          to: learner.outputGradients.floats + image * pitch + Model.classes)
      }
    }
    if !learner.slots.keepsCaches { forward(images, chunk, thread) }
    learner.encoder.network.backward(
      learner.outputGradients.floats + first * pitch, count: images.count,
      in: learner.encoder.workspace(chunk: chunk, thread: thread),
      sums: learner.encoder.clearedSums(chunk: chunk))
  }

  /// The generator loss: the encoder's styles should look real to the updated discriminator.
  private func addGeneratorGradients(of images: Range<Int>, _ chunk: Int, _ thread: Int) {
    guard let discriminator = learner.discriminator else { return }
    let workspace = discriminator.workspace(chunk: chunk, thread: thread)
    for image in images {
      let logit = discriminator.network.forward(
        style(image), label: Int(labels[image]), in: workspace)
      let (loss, gradient) = binaryCrossEntropy(logit, target: Self.realTarget)
      record(.generator, loss, of: image)
      discriminator.network.backward(
        gradient * hyperparameters.generatorFactor / Float(labels.count), in: workspace,
        toStyle: learner.outputGradients.floats + image * learner.pitch + Model.classes)
    }
  }

  /// Adds up a slice of the decoder's or, after those, of the encoder's sums of gradients.
  private func addUp(_ slice: Int, slots: Int) {
    if slice < learner.decoder.slices {
      learner.decoder.addUp(slice: slice, slots: slots)
    } else {
      learner.encoder.addUp(slice: slice - learner.decoder.slices, slots: slots)
    }
  }

  /// Updates the encoder or the decoder.
  private func update(_ network: TrainedNetwork<some Network>) {
    let optimizer = AdamW(
      step: number, learningRate: hyperparameters.learningRate,
      weightDecay: hyperparameters.weightDecay)
    network.update(optimizer, decay: hyperparameters.decay(step: number))
  }
}
