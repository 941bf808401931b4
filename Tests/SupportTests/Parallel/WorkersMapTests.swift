import Testing

@testable import Support

@Suite struct WorkersMapTests {
  @Test(arguments: [1, 2, 3, 8])
  func keepsTheOrderOfIndices(threads: Int) {
    let workers = Workers(threads: threads)
    for count in [0, 1, 2, 7, 1000] {
      #expect(workers.map(count) { "\($0)" } == (0..<count).map { "\($0)" })
    }
  }
}
