import CDigest

/// Check sums of bytes.
package enum Digest {
  /// The SHA-256 of the bytes: 32 bytes.
  package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes(sha256)
  }

  /// The same, of bytes anywhere.
  package static func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var context = SHA2_CTX()
    SHA256Init(&context)
    bytes.withMemoryRebound(to: UInt8.self) {
      SHA256Update(&context, $0.baseAddress, $0.count)
    }
    return digest(count: Int(SHA256_DIGEST_LENGTH)) { SHA256Final($0, &context) }
  }

  /// The MD5 of the bytes: 16 bytes. It finds damage, not malice.
  package static func md5(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var context = MD5_CTX()
    MD5Init(&context)
    bytes.withMemoryRebound(to: UInt8.self) {
      MD5Update(&context, $0.baseAddress, $0.count)
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
