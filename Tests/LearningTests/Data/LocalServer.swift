import Glibc

/// A web server on this machine that answers every request in one way.
final class LocalServer: Sendable {
  enum Answer: Sendable {
    /// Everything that is sent, header included.
    case text([UInt8])
    /// What is sent, after which nothing more comes.
    case stall([UInt8])
  }

  let url: String
  private let socket: Int32

  /// - Parameter answer: takes the path asked for.
  init(_ answer: @escaping @Sendable (_ path: String) -> Answer) throws {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, size) == 0 && listen(socket, 8) == 0
          && getsockname(socket, $0, &size) == 0
      }
    }
    guard isListening else { throw NoServer() }
    self.socket = socket
    url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/"
    startThread {
      while case let connection = accept(socket, nil, nil), connection >= 0 {
        startThread { Self.serve(connection, answer) }
      }
    }
  }

  deinit { shutdown(socket, Int32(SHUT_RDWR)) }

  private static func serve(_ connection: Int32, _ answer: (String) -> Answer) {
    defer { close(connection) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(connection, &buffer, buffer.count, 0)
    guard count > 0 else { return }
    let request = String(decoding: buffer[..<count], as: UTF8.self).split(separator: " ")
    switch answer(request.count > 1 ? String(request[1]) : "") {
    case .text(let bytes): send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    case .stall(let bytes):
      send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      // Until the other side gives up.
      while recv(connection, &buffer, buffer.count, 0) > 0 {}
    }
  }

  struct NoServer: Error {}
}

private func startThread(_ work: @escaping @Sendable () -> Void) {
  final class Work: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
  var thread = pthread_t()
  let context = Unmanaged.passRetained(Work(work)).toOpaque()
  let status = pthread_create(
    &thread, nil,
    { context in
      guard let context else { return nil }
      Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run()
      return nil
    }, context)
  precondition(status == 0)
  pthread_detach(thread)
}
