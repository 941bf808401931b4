import CZlib

/// A gzip file being inflated, from memory, piece by piece.
///
/// The caller says how much it wants, so a small file that would inflate to an enormous one never
/// takes more memory than was asked for.
package struct GzipReader: ~Copyable {
  private let path: String
  private let compressed: [UInt8]
  private var position = 0
  private var stream: UnsafeMutablePointer<z_stream>
  /// Whether the end of the gzip stream was met, its check sum and length verified.
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
        if status == Z_STREAM_END { isAtEnd = true }
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

  /// Makes sure that the gzip stream ends here, and the file with it.
  ///
  /// - Throws: `FileError` if more inflates, the check sum is wrong or other bytes follow.
  package mutating func finish(after count: Int) throws(FileError) {
    guard try read(upTo: 1).isEmpty else {
      throw FileError(path, "inflates to more than the \(count) bytes that its header declares")
    }
    guard position == compressed.count else {
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
