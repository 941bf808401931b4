import StyleNet

extension StepPass {
  /// How many floats of the chunks' sums are added up at a time.
  private static let sliceCount = 4096

  private func slices(_ count: Int) -> Int { (count + Self.sliceCount - 1) / Self.sliceCount }

  /// The slices of both networks of the auto-encoder.
  var slices: Int { slices(decoder.gradientCount) + slices(encoder.gradientCount) }

  /// Adds up a slice of the decoder's or, after those, of the encoder's sums of gradients.
  func addUp(slice: Int) {
    let decoderSlices = slices(decoder.gradientCount)
    if slice < decoderSlices {
      addUp(memory.decoder.sums, decoder.gradientCount, slice)
    } else {
      addUp(memory.encoder.sums, encoder.gradientCount, slice - decoderSlices)
    }
  }

  private func addUp(_ sums: UnsafeMutablePointer<Float>, _ count: Int, _ slice: Int) {
    let start = slice * Self.sliceCount
    addChunks(
      sums + start, chunks: chunks, pitch: count, count: min(Self.sliceCount, count - start))
  }

  func updateDiscriminator() {
    let network = memory.discriminator
    let count = discriminator.gradientCount
    addChunks(network.sums, chunks: chunks, pitch: count, count: count)
    discriminator.unpack(network.sums, into: network.gradient)
    update(network, AdamW())
    discriminator.pack(network.values, into: network.weights)
  }

  func updateDecoder() {
    decoder.unpack(memory.decoder.sums, into: memory.decoder.gradient)
    update(memory.decoder, optimizer)
    average(memory.decoder)
    decoder.pack(memory.decoder.values, into: memory.decoder.weights)
  }

  func updateEncoder() {
    encoder.unpack(memory.encoder.sums, into: memory.encoder.gradient)
    update(memory.encoder, optimizer)
    average(memory.encoder)
    encoder.pack(memory.encoder.values, into: memory.encoder.weights)
  }

  private func update(_ network: NetworkPointers, _ optimizer: AdamW) {
    optimizer.update(
      network.values, firstMoments: network.firstMoments, secondMoments: network.secondMoments,
      gradient: network.gradient, count: network.count, step: step,
      learningRate: learningRate)
  }

  private func average(_ network: NetworkPointers) {
    guard let averageDecay else { return }
    moveAverage(
      network.average, towards: network.values, count: network.count, decay: averageDecay)
  }
}
