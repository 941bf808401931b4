import Glibc
import Synchronization

/// Turns the first Ctrl-C or SIGTERM into a request, so that work can be brought to a good end.
///
/// The second one ends the process at once. Both signals are blocked in every thread and taken by
/// a thread that does nothing else, so nothing has to be safe to run inside a signal handler.
final class Interruption: Sendable {
  /// The signal that came; 0 as long as none has.
  private let received = Atomic<Int32>(0)
  /// Whether the next signal ends the process.
  private let endsAtOnce = Atomic<Bool>(true)

  /// Begins to watch. To be called before any thread is started, so that all of them block the
  /// signals.
  ///
  /// Until `deferFirst()` is called a signal ends the process, as if nobody watched. A signal that the
  /// process was started to ignore, as a shell does for what runs in its background, stays ignored.
  init() {
    var signals = signals
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Interruption>.fromOpaque(context).takeUnretainedValue().watch()
      },
      // The thread lives as long as the process, and so must this.
      Unmanaged.passRetained(self).toOpaque())
    if failure != 0 { pthread_sigmask(SIG_UNBLOCK, &signals, nil) }
  }

  /// Lets the first signal from now on only be a request.
  func deferFirst() {
    endsAtOnce.store(false, ordering: .relaxed)
  }

  /// The status with which a shell expects a program to end that the signal has stopped; nil as
  /// long as none has come.
  var exitStatus: Int32? {
    let signal = received.load(ordering: .relaxed)
    return signal == 0 ? nil : 128 + signal
  }

  private func watch() -> Never {
    var signals = signals
    while true {
      var signal: Int32 = 0
      guard sigwait(&signals, &signal) == 0 else { continue }
      if endsAtOnce.exchange(true, ordering: .relaxed) { _exit(128 + signal) }
      received.store(signal, ordering: .relaxed)
    }
  }

  /// SIGINT and SIGTERM, as far as they are not ignored.
  private var signals: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM] {
      var action = sigaction()
      sigaction(signal, nil, &action)
      let isIgnored =
        unsafeBitCast(action.__sigaction_handler.sa_handler, to: UInt.self)
        == unsafeBitCast(SIG_IGN, to: UInt.self)
      if !isIgnored { sigaddset(&signals, signal) }
    }
    return signals
  }
}
