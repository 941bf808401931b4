import Glibc
import StyleNet

/// One optimiser step, cut into pieces for several threads: two halves that run chunk by chunk, each
/// followed by the update of what it found the gradients for.
///
/// Unchecked: pieces of a phase write to different parts of the shared buffers, and a lane only to
/// its own scratch; what they read, no piece of the same phase writes.
struct StepPass: @unchecked Sendable {
  let encoder: EncoderPass
  let decoder: DecoderPass
  let discriminator: Discriminator
  let adversarial: Bool
  let memory: MemoryPointers
  let batch: Int
  let pixels: UnsafePointer<UInt8>
  let labels: UnsafePointer<UInt8>
  let noise: UnsafePointer<Float>?
  let generatorFactor: Float
  /// Of encoder and decoder.
  let optimizer: AdamW
  /// Which step of the optimisers it is, counted from 1.
  let step: Int
  let learningRate: Float
  /// Of the exponential average of the parameters; nil if there is none.
  let averageDecay: Float?

  /// The parts of a step, in their order: a phase begins when the one before is done.
  enum Phase: CaseIterable {
    /// A piece is a chunk.
    case encode
    case updateDiscriminator
    /// A piece is a chunk.
    case learn
    /// A piece is a slice of the gradients.
    case addUp
    /// A piece is a network.
    case updateAutoEncoder
  }

  /// How many pieces a phase has, which threads may run at once.
  func pieces(of phase: Phase) -> Int {
    switch phase {
    case .encode, .learn: chunks
    case .updateDiscriminator: adversarial ? 1 : 0
    case .addUp: slices
    case .updateAutoEncoder: 2
    }
  }

  /// - Parameter lane: which thread runs it.
  func run(_ phase: Phase, piece: Int, lane: Int) {
    switch phase {
    case .encode: encode(piece, lane)
    case .updateDiscriminator: updateDiscriminator()
    case .learn: learn(piece, lane)
    case .addUp: addUp(slice: piece)
    case .updateAutoEncoder: piece == 0 ? updateDecoder() : updateEncoder()
    }
  }

  var chunks: Int { (batch + chunkSize - 1) / chunkSize }

  private var styleSize: Int { encoder.styleSize }
  private var pitch: Int { encoder.outputPitch }

  private func size(_ chunk: Int) -> Int { min(chunkSize, batch - chunk * chunkSize) }

  /// The lane's scratch: the networks' own, a chunk's code gradients, a chunk's losses.
  private func scratch(_ lane: Int) -> (
    encoder: UnsafeMutablePointer<Float>, decoder: UnsafeMutablePointer<Float>,
    discriminator: UnsafeMutablePointer<Float>, codeGradients: UnsafeMutablePointer<Float>,
    losses: UnsafeMutablePointer<Float>
  ) {
    let start = memory.scratch + lane * Memory.scratchCount(encoder, decoder, discriminator)
    let decoderStart = start + encoder.scratchCount
    let discriminatorStart = decoderStart + decoder.scratchCount
    let codeGradients = discriminatorStart + discriminator.scratchCount
    return (
      start, decoderStart, discriminatorStart, codeGradients,
      codeGradients + chunkSize * decoder.codePitch
    )
  }

  /// Encodes a chunk; finds its classification loss and, of the discriminator as it is before its
  /// step, losses and gradients.
  func encode(_ chunk: Int, _ lane: Int) {
    let (size, first, work) = (size(chunk), chunk * chunkSize, scratch(lane))
    let outputs = memory.outputs + first * pitch
    encoder.forward(
      pixels + first * Model.pixels, count: size, weights: memory.encoder.weights,
      cache: memory.caches + chunk * encoder.cacheCount, scratch: work.encoder, outputs: outputs)
    let sums = memory.discriminator.sums + chunk * discriminator.gradientCount
    sums.update(repeating: 0, count: discriminator.gradientCount)
    for n in 0..<chunkSize {
      let row = outputs + n * pitch
      let code = memory.codes + (first + n) * pitch
      let gradient = memory.outputGradients + (first + n) * pitch
      guard n < size else {
        code.update(repeating: 0, count: pitch)
        gradient.update(repeating: 0, count: pitch)
        continue
      }
      let losses = memory.losses + (first + n) * 5
      let label = Int(labels[first + n])
      losses[1] = classify(row, label, code, gradient)
      let style = code + Model.classes
      for s in 0..<styleSize { style[s] = row[Model.classes + s] }
      guard adversarial, let noise else { continue }
      losses[3] = discriminate(style, label, target: 1, work.discriminator, sums)
      let real = UnsafeMutablePointer(mutating: noise + (first + n) * styleSize)
      losses[4] = discriminate(real, label, target: 0, work.discriminator, sums)
    }
  }

  /// Softmax and cross-entropy: fills the probabilities and the gradient of the logits.
  private func classify(
    _ logits: UnsafeMutablePointer<Float>, _ label: Int,
    _ probabilities: UnsafeMutablePointer<Float>, _ gradient: UnsafeMutablePointer<Float>
  ) -> Float {
    var largest = logits[0]
    for k in 1..<Model.classes { largest = max(largest, logits[k]) }
    var total: Float = 0
    for k in 0..<Model.classes {
      probabilities[k] = expf(logits[k] - largest)
      total += probabilities[k]
    }
    for k in 0..<Model.classes {
      probabilities[k] /= total
      gradient[k] = (probabilities[k] - (k == label ? 1 : 0)) / Float(batch)
    }
    return logf(total) + largest - logits[label]
  }

  /// Adds the gradient of one style's share of the discriminator's loss, and returns its loss.
  private func discriminate(
    _ style: UnsafeMutablePointer<Float>, _ label: Int, target: Float,
    _ scratch: UnsafeMutablePointer<Float>, _ sums: UnsafeMutablePointer<Float>
  ) -> Float {
    let logit = discriminator.forward(
      style, label: label, weights: memory.discriminator.weights, scratch: scratch)
    let (loss, gradient) = binaryCrossEntropy(logit, target: target)
    discriminator.addWeightGradient(
      style, label: label, logitGradient: gradient / Float(batch),
      weights: memory.discriminator.weights, scratch: scratch, sums: sums)
    return loss
  }

  /// Decodes a chunk, and runs decoder, updated discriminator and encoder backward.
  func learn(_ chunk: Int, _ lane: Int) {
    let (size, first, work) = (size(chunk), chunk * chunkSize, scratch(lane))
    let decoderSums = memory.decoder.sums + chunk * decoder.gradientCount
    decoderSums.update(repeating: 0, count: decoder.gradientCount)
    decoder.learn(
      memory.codes + first * pitch, count: size, targets: pixels + first * Model.pixels,
      batch: batch, weights: memory.decoder.weights, scratch: work.decoder, sums: decoderSums,
      losses: work.losses, codeGradients: work.codeGradients)
    for n in 0..<size {
      let losses = memory.losses + (first + n) * 5
      losses[0] = work.losses[n] / Float(Model.pixels)
      let target = memory.outputGradients + (first + n) * pitch + Model.classes
      let source = work.codeGradients + n * pitch + Model.classes
      for s in 0..<styleSize { target[s] = source[s] }
      guard adversarial else { continue }
      let style = memory.codes + (first + n) * pitch + Model.classes
      let logit = discriminator.forward(
        style, label: Int(labels[first + n]), weights: memory.discriminator.weights,
        scratch: work.discriminator)
      let (loss, gradient) = binaryCrossEntropy(logit, target: 0)
      losses[2] = loss
      discriminator.addStyleGradient(
        to: target, logitGradient: gradient * generatorFactor / Float(batch),
        weights: memory.discriminator.weights, scratch: work.discriminator)
    }
    let encoderSums = memory.encoder.sums + chunk * encoder.gradientCount
    encoderSums.update(repeating: 0, count: encoder.gradientCount)
    encoder.backward(
      memory.outputGradients + first * pitch, count: size, weights: memory.encoder.weights,
      cache: memory.caches + chunk * encoder.cacheCount, scratch: work.encoder, sums: encoderSums)
  }

  /// The sums of the batch's losses, after both halves.
  func losses() -> Losses {
    var sums = [Double](repeating: 0, count: 5)
    for n in 0..<batch {
      for k in 0..<5 { sums[k] += Double(memory.losses[n * 5 + k]) }
    }
    return Losses(
      l1: sums[0], crossEntropy: sums[1], generator: adversarial ? sums[2] : nil,
      discriminatorFake: adversarial ? sums[3] : nil,
      discriminatorReal: adversarial ? sums[4] : nil)
  }
}

/// Binary cross-entropy of a logit x and its gradient: max(x, 0) - x·target + log(1 + exp(-|x|)).
func binaryCrossEntropy(_ logit: Float, target: Float) -> (loss: Float, gradient: Float) {
  let decay = expf(-abs(logit))
  let loss = max(logit, 0) - logit * target + log1pf(decay)
  let sigmoid = logit >= 0 ? 1 / (1 + decay) : decay / (1 + decay)
  return (loss, sigmoid - target)
}
