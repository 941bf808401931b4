/// The kernels' view of memory: floats, read and written sixteen or eight at a time.
package typealias Floats = UnsafeMutablePointer<Float>
typealias Vector4 = SIMD4<Float>
typealias Vector8 = SIMD8<Float>
typealias Vector16 = SIMD16<Float>
typealias Four<V> = (V, V, V, V)

extension UnsafeMutablePointer<Float> {
  /// The vector that starts at float `index`, which need not be aligned.
  @inline(__always)
  func vector<V: SIMD>(_ index: Int, as type: V.Type = V.self) -> V where V.Scalar == Float {
    UnsafeRawPointer(self + index).loadUnaligned(as: V.self)
  }

  /// The four vectors that start at every `pitch`th float.
  @inline(__always)
  func four<V: SIMD>(every pitch: Int) -> Four<V> where V.Scalar == Float {
    (vector(0), vector(pitch), vector(2 * pitch), vector(3 * pitch))
  }

  /// Writes `vector` at float `index`, which need not be aligned.
  @inline(__always)
  func set<V: SIMD>(_ index: Int, _ vector: V) where V.Scalar == Float {
    UnsafeMutableRawPointer(self + index).storeBytes(of: vector, as: V.self)
  }
}

extension SIMD where Scalar == Float {
  /// Adds `scalar * vector`, in one rounding where the processor can do so fast.
  @inline(__always)
  mutating func add(_ scalar: Float, times vector: Self) {
    #if arch(wasm32)
      self += Self(repeating: scalar) * vector
    #else
      self.addProduct(Self(repeating: scalar), vector)
    #endif
  }

  /// Adds `a * b` lane by lane, in one rounding where the processor can do so fast.
  @inline(__always)
  mutating func add(_ a: Self, times b: Self) {
    #if arch(wasm32)
      self += a * b
    #else
      self.addProduct(a, b)
    #endif
  }
}

/// What sixteen bytes of an image are to the network: from -1 (0, background) to 1 (255, ink).
@inline(__always)
func levels(_ bytes: UnsafePointer<UInt8>) -> Vector16 {
  let bytes = UnsafeRawPointer(bytes).loadUnaligned(as: SIMD16<UInt8>.self)
  return Vector16(SIMD16<Int32>(truncatingIfNeeded: bytes)) / 127.5 - 1
}
