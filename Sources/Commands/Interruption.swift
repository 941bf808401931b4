import Glibc
import Synchronization

/// Turns a signal that asks a process to end into a request, so that work can be brought to a good
/// end.
///
/// `timeout`, `make` and terminals send one signal twice within milliseconds, so only a second
/// Ctrl-C ends the process at once, and only when it comes a second after the first signal. The
/// signals are blocked in every thread and taken by a thread that does nothing else, so nothing has
/// to be safe to run inside a signal handler.
final class Interruption: Sendable {
  /// The signal that came; 0 as long as none has.
  private let received = Atomic<Int32>(0)
  /// Whether a signal is only a request.
  private let isDeferred = Atomic<Bool>(false)

  /// Begins to watch. To be called before any thread is started, so that all of them block the
  /// signals.
  ///
  /// Until `begin()` is called a signal ends the process, as if nobody watched. A signal that the
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

  /// Lets signals from now on be requests.
  func begin() {
    isDeferred.store(true, ordering: .relaxed)
  }

  /// The status with which a shell expects a program to end that the signal has stopped; nil as
  /// long as none has come.
  var exitStatus: Int32? {
    let signal = received.load(ordering: .relaxed)
    return signal == 0 ? nil : 128 + signal
  }

  private func watch() -> Never {
    var signals = signals
    var request: ContinuousClock.Instant?
    while true {
      var signal: Int32 = 0
      guard sigwait(&signals, &signal) == 0 else { continue }
      guard isDeferred.load(ordering: .relaxed) else { _exit(128 + signal) }
      if let request {
        if signal == SIGINT && ContinuousClock.now - request > .seconds(1) { _exit(128 + signal) }
        continue
      }
      request = .now
      received.store(signal, ordering: .relaxed)
      if signal == SIGINT {
        Progress(isShown: true).say(
          "Stopping to save; another Ctrl-C, a second from now, stops at once.")
      }
    }
  }

  /// What asks a program to end: Ctrl-C, `kill`, a terminal that closes, and SLURM before a time
  /// limit; as far as they are not ignored.
  private var signals: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGUSR1] {
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
