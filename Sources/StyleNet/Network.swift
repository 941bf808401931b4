/// How many images a network works on at once.
///
/// The weights of a linear layer are read once for that many images, and a training step sums
/// gradients over that many before it adds those sums up.
package let chunkSize = 8

/// The arithmetic of one of the three networks, for up to eight images (a chunk) at a time.
///
/// A network owns no memory. It runs a chunk through its layers (`forward`) and adds the gradients of
/// its weights to sums (`backward`). Activations are kept pixel by pixel, channels innermost.
package protocol Network: Sendable {
  /// Its tensors, how much memory it needs and how its parameters are packed.
  var plan: NetworkPlan { get }
}

/// A layer that has parameters. It knows where they stand in the blocks of its network.
protocol Layer: Sendable {
  /// Arranges its parameters for the kernels.
  func pack(_ parameters: UnsafePointer<Float>, into weights: Floats)

  /// Arranges its sums of gradients as its parameters are: the adjoint of `pack`.
  func unpack(_ sums: Floats, into gradient: Floats)
}

/// Where a layer's parts start in the blocks of its network.
struct LayerPlace {
  /// Its tensors, in parameters and in gradients.
  let weight, bias: Int
  /// Its share of packed weights, of sums of gradients and of scratch.
  let packed, sums, scratch: Int
}

/// What a network needs, put together layer by layer.
package struct NetworkPlan: Sendable {
  private struct Packing {
    let pack: @Sendable (UnsafePointer<Float>, Floats) -> Void
    let unpack: @Sendable (Floats, Floats) -> Void
  }

  /// The tensors of its parameters.
  package private(set) var layout = ParameterLayout()
  /// How many floats the buffers hold: `weights` are packed parameters, `sums` those of gradients in
  /// an order of their own, `cache` is what a chunk's `forward` keeps for its `backward`, and
  /// `scratch` holds intermediate values.
  package internal(set) var weights, sums, cache, scratch: Allotment
  private var layers: [Packing] = []

  init() { (weights, sums, cache, scratch) = (Allotment(), Allotment(), Allotment(), Allotment()) }

  /// Appends a layer's tensors and makes room for as many floats of its own as are given.
  mutating func place(
    _ name: StaticString, _ tensors: LayerTensors, packed: Int, sums gradientCount: Int,
    scratch scratchCount: Int = 0
  ) -> LayerPlace {
    let first = layout.append(name, tensors)
    return LayerPlace(
      weight: first.offset, bias: first.offset + first.count, packed: weights.reserve(packed),
      sums: sums.reserve(gradientCount), scratch: scratch.reserve(scratchCount))
  }

  /// Appends a layer that has been placed.
  mutating func append(_ layer: some Layer) {
    layers.append(Packing(pack: layer.pack, unpack: layer.unpack))
  }

  /// Arranges parameters, laid out as `layout` says, for the kernels.
  ///
  /// - Parameter weights: zero before they are first packed.
  package func pack(_ parameters: UnsafePointer<Float>, into weights: Floats) {
    for layer in layers { layer.pack(parameters, weights) }
  }

  /// Arranges sums of gradients as the parameters are.
  package func unpack(_ sums: Floats, into gradient: Floats) {
    for layer in layers { layer.unpack(sums, gradient) }
  }
}

/// The buffers that a network works in, each as large as its plan says.
package struct Workspace {
  /// From `pack`. They are only read, so that threads may share them.
  let weights: Floats
  /// Zero when first used, since borders of zeros are never written. One for each chunk that is
  /// between forward and backward.
  let cache: Floats
  /// Zero when first used. One for each thread.
  let scratch: Floats

  package init(weights: Floats, cache: Floats, scratch: Floats) {
    self.weights = weights
    self.cache = cache
    self.scratch = scratch
  }
}

extension Network {
  /// The packed weights of a parameter block.
  func packed(_ parameters: [Float]) -> [Float] {
    precondition(parameters.count == plan.layout.count)
    var weights = [Float](repeating: 0, count: plan.weights.count)
    plan.pack(parameters, into: &weights)
    return weights
  }

  /// Calls `body` for each chunk of `count` images with a workspace and with 8 rows of `pitch` floats.
  func forEachChunk(
    of count: Int, _ weights: [Float], pitch: Int,
    _ body: (_ images: Range<Int>, _ workspace: Workspace, _ rows: Floats) -> Void
  ) {
    let cache = Block(count: plan.cache.count)
    let scratch = Block(count: plan.scratch.count)
    let rows = Block(count: chunkSize * pitch)
    weights.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      let workspace = Workspace(
        weights: Floats(mutating: weights), cache: cache.floats, scratch: scratch.floats)
      for first in stride(from: 0, to: count, by: chunkSize) {
        body(first..<min(first + chunkSize, count), workspace, rows.floats)
      }
    }
  }
}

// MARK: Memory

/// A block of floats, zero at first, owned by whoever allocated it.
package struct Block: ~Copyable {
  package let floats: Floats
  package let count: Int

  package init(count: Int) {
    self.count = count
    // Whole cache lines, and room for a vector read past the end.
    let bytes = (count + 16) * MemoryLayout<Float>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    floats = raw.initializeMemory(as: Float.self, repeating: 0, count: count + 16)
  }

  deinit { floats.deallocate() }
}

/// Hands out consecutive regions of a block: offsets while a layout is planned.
package struct Allotment: Sendable {
  /// The floats of all regions so far.
  package private(set) var count = 0

  /// The offset of a new region of `size` floats, on a cache line's border.
  mutating func reserve(_ size: Int) -> Int {
    defer { count += (size + 15) / 16 * 16 }
    return count
  }
}
