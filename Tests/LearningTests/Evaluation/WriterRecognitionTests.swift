import Foundation
import TestSupport
import Testing

@testable import Learning
@testable import Support

@Suite struct WriterRecognitionTests {
  struct Case: Decodable {
    let same, other: [[Double]]
    let weights: [Int]
    let area, weightedArea: Double
  }

  @Test func areasAreThoseOfScikitLearn() throws {
    let cases = try JSONDecoder().decode(
      [Case].self, from: Data(contentsOf: fixture("handwriting/areas.json")))
    #expect(cases.count == 5)
    for item in cases {
      let pairs = GroupPairs(
        same: item.same.map { (Int($0[0]), $0[1]) },
        other: item.other.map { (Int($0[0]), Int($0[1]), $0[2]) })
      let ones = item.weights.map { _ in 1 }
      #expect(abs(try #require(pairs.area(weights: ones)) - item.area) < 1e-9)
      #expect(abs(try #require(pairs.area(weights: item.weights)) - item.weightedArea) < 1e-9)
      #expect(pairs.area(weights: item.weights.map { _ in 0 }) == nil)
    }
  }

  /// Writers of so many images each, of all digits in turn.
  ///
  /// - Parameter hand: how far the writers' hands are apart, where one writer's images differ by 1.
  private func recognition(
    writers: Int, images: Int, hand: Double, digits: Int = 10, threads: Int = 2
  ) -> [WriterRecognition] {
    var generator = Xoshiro256(seed: 7)
    var (styles, labels, owners): ([Float], [UInt8], [Int]) = ([], [], [])
    for writer in 0..<writers {
      let centre = generator.normals(count: 3, scale: hand)
      for image in 0..<images {
        // A digit has a place of its own, which must not matter.
        let digit = image % digits
        styles += zip(centre, generator.normals(count: 3)).map { $0 + $1 + Float(50 * digit) }
        labels.append(UInt8(digit))
        owners.append(1000 - writer)
      }
    }
    return WriterRecognition.all(
      of: Encodings(styleSize: 3, styles: styles), labels: labels, writers: owners,
      workers: Workers(threads: threads))
  }

  @Test func moreDigitsTellMoreOfAHand() throws {
    let found = recognition(writers: 80, images: 40, hand: 0.7)
    #expect(found.map(\.digits) == [1, 3, 10] && found.allSatisfy { $0.writers == 80 })
    let areas = try found.map { try #require($0.area) }
    #expect(areas[0] > 0.55 && areas[0] + 0.05 < areas[1] && areas[1] + 0.05 < areas[2])
    for result in found {
      let interval = try #require(result.interval)
      #expect(try interval.contains(#require(result.area)))
      #expect(interval.upperBound - interval.lowerBound < 0.1)
    }
  }

  @Test func styleWithoutAHandTellsNothing() throws {
    for result in recognition(writers: 80, images: 40, hand: 0) {
      #expect(abs(try #require(result.area) - 0.5) < 0.06)
      #expect(try #require(result.interval).contains(0.5))
    }
  }

  @Test func aConstantStyleTellsNothing() {
    let labels = (0..<600).map { UInt8($0 % 10) }
    let found = WriterRecognition.all(
      of: Encodings(styleSize: 2, styles: [Float](repeating: 1, count: 1200)), labels: labels,
      writers: (0..<600).map { $0 / 30 }, workers: Workers(threads: 1))
    #expect(found.map(\.area) == [0.5, 0.5, 0.5])
    #expect(found.allSatisfy { $0.interval == 0.5...0.5 })
  }

  @Test func tooFewWritersGiveNoNumber() {
    #expect(recognition(writers: 9, images: 40, hand: 1).allSatisfy { $0.area == nil })
    let few = recognition(writers: 12, images: 6, hand: 1)
    #expect(few.map(\.writers) == [12, 12, 0])
    #expect(few.map { $0.area == nil } == [false, false, true])
    // Of two images of one digit, no two of different ones can be taken.
    let one = recognition(writers: 12, images: 20, hand: 1, digits: 1)
    #expect(one.map(\.writers) == [0, 12, 12])
  }

  @Test func threadsDoNotMatter() {
    let (one, three) = (
      recognition(writers: 12, images: 20, hand: 1, threads: 1),
      recognition(writers: 12, images: 20, hand: 1, threads: 3)
    )
    #expect(one.map(\.area) == three.map(\.area) && one.map(\.interval) == three.map(\.interval))
  }
}
