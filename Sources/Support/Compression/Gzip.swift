import CZlib

// MARK: Writing

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

/// The check sum CRC-32 of the bytes, as gzip and PNG use it.
package func crc32(_ bytes: [UInt8]) -> UInt32 {
  UInt32(truncatingIfNeeded: CZlib.crc32(0, bytes, UInt32(bytes.count)))
}

// MARK: Reading

/// A gzip file being inflated, from memory, piece by piece: one member or several, one after the
/// other, and then perhaps zeros, which fill up a block of a tape or of a disk.
///
/// The caller says how much it wants, so a small file that would inflate to an enormous one never
/// takes more memory than was asked for.
package struct GzipReader: ~Copyable {
  private let path: String
  private let compressed: [UInt8]
  private var position = 0
  private var stream: UnsafeMutablePointer<z_stream>
  /// Whether the end of the last member was met, its check sum and length verified.
  private var isAtEnd = false

  /// - Throws: `FileError` if there is no memory.
  package init(_ compressed: [UInt8], path: String) throws(FileError) {
    self.path = path
    self.compressed = compressed
    // zlib keeps the address of its stream, so the stream must not move.
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let gzipOnly: Int32 = 16 + MAX_WBITS
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(stream, gzipOnly, ZLIB_VERSION, size) == Z_OK else {
      throw FileError(path, "cannot inflate: \(Self.message(of: stream))")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// The next inflated bytes: `count` of them, or fewer at the end.
  ///
  /// - Throws: `FileError` if the file is not gzip, damaged, or ends too early.
  package mutating func read(upTo count: Int) throws(FileError) -> [UInt8] {
    var status = Z_OK
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      // zlib counts in 32 bits.
      while filled < count, status == Z_OK, !isAtEnd {
        let room = UInt32(clamping: count - filled)
        stream.pointee.next_out = buffer.baseAddress?.advanced(by: filled)
        stream.pointee.avail_out = room
        status = inflateStep()
        filled += Int(room - stream.pointee.avail_out)
        if status == Z_STREAM_END {
          isAtEnd = !Self.isGzip(compressed[position...])
          if !isAtEnd { status = inflateReset(stream) }
        }
      }
    }
    switch status {
    case Z_OK, Z_STREAM_END: return bytes
    case Z_BUF_ERROR: throw FileError(path, "the gzip data end too early, at byte \(position)")
    default:
      throw FileError(
        path, "damaged gzip data near byte \(position): \(Self.message(of: stream))")
    }
  }

  /// Whether bytes are a gzip file's: the first two tell.
  package static func isGzip(_ bytes: some Sequence<UInt8>) -> Bool {
    bytes.starts(with: [0x1f, 0x8b])
  }

  /// Makes sure that the last member ends here, and the file with it.
  ///
  /// - Throws: `FileError` if more inflates, the check sum is wrong or other bytes follow.
  package mutating func finish(after count: Int) throws(FileError) {
    guard try read(upTo: 1).isEmpty else {
      throw FileError(path, "inflates to more than the \(count) bytes that its header declares")
    }
    guard compressed[position...].allSatisfy({ $0 == 0 }) else {
      throw FileError(
        path, "\(compressed.count - position) bytes follow the end of the gzip data")
    }
  }

  private mutating func inflateStep() -> Int32 {
    compressed.withUnsafeBufferPointer { input in
      let available = UInt32(clamping: input.count - position)
      // zlib's interface is not const-correct; it does not write to its input.
      stream.pointee.next_in = UnsafeMutablePointer(
        mutating: input.baseAddress?.advanced(by: position))
      stream.pointee.avail_in = available
      let status = inflate(stream, Z_NO_FLUSH)
      position += Int(available - stream.pointee.avail_in)
      return status
    }
  }

  private static func message(of stream: UnsafeMutablePointer<z_stream>) -> String {
    stream.pointee.msg.map { String(cString: $0) } ?? "zlib reports an error"
  }
}
