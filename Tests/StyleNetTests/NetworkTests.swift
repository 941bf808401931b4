import Testing

@testable import StyleNet

struct NetworkTests {
  @Test(arguments: [0, 1, 15, 16, 17, 1000])
  func blocksAreZeroAndOnACacheLine(count: Int) {
    let block = Block(count: count)
    #expect(block.count == count)
    #expect(UInt(bitPattern: block.floats) % 64 == 0)
    // A vector that starts on the last float may be read as well.
    #expect((0..<count + 16).allSatisfy { block.floats[$0] == 0 })
  }

  @Test func allotmentsDoNotOverlapAndStartOnCacheLines() {
    var plan = Allotment()
    var end = 0
    for size in [1, 16, 17, 0, 1568, 15] {
      let start = plan.reserve(size)
      #expect(start % 16 == 0 && start >= end)
      end = start + size
    }
    #expect(plan.count >= end && plan.count % 16 == 0)
  }
}
