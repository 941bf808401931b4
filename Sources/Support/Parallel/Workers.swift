import CPlatform
import Dispatch
import Glibc
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

  /// The results of `body` for the indices in `0..<count`, in that order.
  package func map<Result: Sendable>(
    _ count: Int, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    Array(unsafeUninitializedCapacity: count) { buffer, initializedCount in
      // Safe to share: each element is written once, by the lane that has its index, and read after
      // all are written.
      nonisolated(unsafe) let results = buffer
      forEach(phases: [count]) { _, index, _ in
        results.initializeElement(at: index, to: body(index))
      }
      initializedCount = count
    }
  }

  /// Calls `body` once for each index in `0..<counts[phase]` of each phase, with the lane that
  /// runs it (0 to `threads` - 1; calls of one lane do not overlap), and returns when all calls have
  /// returned. Calls of a phase start when all those of the phases before have returned.
  ///
  /// The threads are woken once, and wait for the end of a phase without going to sleep, so that
  /// phases may be as short as some microseconds.
  package func forEach(
    phases counts: [Int], _ body: @Sendable (_ phase: Int, _ index: Int, _ lane: Int) -> Void
  ) {
    let lanes = min(threads, counts.max() ?? 0)
    guard lanes > 1 else {
      for (phase, count) in counts.enumerated() {
        for index in 0..<count { body(phase, index, 0) }
      }
      return
    }
    // Pieces are numbered through all phases, taken in that order and counted when done. The lane
    // that holds the lowest number not done waits for no other, so there is no deadlock, however
    // many of the lanes get a thread.
    let total = counts.reduce(0, +)
    let next = Atomic(0)
    let done = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: lanes) { lane in
      var (phase, start) = (0, 0)
      while true {
        let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard piece < total else { break }
        while piece >= start + counts[phase] {
          start += counts[phase]
          phase += 1
        }
        waitUntil { done.load(ordering: .acquiring) >= start }
        body(phase, piece - start, lane)
        done.wrappingAdd(1, ordering: .releasing)
      }
    }
  }
}

/// Waits in a loop; after a while it lets other threads have the processor in between.
private func waitUntil(_ condition: () -> Bool) {
  for _ in 0..<10_000 where condition() { return }
  while !condition() { sched_yield() }
}

// MARK: Processors

/// How many processors' time this process may use, at least 1: those that it may run on, or what the
/// quota of its container comes to, rounded up, if that is less.
package func usableProcessors() -> Int {
  let processors = Int(usable_processors())
  return Int(min(Double(processors), (processorQuota() ?? .infinity).rounded(.up)))
}

/// The processors' time that the control groups (version 2) of this process allow it, in processors;
/// nil if they do not limit it.
///
/// - Parameters:
///   - membership: the file that names the group.
///   - root: the directory of the groups. Inside a container this is often the container's own group,
///     and the path in `membership` may be one that only the host has.
func processorQuota(
  membership: String = "/proc/self/cgroup", root: String = "/sys/fs/cgroup"
) -> Double? {
  let prefix = "0::/"
  guard let group = lines(of: membership).first(where: { $0.hasPrefix(prefix) }) else { return nil }
  let names = group.dropFirst(prefix.count).split(separator: "/").map(String.init)
  // The limit of every group above counts too.
  return (0...names.count).compactMap { depth in
    let group = ([root] + names.prefix(depth)).joined(separator: "/")
    // Microseconds of processors' time in a period, and those of the period; `max` if unlimited.
    let numbers = lines(of: "\(group)/cpu.max").first?.split(separator: " ").map { Double($0) }
    guard let numbers, numbers.count == 2, let quota = numbers[0], let period = numbers[1],
      quota > 0, period > 0
    else { return nil }
    return quota / period
  }.min()
}

private func lines(of path: String) -> [Substring] {
  guard let file = try? Descriptor(path, O_RDONLY, to: "open"),
    let bytes = readAll(file.number, limit: 1 << 20)
  else { return [] }
  return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
}
