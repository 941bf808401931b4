import Foundation
import StyleNet
import TestSupport
import Testing

@testable import Learning
@testable import Support

@Suite struct InkMeasuresTests {
  struct Case: Decodable {
    let image: Int
    let measures: [Double]
  }

  @Test func measuresAreThoseOfNumPySciPyAndScikitImage() throws {
    let cases = try JSONDecoder().decode(
      [Case].self, from: Data(contentsOf: fixture("handwriting/ink.json")))
    let images = try testSet()
    #expect(cases.count == 200)
    for item in cases {
      let found = InkMeasures.ink(of: images.pixels(of: item.image)[...])
      for (measure, (value, expected)) in zip(InkMeasure.allCases, zip(found, item.measures)) {
        #expect(
          abs(value - expected) <= 1e-6 * max(abs(expected), 1e-3),
          "\(measure) of image \(item.image): \(value), expected \(expected)")
      }
    }
  }

  /// An image with ink where `isInk` says so.
  private func image(_ isInk: (_ x: Int, _ y: Int) -> Bool) -> [UInt8] {
    (0..<Model.pixels).map { isInk($0 % Model.side, $0 / Model.side) ? 255 : 0 }
  }

  private func measured(_ image: [UInt8]) -> [InkMeasure: Double] {
    Dictionary(uniqueKeysWithValues: zip(InkMeasure.allCases, InkMeasures.ink(of: image[...])))
  }

  @Test func aBarIsAsThickAndLongAsItIsDrawn() {
    let bar = measured(image { x, y in (12..<16).contains(x) && (4..<24).contains(y) })
    #expect(bar[.ink] == 80 / 784.0)
    #expect(bar[.width] == 4 && bar[.height] == 20)
    #expect(bar[.slant] == 0 && bar[.loops] == 0)
    #expect(abs((bar[.thickness] ?? 0) - 4) < 0.3)
    // The skeleton ends half a thickness before the ink does.
    #expect(abs((bar[.strokeLength] ?? 0) - 17) < 1.5)
  }

  @Test func inkThatLeansToTheRightHasAPositiveSlant() {
    // One to the right in two rows up.
    let leaning = measured(
      image { x, y in (2..<26).contains(y) && (0..<4).contains(x - (26 - y) / 2 - 4) })
    #expect(abs((leaning[.slant] ?? 0) - atan(0.5) * 180 / .pi) < 0.5)
    // Upright, it would be as wide as the bar.
    #expect(abs((leaning[.width] ?? 0) - 4) < 1)
  }

  @Test func loopsAreCounted() {
    let ring = { (x: Int, y: Int, left: Int) in
      (left...left + 6).contains(x) && (8...14).contains(y)
        && !((left + 2...left + 4).contains(x) && (10...12).contains(y))
    }
    #expect(measured(image { ring($0, $1, 4) })[.loops] == 1)
    #expect(measured(image { ring($0, $1, 4) || ring($0, $1, 10) })[.loops] == 2)
    #expect(measured(image { ring($0, $1, 4) || ring($0, $1, 18) })[.loops] == 2)
  }

  @Test(arguments: [[], [0], [783], [27, 756]])
  func imagesOfAlmostNothingHaveFiniteMeasures(inked: [Int]) {
    let ink = InkMeasures.ink(of: image { x, y in inked.contains(y * Model.side + x) }[...])
    #expect(ink.allSatisfy { $0.isFinite })
    if inked.isEmpty { #expect(ink.allSatisfy { $0 == 0 }) }
    let full = InkMeasures.ink(of: image { _, _ in true }[...])
    #expect(full.allSatisfy { $0.isFinite } && full[3] == 28 && full[4] == 28)
  }

  @Test func aPartIsTheSameForAnyNumberOfThreads() throws {
    let pixels = try testSet().pixels
    let one = InkMeasures(pixels, most: 300, workers: Workers(threads: 1))
    let three = InkMeasures(pixels, most: 300, workers: Workers(threads: 3))
    #expect(one.images.count == 300 && one.images == one.images.sorted())
    #expect(Set(one.images).count == 300 && (one.images.last ?? 0) > 5000)
    #expect(one.images == three.images && one.values == three.values)
    #expect(InkMeasures(Pixels([]), workers: Workers(threads: 2)).images.isEmpty)
  }

  @Test func skeletonsAreLinesThatHangTogether() throws {
    let images = try testSet()
    for image in 0..<50 {
      let ink = FineInk(images.pixels(of: image)[...])
      let skeleton = ink.skeleton
      #expect(zip(skeleton.rows, ink.rows).allSatisfy { $0 & ~$1 == 0 })
      #expect(skeleton.skeleton == skeleton)
      #expect(skeleton.loops == ink.loops)
    }
  }
}
