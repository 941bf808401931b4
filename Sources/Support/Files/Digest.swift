import CDigest

/// Check sums of bytes.
package enum Digest {
  /// The SHA-256 of the bytes: 32 bytes.
  package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var context = SHA2_CTX()
    SHA256Init(&context)
    bytes.withUnsafeBufferPointer { SHA256Update(&context, $0.baseAddress, $0.count) }
    return digest(count: Int(SHA256_DIGEST_LENGTH)) { SHA256Final($0, &context) }
  }

  /// The MD5 of the bytes, one part after the other: 16 bytes. It finds damage, not malice.
  package static func md5(_ parts: [UInt8]...) -> [UInt8] {
    var context = MD5_CTX()
    MD5Init(&context)
    for part in parts {
      part.withUnsafeBufferPointer { MD5Update(&context, $0.baseAddress, $0.count) }
    }
    return digest(count: Int(MD5_DIGEST_LENGTH)) { MD5Final($0, &context) }
  }

  private static func digest(
    count: Int, _ finish: (UnsafeMutablePointer<UInt8>?) -> Void
  ) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      finish(buffer.baseAddress)
      filled = count
    }
  }
}
