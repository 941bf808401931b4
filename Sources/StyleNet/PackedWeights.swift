/// The weights that `pack` makes of a flat parameter block.
func packedWeights(
  _ parameters: [Float], count: Int,
  _ pack: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
) -> [Float] {
  var packed = [Float](repeating: 0, count: count)
  parameters.withUnsafeBufferPointer { source in
    packed.withUnsafeMutableBufferPointer { target in
      if let source = source.baseAddress, let target = target.baseAddress { pack(source, target) }
    }
  }
  return packed
}

/// Lends packed weights to kernels, which only read them.
func withWeights(_ packed: [Float], _ body: (Floats) -> Void) {
  packed.withUnsafeBufferPointer { buffer in
    if let base = buffer.baseAddress { body(Floats(mutating: base)) }
  }
}
