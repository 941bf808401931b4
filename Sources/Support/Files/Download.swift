import CCurl

/// Why a download failed.
package enum DownloadFailure: Error, Equatable {
  case failed(String)
  /// Its progress function asked for it.
  case cancelled
}

/// Fetches what is at a URL into memory.
///
/// Only the URL's own protocol is spoken, redirections included; `https` verifies the server.
///
/// - Parameters:
///   - limit: the most bytes to accept.
///   - connectTimeout: the most seconds to wait for a connection.
///   - stallTimeout: the most seconds to wait while next to nothing arrives.
///   - progress: called several times a second with the bytes received so far; returns false to
///     give up.
package func download(
  _ url: String, limit: Int, connectTimeout: Int, stallTimeout: Int,
  progress: (_ received: Int) -> Bool
) throws(DownloadFailure) -> [UInt8] {
  try withoutActuallyEscaping(progress) { progress throws(DownloadFailure) in
    let sink = Sink(limit: limit, progress: progress)
    let (code, message) = perform(
      url, sink, connectTimeout: connectTimeout, stallTimeout: stallTimeout)
    if sink.isCancelled { throw .cancelled }
    if sink.isFull { throw .failed("sends more than the \(limit) bytes expected") }
    guard code == CURLE_OK else { throw .failed(message) }
    return sink.bytes
  }
}

/// - Returns: curl's verdict and what it says of it.
private func perform(
  _ url: String, _ sink: Sink, connectTimeout: Int, stallTimeout: Int
) -> (code: CURLcode, message: String) {
  guard isInitialized, let handle = curl_easy_init() else {
    return (CURLE_FAILED_INIT, "libcurl does not start")
  }
  defer { curl_easy_cleanup(handle) }
  var explanation = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
  let code = explanation.withUnsafeMutableBufferPointer { explanation in
    withExtendedLifetime(sink) {
      let protocols = String(url.prefix { $0 != ":" })
      let context = Unmanaged.passUnretained(sink).toOpaque()
      let settings = [
        curl_set_text(handle, CURLOPT_URL, cString(url)),
        curl_set_text(handle, CURLOPT_PROTOCOLS_STR, protocols),
        curl_set_text(handle, CURLOPT_REDIR_PROTOCOLS_STR, protocols),
        curl_set_text(handle, CURLOPT_USERAGENT, "mnist-style"),
        curl_set_long(handle, CURLOPT_FOLLOWLOCATION, 1),
        curl_set_long(handle, CURLOPT_MAXREDIRS, 5),
        curl_set_long(handle, CURLOPT_FAILONERROR, 1),
        // Otherwise curl raises signals for its time-outs.
        curl_set_long(handle, CURLOPT_NOSIGNAL, 1),
        curl_set_long(handle, CURLOPT_CONNECTTIMEOUT, connectTimeout),
        curl_set_long(handle, CURLOPT_LOW_SPEED_LIMIT, 100),
        curl_set_long(handle, CURLOPT_LOW_SPEED_TIME, stallTimeout),
        curl_set_long(handle, CURLOPT_NOPROGRESS, 0),
        curl_set_pointer(handle, CURLOPT_ERRORBUFFER, explanation.baseAddress),
        curl_set_pointer(handle, CURLOPT_WRITEDATA, context),
        curl_set_pointer(handle, CURLOPT_XFERINFODATA, context),
        curl_set_writer(handle) { bytes, size, count, context in
          Sink.at(context)?.take(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        },
        curl_set_observer(handle) { context, _, _, _, _ in
          Sink.at(context)?.goesOn() == true ? 0 : 1
        },
      ]
      return settings.first { $0 != CURLE_OK } ?? curl_easy_perform(handle)
    }
  }
  let text = explanation.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
  return (
    code,
    text.isEmpty
      ? String(cString: curl_easy_strerror(code)) : String(decoding: text, as: UTF8.self)
  )
}

private let isInitialized = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

/// Where curl's callbacks put what arrives.
private final class Sink {
  private(set) var bytes: [UInt8] = []
  private(set) var isFull = false
  private(set) var isCancelled = false
  private let limit: Int
  private let progress: (Int) -> Bool

  init(limit: Int, progress: @escaping (Int) -> Bool) {
    self.limit = limit
    self.progress = progress
  }

  /// The sink behind a callback's context.
  static func at(_ context: UnsafeMutableRawPointer?) -> Sink? {
    context.map { Unmanaged<Sink>.fromOpaque($0).takeUnretainedValue() }
  }

  /// - Returns: the number of bytes taken; another than was given ends the transfer.
  func take(_ arrived: UnsafeRawBufferPointer) -> Int {
    guard arrived.count <= limit - bytes.count else {
      isFull = true
      return 0
    }
    bytes += arrived
    return arrived.count
  }

  func goesOn() -> Bool {
    isCancelled = isCancelled || !progress(bytes.count)
    return !isCancelled
  }
}
