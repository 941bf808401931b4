import TestSupport
import Testing

@testable import Learning
@testable import StyleNet
@testable import Support

struct AffineMapTests {
  private let identity = AffineMap(x: (1, 0, shift: 0), y: (0, 1, shift: 0))

  private func distorted(_ image: [UInt8], by map: AffineMap) -> [UInt8] {
    var image = image
    map.apply(to: &image)
    return image
  }

  private func image() throws -> [UInt8] { try TrainingSetUp.images(1).pixels(of: 0) }

  @Test func theIdentityLeavesEveryByte() throws {
    let image = try image()
    #expect(distorted(image, by: identity) == image)
    var generator = Xoshiro256(seed: 1)
    #expect(AffineMap(0, using: &generator) == identity)
  }

  @Test func aWholeShiftMovesRowsAndColumns() throws {
    let image = try image()
    let found = distorted(image, by: AffineMap(x: (1, 0, shift: 2), y: (0, 1, shift: -1)))
    for row in 0..<28 {
      for column in 0..<28 {
        let isInside = row >= 1 && column < 26
        #expect(
          found[row * 28 + column] == (isInside ? image[(row - 1) * 28 + column + 2] : 0))
      }
    }
  }

  @Test func aHalfShiftIsTheMeanOfTwoPixels() {
    var image = [UInt8](repeating: 0, count: Model.pixels)
    image[10 * 28 + 10] = 200
    let found = distorted(image, by: AffineMap(x: (1, 0, shift: 0.5), y: (0, 1, shift: 0)))
    #expect(found[10 * 28 + 9] == 100 && found[10 * 28 + 10] == 100)
    #expect(found.reduce(0) { $0 + Int($1) } == 200)
  }

  @Test func aQuarterTurnIsAboutTheCentre() throws {
    let image = try image()
    let found = distorted(image, by: AffineMap(x: (0, 1, shift: 0), y: (-1, 0, shift: 0)))
    for row in 0..<28 {
      for column in 0..<28 {
        #expect(found[row * 28 + column] == image[(27 - column) * 28 + row])
      }
    }
  }

  @Test func randomMapsDifferAndKeepMostOfTheInk() throws {
    let image = try image()
    let ink = image.reduce(0) { $0 + Int($1) }
    var generator = Xoshiro256(seed: 2)
    var found: Set<[UInt8]> = []
    for _ in 0..<100 {
      let copy = distorted(image, by: AffineMap(1, using: &generator))
      let share = Double(copy.reduce(0) { $0 + Int($1) }) / Double(ink)
      #expect(share > 0.75 && share < 1.3)
      found.insert(copy)
    }
    #expect(found.count == 100)
  }

  @Test func mapsThatLeadFarOutReadNothingElse() {
    let ink = [UInt8](repeating: 255, count: Model.pixels)
    let out = AffineMap(x: (9, 0, shift: 500), y: (0, -9, shift: -500))
    #expect(distorted(ink, by: out).allSatisfy { $0 == 0 })
  }
}
