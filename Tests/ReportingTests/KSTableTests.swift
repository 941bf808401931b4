import Foundation
import TestSupport
import Testing

@testable import Learning
@testable import Reporting
@testable import Support

@Suite struct KSTableTests {
  @Test func testsEachFeatureOfEachDigit() {
    let labels: [UInt8] = [3, 5, 3, 3]
    let styles: [Float] = [0.5, -1, 2, 4, -3, 0, 1, 6]
    let prior = NormalDistribution(scale: 1.5)
    let table = KSTable(
      styles: styles, styleSize: 2, labels: labels, prior: prior, workers: Workers(threads: 2))

    #expect(table.rows.map(\.digit) == [nil, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    #expect(table.rows.map(\.count) == [4, 0, 0, 0, 3, 0, 1, 0, 0, 0, 0])
    let first = KSTest([0.5, 2, -3, 1] as [Float], against: prior)
    let second = KSTest([-1, 4, 0, 6] as [Float], against: prior)
    #expect(table.rows[0].features == [first, second])
    #expect(table.rows[0].pooled == KSTest(styles, against: prior))
    #expect(table.rows[4].features[1] == KSTest([-1, 0, 6] as [Float], against: prior))
    #expect(table.rows[4].pooled == KSTest([0.5, -1, -3, 0, 1, 6] as [Float], against: prior))
    #expect(table.rows[6].features[0] == KSTest([2] as [Float], against: prior))
    #expect(table.rows[1].pooled == nil && table.rows[1].features.isEmpty)
    for threads in [1, 3] {
      let other = KSTable(
        styles: styles, styleSize: 2, labels: labels, prior: prior,
        workers: Workers(threads: threads))
      #expect(other == table)
    }
  }

  // MARK: SciPy

  private struct Expected: Decodable {
    let ks: [String: [String: Test]]

    struct Test: Decodable {
      let d: Double
      /// nil where SciPy's probability is 0.
      let negLog10P: Double?

      enum CodingKeys: String, CodingKey {
        case d = "D"
        case negLog10P = "neglog10p"
      }

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        d = try container.decode(Double.self, forKey: .d)
        negLog10P = try? container.decode(Double.self, forKey: .negLog10P)
      }
    }
  }

  /// What SciPy says of the checkpoints that ship with the package, on all test images.
  @Test(arguments: ["pt-aae", "pt-sae"])
  func agreesWithSciPy(name: String) throws {
    let file = fixture("pytorch/\(name)/expected.json")
    let expected = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: file))
    let images = try DataSet.load(.test, from: "\(packageDirectory)/share/mnist")
    let model = try EvaluatedModel(
      name: name, path: name,
      checkpoint: Checkpoint.load(from: "\(packageDirectory)/share/\(name)"), on: images,
      ink: InkMeasures(images.pixels, most: 0, workers: Workers(threads: 1)),
      workers: Workers(threads: 2))
    #expect(model.ks.rows[0].features.count == model.checkpoint.styleSize)
    #expect(
      model.evaluation.measures[.distributionError]
        == median(model.ks.rows[0].features.map(\.negLog10P)))

    for row in model.ks.rows {
      let rowName = row.digit.map { "\($0)" } ?? "all"
      let tests = try #require(expected.ks[rowName])
      #expect(tests.count == row.features.count + 1)
      try compare(row.pooled, #require(tests["pooled"]), "\(rowName) pooled")
      for (feature, test) in row.features.enumerated() {
        try compare(test, #require(tests["\(feature)"]), "\(rowName) style \(feature + 1)")
      }
    }
  }

  /// The styles, up to about 10 in size, differ by rounding in float32, by some 1e-5. That moves D
  /// by up to the density of the prior, 0.2, times as much, and -log10 p, which goes with n D²,
  /// relatively by twice the relative change of D.
  private func compare(_ found: KSTest?, _ expected: Expected.Test, _ name: String) throws {
    let tolerance = 4e-6
    let found = try #require(found)
    #expect(abs(found.d - expected.d) < tolerance, "\(name): \(found)")
    if let negLog10P = expected.negLog10P {
      #expect(
        abs(found.negLog10P / negLog10P - 1) < 2.5 * tolerance / expected.d, "\(name): \(found)")
    } else {
      #expect(found.negLog10P > 300 && found.negLog10P.isFinite, "\(name): \(found)")
    }
  }
}
