import StyleNet
import Support

/// A network's parameters and what AdamW remembers of them.
struct OptimizedParameters: Sendable, Equatable {
  /// Laid out as the network's `ParameterLayout` says.
  var values: [Float]
  /// Exponential mean of the gradients.
  var firstMoments: [Float]
  /// Exponential mean of the squared gradients.
  var secondMoments: [Float]
}

extension OptimizedParameters {
  /// Parameters that no step has moved.
  init(values: [Float]) {
    let zeros = [Float](repeating: 0, count: values.count)
    self.init(values: values, firstMoments: zeros, secondMoments: zeros)
  }

  /// PyTorch's initial values: weights and biases uniform in ±1/sqrt(fan-in), group normalisation
  /// weight 1 and bias 0.
  init(initial layout: ParameterLayout, using generator: inout some RandomNumberGenerator) {
    self.init(
      values: layout.tensors.flatMap { tensor in
        (0..<tensor.count).map { _ in
          switch tensor.initialValues {
          case .constant(let value): value
          case .uniform(let fanIn):
            Float((2 * generator.nextUniform() - 1) * (1 / Double(fanIn).squareRoot()))
          }
        }
      })
  }
}

/// Exponential averages of the auto-encoder's parameters over the steps.
struct AveragedParameters: Sendable, Equatable {
  var encoder: [Float]
  var decoder: [Float]
}

/// All that one optimiser step changes.
struct LearnerState: Sendable, Equatable {
  let styleSize: Int
  var encoder: OptimizedParameters
  var decoder: OptimizedParameters
  /// Nil for a simple auto-encoder.
  var discriminator: OptimizedParameters?
  /// Nil if the recipe keeps none.
  var average: AveragedParameters?
  /// Optimiser steps taken.
  var step: Int
}

extension LearnerState {
  /// The state before the first step.
  init(
    styleSize: Int, adversarial: Bool, averaged: Bool = false,
    initialization: TrainingOptions.Initialization = .uniform,
    using generator: inout some RandomNumberGenerator
  ) {
    let encoder = OptimizedParameters(
      initial: Encoder.layout(styleSize: styleSize), using: &generator)
    var decoder = OptimizedParameters(
      initial: Decoder.layout(styleSize: styleSize), using: &generator)
    if initialization == .background {
      decoder.values[Decoder.outputBias(styleSize: styleSize).offset] = -1
    }
    self.init(
      styleSize: styleSize, encoder: encoder, decoder: decoder,
      discriminator: adversarial
        ? OptimizedParameters(
          initial: Discriminator.layout(styleSize: styleSize), using: &generator) : nil,
      average: averaged
        ? AveragedParameters(encoder: encoder.values, decoder: decoder.values) : nil,
      step: 0)
  }
}

// MARK: As tensors of a file

extension LearnerState {
  /// The networks with the names that files give them.
  var networks: [(name: String, parameters: OptimizedParameters)] {
    [("encoder", encoder), ("decoder", decoder)]
      + (discriminator.map { [("discriminator", $0)] } ?? [])
  }

  /// The state as tensors: each network's flat blocks.
  var tensors: [Safetensors.NewTensor] {
    networks.flatMap { name, parameters in
      parameters.blocks.map { block, values in
        Safetensors.NewTensor(name: "\(name).\(block)", shape: [values.count], values: values)
      }
    } + (average?.tensors ?? [])
  }

  /// Reads the state of a training with these options.
  ///
  /// - Throws: `FileError` naming the tensor that is missing, of another size or type, or not
  ///   finite.
  init(_ file: Safetensors, _ options: TrainingOptions, step: Int) throws(FileError) {
    let size = options.styleSize
    let discriminatorSize = Discriminator.layout(styleSize: size).count
    self.init(
      styleSize: size,
      encoder: try OptimizedParameters(
        file, "encoder", count: Encoder.layout(styleSize: size).count),
      decoder: try OptimizedParameters(
        file, "decoder", count: Decoder.layout(styleSize: size).count),
      discriminator: options.kind == .sae
        ? nil : try OptimizedParameters(file, "discriminator", count: discriminatorSize),
      average: options.keepsAverage ? try AveragedParameters(file, styleSize: size) : nil,
      step: step)
  }
}

extension OptimizedParameters {
  var blocks: [(name: String, values: [Float])] {
    [("values", values), ("first_moments", firstMoments), ("second_moments", secondMoments)]
  }

  fileprivate init(_ file: Safetensors, _ network: String, count: Int) throws(FileError) {
    self.init(
      values: try file.block("\(network).values", count: count),
      firstMoments: try file.block("\(network).first_moments", count: count),
      secondMoments: try file.block("\(network).second_moments", count: count))
  }
}

extension AveragedParameters {
  fileprivate var tensors: [Safetensors.NewTensor] {
    [
      Safetensors.NewTensor(name: "encoder.average", shape: [encoder.count], values: encoder),
      Safetensors.NewTensor(name: "decoder.average", shape: [decoder.count], values: decoder),
    ]
  }

  fileprivate init(_ file: Safetensors, styleSize: Int) throws(FileError) {
    self.init(
      encoder: try file.block(
        "encoder.average", count: Encoder.layout(styleSize: styleSize).count),
      decoder: try file.block(
        "decoder.average", count: Decoder.layout(styleSize: styleSize).count))
  }
}

extension Safetensors {
  /// The numbers of a tensor of one axis.
  ///
  /// - Throws: `FileError` naming the tensor if it is missing, of another size or type, or has an
  ///   element that is not finite.
  fileprivate func block(_ name: String, count: Int) throws(FileError) -> [Float] {
    guard let tensor = tensor(named: name) else { throw FileError(path, "no tensor \(name)") }
    guard tensor.dtype == .f32, tensor.shape == [count] else {
      throw FileError(
        path, "tensor \(name): \(tensor.dtype.rawValue) \(tensor.shape), expected F32 [\(count)]")
    }
    let values = floats(of: tensor)
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw FileError(
        path, "tensor \(name): element \(index) is \(values[index]), expected a finite number")
    }
    return values
  }
}
