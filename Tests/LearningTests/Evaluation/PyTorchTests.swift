import Foundation
import TestSupport
import Testing

@testable import Learning
@testable import Support

/// What PyTorch and SciPy say of the checkpoints that ship with the package, on all test images.
@Suite struct PyTorchTests {
  private struct Expected: Decodable {
    let accuracy: Double
    let accuracyPerDigit: [Double]
    let l1: Double
    let crossEntropy: Double
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

    enum CodingKeys: String, CodingKey {
      case accuracy, l1, ks
      case accuracyPerDigit = "accuracy_per_digit"
      case crossEntropy = "cross_entropy"
    }
  }

  @Test(arguments: ["pt-aae", "pt-sae"])
  func agreesOnEveryNumber(name: String) throws {
    let file = fixture("pytorch/\(name)/expected.json")
    let expected = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: file))
    let evaluation = try Evaluation(
      defaultCheckpoint(name), on: testSet(), workers: Workers(threads: 2))

    #expect(evaluation.accuracy.value == expected.accuracy)
    #expect(evaluation.accuracyPerDigit.map { $0?.value } == expected.accuracyPerDigit)
    #expect(abs(evaluation.measures.l1 / expected.l1 - 1) < 1e-6)
    #expect(abs(evaluation.measures.crossEntropy / expected.crossEntropy - 1) < 1e-6)

    for row in evaluation.ks.rows {
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
