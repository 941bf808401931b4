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

  /// Arranges parameters for the kernels.
  ///
  /// - Parameters:
  ///   - parameters: `counts.parameters` floats, as the network's `ParameterLayout` says.
  ///   - weights: `counts.weights` floats, zero before they are first packed.
  func pack(_ parameters: Floats, into weights: Floats)

  /// Arranges a sum of gradients as the parameters are.
  ///
  /// - Parameters:
  ///   - sums: `counts.sums` floats.
  ///   - gradient: `counts.parameters` floats.
  func unpack(_ sums: Floats, into gradient: Floats)
}

/// How many floats the buffers of a network hold.
package struct BufferCounts: Sendable {
  package let parameters: Int
  /// Packed weights.
  package let weights: Int
  /// What a chunk's `forward` keeps for its `backward`.
  package let cache: Int
  /// Intermediate values.
  package let scratch: Int
  /// Sums of gradients, in the packed order.
  package let sums: Int
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
    parameters.withUnsafeBufferPointer { source in
      weights.withUnsafeMutableBufferPointer { target in
        if let source = source.baseAddress, let target = target.baseAddress {
          pack(Floats(mutating: source), into: target)
        }
      }
    }
    return weights
  }

  /// Calls `body` with packed weights and with a cache and scratch of its own.
  func withWorkspace(_ weights: [Float], _ body: (Workspace) -> Void) {
    let cache = Block(count: counts.cache)
    let scratch = Block(count: counts.scratch)
    weights.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      body(
        Workspace(
          weights: Floats(mutating: weights), cache: cache.floats, scratch: scratch.floats))
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
