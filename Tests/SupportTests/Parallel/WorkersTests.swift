import Synchronization
import Testing

@testable import Support

struct WorkersTests {
  @Test("every index comes exactly once", arguments: 1...8, [0, 1, 2, 3, 7, 8, 9, 1000])
  func visitsEveryIndexOnce(threads: Int, count: Int) {
    let visits = Mutex([Int](repeating: 0, count: count))
    Workers(threads: threads).forEach(phases: [count]) { _, index, _ in
      visits.withLock { $0[index] += 1 }
    }
    // All calls have returned, so that none is missing here.
    #expect(visits.withLock { $0 } == [Int](repeating: 1, count: count))
  }

  @Test("calls of one lane do not overlap", arguments: 1...8)
  func lanesDoNotOverlap(threads: Int) {
    let state = Mutex((busy: Set<Int>(), used: Set<Int>(), overlaps: 0))
    Workers(threads: threads).forEach(phases: [200]) { _, _, lane in
      state.withLock {
        if !$0.busy.insert(lane).inserted { $0.overlaps += 1 }
        $0.used.insert(lane)
      }
      // Long enough for another thread to get here as well.
      var number = 1.0
      for _ in 0..<20_000 { number = (number + 2).squareRoot() }
      #expect(number > 1)
      _ = state.withLock { $0.busy.remove(lane) }
    }
    let (busy, used, overlaps) = state.withLock { $0 }
    #expect(overlaps == 0)
    #expect(busy.isEmpty)
    #expect(used.isSubset(of: Set(0..<threads)))
  }

  @Test("a single thread takes the indices in their order, on the thread that asks")
  func singleThreadKeepsTheOrder() {
    let order = Mutex<[Int]>([])
    Workers(threads: 1).forEach(phases: [5]) { _, index, lane in
      order.withLock { $0.append(10 * index + lane) }
    }
    #expect(order.withLock { $0 } == [0, 10, 20, 30, 40])
  }

  @Test("a phase starts when the phases before have ended", arguments: 1...8)
  func phasesFollowEachOther(threads: Int) {
    let counts = [5, 0, 1, 40, 2, 0]
    let begun = Mutex([Int](repeating: 0, count: counts.count))
    let ended = Mutex([Int](repeating: 0, count: counts.count))
    let early = Atomic(0)
    for _ in 0..<50 {
      begun.withLock { $0 = [Int](repeating: 0, count: counts.count) }
      ended.withLock { $0 = [Int](repeating: 0, count: counts.count) }
      Workers(threads: threads).forEach(phases: counts) { phase, index, _ in
        begun.withLock { $0[phase] += 1 }
        if ended.withLock({ Array($0[..<phase]) }) != Array(counts[..<phase]) {
          early.wrappingAdd(1, ordering: .relaxed)
        }
        ended.withLock { $0[phase] += 1 }
      }
      #expect(begun.withLock { $0 } == counts)
    }
    #expect(early.load(ordering: .relaxed) == 0)
  }

  @Test("workers may be used from within workers")
  func nests() {
    let total = Atomic(0)
    let workers = Workers(threads: 3)
    workers.forEach(phases: [6]) { _, outer, _ in
      workers.forEach(phases: [7]) { _, inner, _ in
        total.wrappingAdd(outer * 7 + inner, ordering: .relaxed)
      }
    }
    #expect(total.load(ordering: .relaxed) == (0..<42).reduce(0, +))
  }

  @Test(arguments: [1, 2, 3, 8])
  func keepsTheOrderOfIndices(threads: Int) {
    let workers = Workers(threads: threads)
    for count in [0, 1, 2, 7, 1000] {
      #expect(workers.map(count) { "\($0)" } == (0..<count).map { "\($0)" })
    }
  }
}
