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
  /// One for each chunk, or for each slot if there are more chunks.
  private let sums: Block
  /// One for each chunk, or for each thread if there are more chunks than slots.
  private let caches: Block
  /// One for each thread.
  private let scratch: Block

  /// How the chunks of a batch share the buffers.
  private let slots: ChunkSlots

  /// - Parameter slots: for the largest number of chunks a batch has.
  init(_ network: N, state: OptimizedParameters, slots: ChunkSlots, threads: Int) {
    self.network = network
    self.slots = slots
    values = Block(state.values)
    firstMoments = Block(state.firstMoments)
    secondMoments = Block(state.secondMoments)
    average = Block(state.average ?? [])
    gradient = Block(count: network.plan.layout.count)
    weights = Block(count: network.plan.weights.count)
    sums = Block(count: network.plan.sums.count * slots.count)
    caches = Block(count: network.plan.cache.count * (slots.keepsCaches ? slots.count : threads))
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
      weights: weights.floats,
      cache: caches.floats + (slots.keepsCaches ? chunk : thread) * network.plan.cache.count,
      scratch: scratch.floats + thread * network.plan.scratch.count)
  }

  /// The chunk's sums of gradients, set to zero.
  func clearedSums(chunk: Int) -> Floats {
    let start = sums.floats + slots.slot(chunk) * network.plan.sums.count
    start.update(repeating: 0, count: network.plan.sums.count)
    return start
  }

  // MARK: The end of a step

  /// How many floats of the chunks' sums are added up at a time.
  private static var sliceCount: Int { 4096 }

  /// The slices that `addUp` takes the sums in.
  var slices: Int { (network.plan.sums.count + Self.sliceCount - 1) / Self.sliceCount }

  /// Adds up a slice of the sums in the first slots, in their order, into the first.
  func addUp(slice: Int, slots: Int) {
    let start = slice * Self.sliceCount
    addChunks(
      sums.floats + start, chunks: slots, pitch: network.plan.sums.count,
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

/// Where the sums of gradients of a batch's chunks are while they are added up.
///
/// A large batch has few slots for many chunks, so that its memory has a bound. Its chunks come in
/// waves: the first slot holds the sum of the waves before, so that all chunks are added in their
/// order, however many slots there are. What a chunk's `forward` keeps for its `backward` would take as
/// much memory; such a batch goes forward twice instead.
struct ChunkSlots {
  static let usualCount = 65

  /// Of the largest batch.
  private let chunks: Int
  let count: Int

  /// - Parameter most: the most slots there may be, at least 2.
  init(chunks: Int, most: Int = usualCount) {
    precondition(most >= 2)
    self.chunks = chunks
    count = min(chunks, most)
  }

  /// Whether every chunk has a cache of its own.
  var keepsCaches: Bool { count == chunks }

  func slot(_ chunk: Int) -> Int { chunk == 0 ? 0 : 1 + (chunk - 1) % max(1, count - 1) }

  /// How many slots hold sums when the chunks of a wave, and all before, are done.
  func filled(after wave: Range<Int>) -> Int { slot(wave.upperBound - 1) + 1 }

  /// The first chunks of a batch, wave by wave.
  func waves(_ chunks: Int) -> [Range<Int>] {
    let ends = Array(stride(from: count, to: chunks, by: max(1, count - 1))) + [chunks]
    return zip([0] + ends, ends).map { $0..<$1 }
  }
}

extension Block {
  init(_ values: [Float]) {
    self.init(count: values.count)
    for (i, value) in values.enumerated() { floats[i] = value }
  }

  var array: [Float] { Array(UnsafeBufferPointer(start: floats, count: count)) }
}
