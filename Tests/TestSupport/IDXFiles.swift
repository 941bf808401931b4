import CZlib

/// What an IDX file holds.
package enum IDXContent {
  case images
  case labels
}

/// An IDX file whose header need not agree with its items.
package func idx(
  _ content: IDXContent, _ count: UInt32, rows: UInt32 = 28, _ items: some Collection<UInt8>
) -> [UInt8] {
  let numbers = content == .images ? [0x803, count, rows, 28] : [0x801, count]
  return numbers.flatMap { withUnsafeBytes(of: $0.bigEndian, Array.init) } + items
}

/// The bytes compressed as a gzip file.
package func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  let gzip: Int32 = 16 + MAX_WBITS
  let size = Int32(MemoryLayout<z_stream>.size)
  precondition(
    deflateInit2_(&stream, 9, Z_DEFLATED, gzip, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK)
  defer { deflateEnd(&stream) }
  let bound = Int(deflateBound(&stream, uLong(bytes.count)))
  var input = bytes
  return input.withUnsafeMutableBufferPointer { input in
    [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(bound)
      precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
      count = bound - Int(stream.avail_out)
    }
  }
}
