import Testing

@testable import Drawing

@Suite struct ScatterTests {
  private let white = Color(0xffffff)
  private let red = Color(0xff0000)
  private let blue = Color(0x0000ff)

  @Test func laterPointsCoverEarlierOnes() {
    let once = drawn([10, 10], [10, 10], [0, 1])
    #expect(once.pixels[9 * 20 + 10] == blue.pixel)
    #expect(drawn([10, 10], [10, 10], [1, 0]).pixels[9 * 20 + 10] == red.pixel)
    // Nothing is left of the point below, not even at the rim.
    #expect(!once.pixels.contains(red.pixel))
  }

  @Test func upIsUp() {
    let picture = drawn([3], [16], [0])
    #expect(picture.pixels[3 * 20 + 3] == red.pixel)
  }

  @Test(arguments: [1.4, 1.8, 2.3, 2.7, 3.1], 1...7)
  func rimsTintOnlyTheBackground(radius: Double, apart: Int32) {
    let (first, both) = (
      drawn([4], [10], [0], radius: radius),
      drawn([4, 4 + apart], [10, 10], [0, 1], radius: radius)
    )
    for (before, after) in zip(first.pixels, both.pixels) where before == red.pixel {
      #expect(after == red.pixel || after == blue.pixel)
    }
  }

  @Test func threeColoursACategoryAtMost() {
    var scatter = Scatter(side: 100, background: white, radius: 2.3)
    let places = (0..<3000).map { Int32($0 * 7919 % 100) }
    let heights = (0..<3000).map { Int32($0 * 104_729 % 97) }
    scatter.draw(
      across: places, up: heights, categories: (0..<3000).map { UInt8($0 % 2) },
      colors: [red, blue])
    #expect(Set(scatter.bitmap.pixels).count <= 7)
  }

  @Test func aDiscIsRoundAndOfItsArea() {
    var scatter = Scatter(side: 41, background: white, radius: 8)
    scatter.draw(across: [20], up: [20], categories: [0], colors: [red])
    let pixels = scatter.bitmap.pixels
    let area = pixels.count { $0 == red.pixel } + pixels.count { $0 != white.pixel }
    #expect(abs(Double(area) / 2 - 64 * .pi) < 12)
    for index in pixels.indices {
      let (x, y) = (index % 41, index / 41)
      #expect(pixels[index] == pixels[x * 41 + y], "a disc turned by 90 degrees is itself")
    }
  }

  @Test func pointsAtTheEdgesAreCutAndThoseOutsideLeftOut() {
    let corners = drawn([0, 19, 0, 19], [0, 0, 19, 19], [0, 0, 0, 0])
    for corner in [0, 19, 19 * 20, 19 * 20 + 19] { #expect(corners.pixels[corner] == red.pixel) }
    let none = drawn([-1, 5, 5], [5, -1, 5], [0, 0, 9])
    #expect(Set(none.pixels) == [white.pixel])
  }

  private func drawn(
    _ across: [Int32], _ up: [Int32], _ categories: [UInt8], radius: Double = 2.3
  ) -> Bitmap {
    var scatter = Scatter(side: 20, background: white, radius: radius)
    scatter.draw(across: across, up: up, categories: categories, colors: [red, blue])
    return scatter.bitmap
  }
}
