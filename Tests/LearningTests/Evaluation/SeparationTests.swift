import TestSupport
import Testing

@testable import Learning
@testable import StyleNet
@testable import Support

@Suite struct SeparationTests {
  let workers = Workers(threads: 2)

  @Test func determinationIsScikitLearns() throws {
    let rows = try Fixture("measures.json")["determinations"]
    #expect(rows.count == 3)
    for row in rows {
      let count = Int(row[1])
      let values = fixtureSample(seed: row[0], count: count, scale: 1, shift: 0.5)
      let errors = fixtureSample(seed: row[0] + 100, count: count, scale: row[2], shift: 0)
      let found = try #require(determination(of: values, by: zip(values, errors).map(+)))
      #expect(deviation(found, row[3]) < 1e-6)
    }
    #expect(determination(of: [2, 2], by: [1, 3]) == nil)
  }

  @Test func theShippedModelKeepsDigitAndStyle() throws {
    let (checkpoint, images) = (try defaultCheckpoint("pt-aae"), try testSet(limit: 600))
    let encodings = try Evaluation(checkpoint, on: images, workers: workers).encodings
    let halves = try Halves(of: images, seed: 1, judge: judge(), workers: workers)
    let found = try Separation(checkpoint, encodings, images: images, in: halves, workers: workers)
    #expect(halves.count == 300)
    #expect(try #require(found.measures[.digitKept]) > 0.97)
    #expect(try #require(found.measures[.digitKeptByJudge]) > 0.97)
    let median = try #require(found.measures[.styleKept])
    let least = try #require(found.measures[.styleKeptLeast])
    #expect(0.5 < least && least <= median && median < 1)
    #expect(found.styleKept.count == 4 && found.styleKept.compactMap(\.self).min() == least)
    let leak = try #require(found.measures[.leak])
    #expect(try #require(found.leakChance) < leak && leak < 0.5)
  }

  /// A style that is the same for all images tells nothing, and cannot be kept.
  @Test func aConstantStyleHasNoLeakAndNoValue() throws {
    let images = try testSet(limit: 40)
    let output: [Float] = [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0.5, -1]
    let layout = Encoder.layout(styleSize: 2)
    let checkpoint = Checkpoint(
      styleSize: 2,
      encoder: [Float](repeating: 0, count: layout.count - output.count) + output,
      decoder: parameters(Decoder.layout(styleSize: 2), ["conv3.bias": 0]), discriminator: nil)
    let encodings = try Evaluation(checkpoint, on: images, workers: workers).encodings
    let halves = try Halves(of: images, seed: 1, judge: nil, workers: workers)
    let found = try Separation(checkpoint, encodings, images: images, in: halves, workers: workers)
    #expect(try #require(found.measures[.leak]) <= #require(found.leakChance))
    #expect(found.styleKept == [nil, nil] && found.measures[.styleKept] == nil)
    #expect(found.measures[.digitKeptByJudge] == nil)
  }
}

/// The judge that ships with the package.
func judge() throws -> Judge {
  try #require(try Judge.load(from: "\(packageDirectory)/share/judge"))
}
