import TestSupport
import Testing

@testable import StyleNet

struct RowsTests {
  @Test func addsChunksInTheirOrder() {
    var random = FixtureNumbers(seed: 82)
    for (chunks, count) in [(1, 32), (2, 16), (8, 64)] {
      let sums = random.values(chunks * count).floats
      let buffer = KernelBuffer(sums)
      addChunks(buffer.floats, chunks: chunks, pitch: count, count: count)
      let expected = (0..<count).map { i in
        (1..<chunks).reduce(sums[i]) { $0 + sums[$1 * count + i] }
      }
      #expect(Array(buffer.values.prefix(count)).bits == expected.bits)
      #expect(Array(buffer.values.dropFirst(count)) == Array(sums.dropFirst(count)))
    }
  }

  @Test func addsABiasToRowsAndRowsToASum() {
    var random = FixtureNumbers(seed: 65)
    let (bias, rows) = (random.values(32), random.values(5 * 32))
    let biasBuffer = KernelBuffer(bias)
    let rowsBuffer = KernelBuffer(rows)
    addToRows(biasBuffer.floats, rowsBuffer.floats, count: 5, width: 32)
    expectClose(rowsBuffer.values, rows.indices.map { rows[$0] + bias[$0 % 32] })

    let total = KernelBuffer(bias)
    addRows(rowsBuffer.floats, count: 4, width: 32, to: total.floats)
    expectClose(
      total.values,
      bias.indices.map { i in (0..<4).reduce(bias[i]) { $0 + rows[$1 * 32 + i] + bias[i] } })
  }
}
