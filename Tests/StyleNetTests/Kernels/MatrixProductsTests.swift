import TestSupport
import Testing

@testable import StyleNet

struct MatrixProductsTests {
  /// Every number of rows that 4s, 5s and 6s can make, up to 40, and those the network has.
  static let counts = Array(4...40).filter { $0 != 7 } + [49, 50, 196, 200, 210, 225]

  @Test("tiles cover any number of rows exactly", arguments: Array(4...400).filter { $0 != 7 })
  func tilesCoverRows(count: Int) {
    var remaining = count
    while remaining > 0 {
      let height = tileHeight(remaining)
      #expect((4...6).contains(height))
      remaining -= height
    }
    #expect(remaining == 0)
  }

  @Test(arguments: counts)
  func multiplies(count: Int) {
    for (inner, columns) in [(1 + count % 40, 16), (40 - count % 40, 32), (count % 7 + 1, 64)] {
      for extra in [0, 3] { checkMultiply(count, inner, columns, pitch: inner + extra) }
    }
  }

  @Test("multiplies rows of any length", arguments: 1...40)
  func multipliesRows(inner: Int) {
    for columns in [16, 32, 48, 64] {
      checkMultiply(4 + inner % 3, inner, columns, pitch: inner + columns % 5)
    }
  }

  @Test(arguments: counts)
  func addsOuterProducts(height: Int) {
    for (count, width) in [(1, 16), (1 + height % 9, 32), (37, 48), (0, 16)] {
      checkOuterProducts(count, height, width, extra: 0)
      checkOuterProducts(count, height, width, extra: 5)
    }
  }

  private func checkMultiply(_ count: Int, _ inner: Int, _ columns: Int, pitch: Int) {
    var numbers = FixtureNumbers(seed: UInt64(count * 1000 + inner * 10 + columns))
    let rows = numbers.values(count * inner)
    let matrix = numbers.values(inner * columns)
    let rowsBuffer = KernelBuffer(spaced(rows, width: inner, pitch: pitch, filler: .nan))
    let matrixBuffer = KernelBuffer(matrix)
    let result = KernelBuffer(unwritten: count * columns)
    multiply(
      Rows(start: rowsBuffer.floats, pitch: pitch), by: matrixBuffer.floats, into: result.floats,
      count: count,
      inner: inner, columns: columns)

    let found = result.values
    var wrong = 0
    for r in 0..<count {
      for n in 0..<columns {
        let products = (0..<inner).map { rows[r * inner + $0] * matrix[$0 * columns + n] }
        if !isSum(found[r * columns + n], of: products) { wrong += 1 }
      }
    }
    #expect(wrong == 0, "\(count) x \(inner) x \(columns), pitch \(pitch)")
  }

  private func checkOuterProducts(_ count: Int, _ height: Int, _ width: Int, extra: Int) {
    var numbers = FixtureNumbers(seed: UInt64(count * 1000 + height * 10 + width))
    let left = numbers.values(count * height)
    let right = numbers.values(count * width)
    let before = numbers.values(height * width)
    let leftBuffer = KernelBuffer(
      spaced(left, width: height, pitch: height + extra, filler: .nan))
    let rightBuffer = KernelBuffer(
      spaced(right, width: width, pitch: width + extra, filler: .nan))
    let result = KernelBuffer(before)
    addOuterProducts(
      Rows(start: leftBuffer.floats, pitch: height + extra),
      Rows(start: rightBuffer.floats, pitch: width + extra), to: result.floats,
      count: count, height: height, width: width)

    let found = result.values
    var wrong = 0
    for p in 0..<height {
      for q in 0..<width {
        let products = (0..<count).map { left[$0 * height + p] * right[$0 * width + q] }
        if !isSum(found[p * width + q], of: [before[p * width + q]] + products) { wrong += 1 }
      }
    }
    #expect(wrong == 0, "\(count) products of \(height) x \(width), pitch \(extra) wider")
  }

  /// Whether `found` is the sum, up to the rounding of every product and every addition.
  private func isSum(_ found: Float, of terms: [Double]) -> Bool {
    let magnitude = terms.reduce(0) { $0 + abs($1) }
    let bound = Double(terms.count + 1) * 0x1p-24 * magnitude
    return abs(Double(found) - terms.reduce(0, +)) <= bound
  }
}
