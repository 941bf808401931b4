/// How many images the network works on between two passes over a linear layer's weights, and how
/// many a training step sums gradients over before it adds those sums up.
package let chunkSize = 8

/// A block of floats, zero at first, owned by whoever allocated it.
package struct Block: ~Copyable {
  package let floats: UnsafeMutablePointer<Float>
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

/// Hands out consecutive parts of a block: offsets while a layout is planned.
struct Allotment {
  private(set) var count = 0

  /// The offset of a new part of `size` floats, on a cache line's border.
  mutating func reserve(_ size: Int) -> Int {
    defer { count += (size + 15) / 16 * 16 }
    return count
  }
}
