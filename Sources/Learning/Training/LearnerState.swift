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
  /// Exponential mean of the values, if one is kept.
  var average: [Float]?
}

extension OptimizedParameters {
  /// Parameters that no step has moved.
  init(values: [Float]) {
    let zeros = [Float](repeating: 0, count: values.count)
    self.init(values: values, firstMoments: zeros, secondMoments: zeros)
  }

  init(initial layout: ParameterLayout, using generator: inout some RandomNumberGenerator) {
    self.init(values: layout.initialValues { generator.nextUniform() })
  }
}

/// All that one optimiser step changes.
struct LearnerState: Sendable, Equatable {
  let styleSize: Int
  var encoder: OptimizedParameters
  var decoder: OptimizedParameters
  /// Nil for a simple auto-encoder.
  var discriminator: OptimizedParameters?
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
    var encoder = OptimizedParameters(
      initial: Encoder.layout(styleSize: styleSize), using: &generator)
    var decoder = OptimizedParameters(
      initial: Decoder.layout(styleSize: styleSize), using: &generator)
    if initialization == .background {
      // The last parameter is the bias of the image.
      decoder.values[decoder.values.count - 1] = -1
    }
    if averaged { (encoder.average, decoder.average) = (encoder.values, decoder.values) }
    self.init(
      styleSize: styleSize, encoder: encoder, decoder: decoder,
      discriminator: adversarial
        ? OptimizedParameters(
          initial: Discriminator.layout(styleSize: styleSize), using: &generator) : nil,
      step: 0)
  }
}

// MARK: As tensors of a file

extension LearnerState {
  /// Each network's flat blocks, with their names in a file.
  var blocks: [(name: String, values: [Float])] {
    encoder.blocks("encoder") + decoder.blocks("decoder")
      + (discriminator?.blocks("discriminator") ?? [])
  }

  var tensors: [Safetensors.NewTensor] {
    blocks.map { Safetensors.NewTensor(name: $0.name, shape: [$0.values.count], values: $0.values) }
  }

  /// Reads the state of a training with these options.
  ///
  /// - Throws: `FileError` naming the tensor that is missing, of another size or type, or not
  ///   finite.
  init(_ file: Safetensors, _ options: TrainingOptions, step: Int) throws(FileError) {
    let (size, averaged) = (options.styleSize, options.keepsAverage)
    let discriminator = Discriminator.layout(styleSize: size)
    self.init(
      styleSize: size,
      encoder: try OptimizedParameters(
        file, "encoder", Encoder.layout(styleSize: size), averaged: averaged),
      decoder: try OptimizedParameters(
        file, "decoder", Decoder.layout(styleSize: size), averaged: averaged),
      discriminator: options.kind == .sae
        ? nil
        : try OptimizedParameters(file, "discriminator", discriminator, averaged: false),
      step: step)
  }
}

extension OptimizedParameters {
  fileprivate func blocks(_ network: String) -> [(name: String, values: [Float])] {
    [
      ("\(network).values", values), ("\(network).first_moments", firstMoments),
      ("\(network).second_moments", secondMoments),
    ] + (average.map { [("\(network).average", $0)] } ?? [])
  }

  fileprivate init(
    _ file: Safetensors, _ network: String, _ layout: ParameterLayout, averaged: Bool
  ) throws(FileError) {
    self.init(
      values: try file.block("\(network).values", count: layout.count),
      firstMoments: try file.block("\(network).first_moments", count: layout.count),
      secondMoments: try file.block("\(network).second_moments", count: layout.count),
      average: averaged ? try file.block("\(network).average", count: layout.count) : nil)
  }
}

extension Safetensors {
  /// The numbers of a tensor of one axis.
  ///
  /// - Throws: `FileError` naming the tensor if it is missing, of another size or type, or has an
  ///   element that is not finite.
  fileprivate func block(_ name: String, count: Int) throws(FileError) -> [Float] {
    guard let tensor = tensor(named: name) else { throw FileError(path, "no tensor \(name)") }
    guard tensor.dtype == .f32, tensor.shape == [count], let values = floats(of: tensor) else {
      throw FileError(
        path, "tensor \(name): \(tensor.dtype.rawValue) \(tensor.shape), expected F32 [\(count)]")
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw FileError(
        path, "tensor \(name): element \(index) is \(values[index]), expected a finite number")
    }
    return values
  }
}
