/// Training options that go together.
package enum TrainingRecipe: String, Sendable, CaseIterable {
  /// The original project's: a constant, low learning rate, and the weights as they are.
  case original
  /// A higher learning rate that falls to nothing, more weight decay, averaged weights, and outputs
  /// that begin as background.
  case averaged

  /// Sets the options that the recipe is about, and leaves the others.
  package func apply(to options: inout TrainingOptions) {
    switch self {
    case .original:
      options.learningRate = 4e-4
      options.schedule = .constant
      options.initialization = .uniform
      options.weightDecay = 0.01
      options.averageDecay = 0
    case .averaged:
      options.learningRate = 2.5e-3
      options.schedule = .cosine
      options.initialization = .background
      options.weightDecay = 0.1
      options.averageDecay = 0.999
    }
  }

  /// The options of a training by this recipe that are not given otherwise.
  package func options(kind: Checkpoint.Kind, epochs: Int) -> TrainingOptions {
    var options = TrainingOptions(kind: kind, epochs: epochs)
    apply(to: &options)
    return options
  }
}
