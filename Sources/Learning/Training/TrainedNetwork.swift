import StyleNet

/// A network and its buffers during training, allocated once.
final class TrainedNetwork<N: Network> {
  let network: N
  /// Laid out as the network's parameters, like the four blocks that follow.
  private let values: Block
  private let firstMoments: Block
  private let secondMoments: Block
  /// The exponential average of the values; empty if none is kept.
  private let average: Block
  /// The gradient of a whole batch.
  let gradient: Block
  /// The values, packed.
  private let weights: Block
  /// One for each chunk.
  private let sums, caches: Block
  /// One for each thread.
  private let scratch: Block

  /// - Parameter chunks: the largest number of chunks a batch has.
  init(_ network: N, state: OptimizedParameters, chunks: Int, threads: Int) {
    self.network = network
    values = Block(state.values)
    firstMoments = Block(state.firstMoments)
    secondMoments = Block(state.secondMoments)
    average = Block(state.average ?? [])
    gradient = Block(count: network.plan.layout.count)
    weights = Block(count: network.plan.weights.count)
    sums = Block(count: network.plan.sums.count * chunks)
    caches = Block(count: network.plan.cache.count * chunks)
    scratch = Block(count: network.plan.scratch.count * threads)
    precondition(values.count == gradient.count)
    network.plan.pack(values.floats, into: weights.floats)
  }

  var state: OptimizedParameters {
    OptimizedParameters(
      values: values.array, firstMoments: firstMoments.array, secondMoments: secondMoments.array,
      average: average.count > 0 ? average.array : nil)
  }

  /// What the network works in when a thread takes a chunk forward and backward.
  func workspace(chunk: Int, thread: Int) -> Workspace {
    Workspace(
      weights: weights.floats, cache: caches.floats + chunk * network.plan.cache.count,
      scratch: scratch.floats + thread * network.plan.scratch.count)
  }

  /// The chunk's sums of gradients, set to zero.
  func clearedSums(chunk: Int) -> Floats {
    let start = sums.floats + chunk * network.plan.sums.count
    start.update(repeating: 0, count: network.plan.sums.count)
    return start
  }

  // MARK: The end of a step

  /// How many floats of the chunks' sums are added up at a time.
  private static var sliceCount: Int { 4096 }

  /// The slices that `addUp` takes the sums in.
  var slices: Int { (network.plan.sums.count + Self.sliceCount - 1) / Self.sliceCount }

  /// Adds up a slice of the first chunks' sums, in the order of the chunks.
  func addUp(slice: Int, chunks: Int) {
    let start = slice * Self.sliceCount
    addChunks(
      sums.floats + start, chunks: chunks, pitch: network.plan.sums.count,
      count: min(Self.sliceCount, network.plan.sums.count - start))
  }

  /// Takes the optimiser's step with the gradients that `addUp` has added up.
  ///
  /// - Parameter decay: of the average, if one is kept.
  func update(_ optimizer: AdamW, decay: Float = 0) {
    network.plan.unpack(sums.floats, into: gradient.floats)
    optimizer.update(
      values.floats, firstMoments: firstMoments.floats, secondMoments: secondMoments.floats,
      gradient: gradient.floats, count: values.count)
    moveAverage(average.floats, towards: values.floats, count: average.count, decay: decay)
    network.plan.pack(values.floats, into: weights.floats)
  }
}

extension Block {
  init(_ values: [Float]) {
    self.init(count: values.count)
    for (i, value) in values.enumerated() { floats[i] = value }
  }

  var array: [Float] { Array(UnsafeBufferPointer(start: floats, count: count)) }
}
