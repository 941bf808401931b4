import Dispatch

/// Runs independent pieces of work on several threads.
///
/// A piece knows only its index, and pieces share nothing, so results do not depend on the number
/// of threads or on which thread ran what.
package struct Workers: Sendable {
  /// How many threads work at once, at least 1.
  package let threads: Int

  package init(threads: Int) {
    precondition(threads >= 1)
    self.threads = threads
  }

  /// Calls `body` once for each index in `0..<count` and returns when all calls have returned.
  package func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
    let lanes = min(threads, count)
    guard lanes > 1 else {
      for index in 0..<count { body(index) }
      return
    }
    DispatchQueue.concurrentPerform(iterations: lanes) { lane in
      for index in stride(from: lane, to: count, by: lanes) { body(index) }
    }
  }
}
