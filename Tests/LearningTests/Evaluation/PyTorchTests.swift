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
    enum CodingKeys: String, CodingKey {
      case accuracy, l1
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
    #expect(try abs(#require(evaluation.measures[.l1]) / expected.l1 - 1) < 1e-6)
    #expect(
      try abs(#require(evaluation.measures[.crossEntropy]) / expected.crossEntropy - 1) < 1e-6)
  }
}
