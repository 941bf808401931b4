import StyleNet
import Support

/// A network's parameters and what AdamW remembers of them.
package struct OptimizedParameters: Sendable, Equatable {
  /// Laid out as the network's `ParameterLayout` says.
  package var values: [Float]
  /// Exponential mean of the gradients.
  package var firstMoments: [Float]
  /// Exponential mean of the squared gradients.
  package var secondMoments: [Float]

  /// Parameters that no step has moved.
  package init(values: [Float]) {
    self.values = values
    firstMoments = [Float](repeating: 0, count: values.count)
    secondMoments = firstMoments
  }

  package init(values: [Float], firstMoments: [Float], secondMoments: [Float]) {
    self.values = values
    self.firstMoments = firstMoments
    self.secondMoments = secondMoments
  }
}

/// Exponential averages of the auto-encoder's parameters over the steps.
package struct AveragedParameters: Sendable, Equatable {
  package var encoder: [Float]
  package var decoder: [Float]

  package init(encoder: [Float], decoder: [Float]) {
    self.encoder = encoder
    self.decoder = decoder
  }
}

/// All that one optimiser step changes.
package struct LearnerState: Sendable, Equatable {
  package let styleSize: Int
  package var encoder: OptimizedParameters
  package var decoder: OptimizedParameters
  /// Nil for a simple auto-encoder.
  package var discriminator: OptimizedParameters?
  /// Nil if the recipe keeps none.
  package var average: AveragedParameters?
  /// Optimiser steps taken.
  package var step: Int

  package init(
    styleSize: Int, encoder: OptimizedParameters, decoder: OptimizedParameters,
    discriminator: OptimizedParameters?, average: AveragedParameters? = nil, step: Int
  ) {
    self.average = average
    self.styleSize = styleSize
    self.encoder = encoder
    self.decoder = decoder
    self.discriminator = discriminator
    self.step = step
  }

  /// PyTorch's default initial values: weights and biases uniform in ±1/sqrt(fan-in), group
  /// normalisation weight 1 and bias 0; and what `initialization` changes of them.
  package init(
    styleSize: Int, adversarial: Bool, averaged: Bool = false,
    initialization: TrainingOptions.Initialization = .uniform,
    using generator: inout some RandomNumberGenerator
  ) {
    self.styleSize = styleSize
    encoder = OptimizedParameters(
      values: initialValues(Encoder.layout(styleSize: styleSize), using: &generator))
    decoder = OptimizedParameters(
      values: initialValues(Decoder.layout(styleSize: styleSize), using: &generator))
    if initialization == .background { decoder.values[decoder.values.count - 1] = -1 }
    discriminator =
      adversarial
      ? OptimizedParameters(
        values: initialValues(Discriminator.layout(styleSize: styleSize), using: &generator))
      : nil
    average =
      averaged ? AveragedParameters(encoder: encoder.values, decoder: decoder.values) : nil
    step = 0
  }
}

private func initialValues(
  _ layout: ParameterLayout, using generator: inout some RandomNumberGenerator
) -> [Float] {
  var values: [Float] = []
  values.reserveCapacity(layout.count)
  // A bias follows its weight, and a normalisation's weight has one dimension, so the bound of the
  // weight before it serves a bias; 0 stands for a normalisation.
  var bound = 0.0
  for tensor in layout.tensors {
    let isBias = "\(tensor.name)".hasSuffix("bias")
    if tensor.shape.count > 1 {
      bound = 1 / Double(tensor.shape.dropFirst().reduce(1, *)).squareRoot()
    } else if !isBias {
      bound = 0
    }
    for _ in 0..<tensor.count {
      switch (bound, isBias) {
      case (0, false): values.append(1)
      case (0, true): values.append(0)
      default: values.append(Float((2 * generator.nextUniform() - 1) * bound))
      }
    }
  }
  return values
}
