/// How many images a network works on at once.
///
/// The weights of a linear layer are read once for that many images, and a training step sums
/// gradients over that many before it adds those sums up.
package let chunkSize = 8

/// The arithmetic of one of the three networks, for up to eight images (a chunk) at a time.
///
/// A network owns no memory. It says how much it needs, arranges parameters for the kernels
/// (`pack`), runs a chunk through its layers (`forward`), adds the gradients of its weights to sums
/// in the packed order (`backward`) and arranges such sums as the parameters are (`unpack`).
/// Activations are kept pixel by pixel, channels innermost.
package protocol Network: Sendable {
  var counts: BufferCounts { get }

  /// Arranges parameters, laid out as the network's `ParameterLayout` says, for the kernels.
  ///
  /// - Parameter weights: zero before they are first packed.
  func pack(_ parameters: UnsafePointer<Float>, into weights: Floats)

  /// Arranges a sum of gradients as the parameters are.
  func unpack(_ sums: Floats, into gradient: Floats)
}

/// How many floats the buffers of a network hold.
package struct BufferCounts: Sendable {
  /// `weights` are packed, and `sums` of gradients are in the same order. `cache` is what a chunk's
  /// `forward` keeps for its `backward`, `scratch` holds intermediate values.
  package let parameters, weights, cache, scratch, sums: Int
}

/// The buffers that a network works in, each as large as its `BufferCounts` say.
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
    precondition(parameters.count == counts.parameters)
    var weights = [Float](repeating: 0, count: counts.weights)
    pack(parameters, into: &weights)
    return weights
  }

  /// Calls `body` for each chunk of `count` images with a workspace and with 8 rows of `pitch` floats.
  func forEachChunk(
    of count: Int, _ weights: [Float], pitch: Int,
    _ body: (_ images: Range<Int>, _ workspace: Workspace, _ rows: Floats) -> Void
  ) {
    let cache = Block(count: counts.cache)
    let scratch = Block(count: counts.scratch)
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
struct Allotment {
  /// The floats of all regions so far.
  private(set) var count = 0

  /// The offset of a new region of `size` floats, on a cache line's border.
  mutating func reserve(_ size: Int) -> Int {
    defer { count += (size + 15) / 16 * 16 }
    return count
  }
}
