import TestSupport
import Testing

@testable import Learning
@testable import StyleNet
@testable import Support

@Suite struct JudgeTests {
  let workers = Workers(threads: 2)

  @Test func halvesAreApartAndFollowTheSeed() throws {
    let images = try testSet(limit: 101)
    let halves = try Halves(of: images, seed: 3, judge: nil, workers: workers)
    #expect(halves.reference.count == 50 && halves.others.count == 50 && halves.count == 50)
    #expect(Set(halves.reference + halves.others).count == 100)
    let again = try Halves(of: images, seed: 3, judge: nil, workers: workers)
    let other = try Halves(of: images, seed: 4, judge: nil, workers: workers)
    #expect(halves.reference == again.reference && halves.reference != other.reference)
  }

  @Test func otherImagesAreNearerThanWhatAModelDraws() throws {
    let (checkpoint, images) = (try defaultCheckpoint("pt-aae"), try testSet(limit: 2000))
    let evaluation = try Evaluation(checkpoint, on: images, workers: workers)
    let halves = try Halves(of: images, seed: 0, judge: judge(), workers: workers)
    let found = try Generation(
      checkpoint, evaluation, labels: images.labels, in: halves, workers: workers)
    let others = try #require(halves.judged?.others)
    for measures in [others, found.generated, found.reconstructed] {
      for measure in Measure.ofDrawings { #expect(measures[measure] != nil) }
      #expect(try #require(measures[.recognised]) > 0.95)
    }
    let distances = try [others, found.reconstructed, found.generated].map {
      try #require($0[.frechet])
    }
    #expect(distances[0] < distances[1] && distances[0] < distances[2])
    #expect(try #require(found.generated[.recall]) < #require(others[.recall]))
    #expect(found.recognised?.trials == 1000)
  }

  /// Two images a side are a covariance, six a neighbourhood.
  @Test(arguments: [(1, 0), (3, 1), (5, 2), (11, 5), (12, 6)])
  func fewImagesGiveWhatTheyCan(count: Int, half: Int) throws {
    let (checkpoint, images) = (try defaultCheckpoint("pt-aae"), try testSet(limit: count))
    let evaluation = try Evaluation(checkpoint, on: images, workers: workers)
    let halves = try Halves(of: images, seed: 0, judge: judge(), workers: workers)
    let found = try Generation(
      checkpoint, evaluation, labels: images.labels, in: halves, workers: workers)
    #expect(halves.count == half)
    for measures in [try #require(halves.judged?.others), found.generated, found.reconstructed] {
      #expect((measures[.recognised] != nil) == (half > 0))
      #expect((measures[.frechet] != nil) == (half > 1))
      #expect((measures[.recall] != nil) == (half > 5))
      for number in measures.present { #expect(number.isFinite) }
    }
  }

  @Test func anotherEncoderIsNoJudge() throws {
    let error = #expect(throws: FileError.self) {
      try Judge.load(from: "\(packageDirectory)/share/pt-aae")
    }
    #expect(
      error?.description.contains("not the judge: an encoder of 4 style features, expected 54")
        == true)
    #expect(try Judge.load(from: "\(packageDirectory)/share") == nil)
  }
}
