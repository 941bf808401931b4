import StyleNet

/// The buffers of one network during training.
struct NetworkMemory: ~Copyable {
  /// Packed weights.
  let weights: Block
  /// Packed sums of gradients: chunks x the network's `gradientCount`.
  let sums: Block
  /// The batch's gradient, and what the optimiser reads and changes: laid out as the parameters.
  let gradient: Block
  let values: Block
  let firstMoments: Block
  let secondMoments: Block
  let average: Block

  init(packed: Int, sums: Int, chunks: Int, parameters: Int) {
    weights = Block(count: packed)
    self.sums = Block(count: sums * chunks)
    gradient = Block(count: parameters)
    values = Block(count: parameters)
    firstMoments = Block(count: parameters)
    secondMoments = Block(count: parameters)
    average = Block(count: parameters)
  }

  func set(_ parameters: OptimizedParameters, average: [Float]?) {
    values.fill(parameters.values)
    firstMoments.fill(parameters.firstMoments)
    secondMoments.fill(parameters.secondMoments)
    if let average { self.average.fill(average) }
  }

  var parameters: OptimizedParameters {
    OptimizedParameters(
      values: values.array, firstMoments: firstMoments.array, secondMoments: secondMoments.array)
  }

  /// The buffers' addresses, for the threads of a step.
  var pointers: NetworkPointers {
    NetworkPointers(
      weights: weights.floats, sums: sums.floats, gradient: gradient.floats,
      values: values.floats, firstMoments: firstMoments.floats,
      secondMoments: secondMoments.floats, average: average.floats, count: values.count)
  }
}

/// The addresses of a `NetworkMemory`'s buffers.
struct NetworkPointers {
  let weights: UnsafeMutablePointer<Float>
  let sums: UnsafeMutablePointer<Float>
  let gradient: UnsafeMutablePointer<Float>
  let values: UnsafeMutablePointer<Float>
  let firstMoments: UnsafeMutablePointer<Float>
  let secondMoments: UnsafeMutablePointer<Float>
  let average: UnsafeMutablePointer<Float>
  /// Parameters.
  let count: Int
}

extension Block {
  fileprivate func fill(_ values: [Float]) {
    precondition(values.count == count)
    for (i, value) in values.enumerated() { floats[i] = value }
  }

  var array: [Float] { Array(UnsafeBufferPointer(start: floats, count: count)) }
}

/// All buffers of a learner, allocated once.
struct Memory: ~Copyable {
  let encoder: NetworkMemory
  let decoder: NetworkMemory
  let discriminator: NetworkMemory
  /// What the encoder keeps of each chunk between forward and backward: chunks x its `cacheCount`.
  let caches: Block
  /// Each chunk's logits and styles: chunks x 8 x pitch.
  let outputs: Block
  /// The gradients of `outputs`.
  let outputGradients: Block
  /// Each chunk's probabilities and styles: chunks x 8 x pitch.
  let codes: Block
  /// Each image's losses, in the order of `Losses`: 5 a row.
  let losses: Block
  /// Scratch, a part for each thread.
  let scratch: Block

  init(
    _ encoderPass: EncoderPass, _ decoderPass: DecoderPass, _ discriminatorPass: Discriminator,
    chunks: Int, lanes: Int
  ) {
    let size = encoderPass.styleSize
    encoder = NetworkMemory(
      packed: encoderPass.packedCount, sums: encoderPass.gradientCount, chunks: chunks,
      parameters: Encoder.layout(styleSize: size).count)
    decoder = NetworkMemory(
      packed: decoderPass.packedCount, sums: decoderPass.gradientCount, chunks: chunks,
      parameters: Decoder.layout(styleSize: size).count)
    discriminator = NetworkMemory(
      packed: discriminatorPass.packedCount, sums: discriminatorPass.gradientCount,
      chunks: chunks, parameters: Discriminator.layout(styleSize: size).count)
    caches = Block(count: encoderPass.cacheCount * chunks)
    let rows = chunkSize * encoderPass.outputPitch * chunks
    outputs = Block(count: rows)
    outputGradients = Block(count: rows)
    codes = Block(count: rows)
    losses = Block(count: 5 * chunkSize * chunks)
    scratch = Block(count: Self.scratchCount(encoderPass, decoderPass, discriminatorPass) * lanes)
  }

  static func scratchCount(
    _ encoder: EncoderPass, _ decoder: DecoderPass, _ discriminator: Discriminator
  ) -> Int {
    encoder.scratchCount + decoder.scratchCount + discriminator.scratchCount
      + chunkSize * decoder.codePitch + chunkSize
  }

  /// The buffers' addresses, for the threads of a step.
  var pointers: MemoryPointers {
    MemoryPointers(
      encoder: encoder.pointers, decoder: decoder.pointers, discriminator: discriminator.pointers,
      caches: caches.floats, outputs: outputs.floats, outputGradients: outputGradients.floats,
      codes: codes.floats, losses: losses.floats, scratch: scratch.floats)
  }
}

/// The addresses of a `Memory`'s buffers.
struct MemoryPointers {
  let encoder: NetworkPointers
  let decoder: NetworkPointers
  let discriminator: NetworkPointers
  let caches: UnsafeMutablePointer<Float>
  let outputs: UnsafeMutablePointer<Float>
  let outputGradients: UnsafeMutablePointer<Float>
  let codes: UnsafeMutablePointer<Float>
  let losses: UnsafeMutablePointer<Float>
  let scratch: UnsafeMutablePointer<Float>
}
