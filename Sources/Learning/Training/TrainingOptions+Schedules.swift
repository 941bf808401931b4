import Glibc

extension TrainingOptions {
  /// The factor of the generator loss in an epoch: rises in a line from nothing, reaches
  /// `generatorLossFactor` in the epoch before the last, and rises one step further in the last.
  ///
  /// factor · e / max(1, epochs - 2).
  ///
  /// - Parameter epoch: e, counted from 0.
  package func generatorFactor(epoch: Int) -> Double {
    kind == .aae ? generatorLossFactor * Double(epoch) / Double(max(1, epochs - 2)) : 0
  }

  /// The learning rate of a step.
  ///
  /// - Parameters:
  ///   - step: counted from 0 over all epochs.
  ///   - count: the steps of all epochs.
  package func learningRate(step: Int, of count: Int) -> Double {
    switch schedule {
    case .constant: learningRate
    case .cosine: learningRate * 0.5 * (1 + cos(.pi * Double(step) / Double(count)))
    }
  }
}
