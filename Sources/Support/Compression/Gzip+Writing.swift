import CZlib

/// The bytes as gzip (RFC 1952), without a name or a time, so that equal bytes give equal files.
///
/// Its check sum (CRC-32) lets a reader notice that any byte was changed.
package func gzipped(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  let gzipFormat: Int32 = 16 + MAX_WBITS
  let size = Int32(MemoryLayout<z_stream>.size)
  guard
    deflateInit2_(
      &stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzipFormat, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY,
      ZLIB_VERSION, size) == Z_OK
  else { preconditionFailure("zlib has no memory for its tables") }
  defer { deflateEnd(&stream) }
  let bound = Int(deflateBound(&stream, UInt(bytes.count)))
  return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
    bytes.withUnsafeBufferPointer { input in
      // zlib's interface is not const-correct; it does not write to its input.
      stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.avail_in = UInt32(bytes.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(bound)
      // One step is enough where the output has room for the bound.
      let status = deflate(&stream, Z_FINISH)
      precondition(status == Z_STREAM_END)
    }
    count = bound - Int(stream.avail_out)
  }
}
