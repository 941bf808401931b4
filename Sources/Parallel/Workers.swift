import Dispatch
import Synchronization

/// Runs independent pieces of work on several threads.
///
/// A piece knows only its index and, for scratch memory, which of the threads runs it. Pieces share
/// nothing, so results do not depend on the number of threads or on which thread ran what.
package struct Workers: Sendable {
  /// How many threads work at once, at least 1.
  package let threads: Int

  package init(threads: Int) {
    precondition(threads >= 1)
    self.threads = threads
  }

  /// Calls `body` once for each index in `0..<count` and returns when all calls have returned.
  package func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
    forEach(count) { index, _ in body(index) }
  }

  /// Calls `body` once for each index in `0..<count`, with the lane that runs it (0 to
  /// `threads` - 1; calls of one lane do not overlap), and returns when all calls have returned.
  package func forEach(_ count: Int, _ body: @Sendable (_ index: Int, _ lane: Int) -> Void) {
    let lanes = min(threads, count)
    guard lanes > 1 else {
      for index in 0..<count { body(index, 0) }
      return
    }
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: lanes) { lane in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { break }
        body(index, lane)
      }
    }
  }
}
