/// Training options that go together.
package enum TrainingRecipe: String, Sendable, CaseIterable {
  /// The original project's: a constant, low learning rate, and the weights as they are.
  case original
  /// A higher learning rate that falls to nothing, and averaged weights.
  case averaged

  /// Sets the options that the recipe is about, and leaves the others.
  package func apply(to options: inout TrainingOptions) {
    switch self {
    case .original:
      options.learningRate = 4e-4
      options.schedule = .constant
      options.averageDecay = 0
    case .averaged:
      options.learningRate = 2.5e-3
      options.schedule = .cosine
      options.averageDecay = 0.999
    }
  }
}
