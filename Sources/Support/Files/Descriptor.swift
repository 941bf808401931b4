import CPlatform
import Glibc

/// An open file, closed when the value goes out of scope.
struct Descriptor: ~Copyable {
  let number: Int32
  /// The path as the user gave it, for messages.
  let path: String

  /// - Parameter task: what fails if it cannot be opened, for the message.
  init(
    _ path: String, _ flags: Int32, mode: mode_t = 0, to task: StaticString
  ) throws(FileError) {
    number = retrying { open(path, flags | O_CLOEXEC, mode) }
    self.path = path
    if number < 0 { throw FileError(path, "cannot \(task): \(systemReason())") }
  }

  deinit {
    // An error here has nowhere to go; what was written has been synchronised before.
    if number >= 0 { _ = close(number) }
  }

  borrowing func status() throws(FileError) -> stat {
    var status = stat()
    guard fstat(number, &status) == 0 else {
      throw FileError(path, "cannot examine: \(systemReason())")
    }
    return status
  }

  /// The next bytes: `count` of them, or fewer at the end of the file.
  borrowing func read(upTo count: Int) throws(FileError) -> [UInt8] {
    var failure: String?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let rest = UnsafeMutableBufferPointer(rebasing: buffer[filled...])
        let got = retrying { Glibc.read(number, rest.baseAddress, rest.count) }
        if got < 0 { failure = systemReason() }
        if got <= 0 { break }
        filled += got
      }
    }
    if let failure { throw FileError(path, "cannot read: \(failure)") }
    return bytes
  }

  borrowing func write(_ bytes: [UInt8]) throws(FileError) {
    var failure: String?
    bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
        let put = retrying { Glibc.write(number, rest.baseAddress, rest.count) }
        if put < 0 {
          failure = systemReason()
          break
        }
        written += put
      }
    }
    if let failure { throw FileError(path, "cannot write: \(failure)") }
  }

  /// Returns when the file is on the disk, not merely in memory.
  borrowing func synchronize() throws(FileError) {
    // Pipes and some directories have nothing to synchronise, and say EINVAL.
    guard retrying({ fsync(number) }) == 0 || errno == EINVAL || errno == EROFS else {
      throw FileError(path, "cannot write: \(systemReason())")
    }
  }
}

/// Calls again what a signal interrupted.
func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
  var result = call()
  while result < 0 && errno == EINTR { result = call() }
  return result
}

/// What the last failed system call says, in English whatever the locale is.
func systemReason() -> String { String(cString: error_description(errno)) }
