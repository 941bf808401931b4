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

  fileprivate mutating func replaceValues(by values: [Float]) {
    self.values = values
    if average != nil { average = values }
  }

  init(initial layout: ParameterLayout, using generator: inout some RandomNumberGenerator) {
    self.init(values: layout.initialValues { generator.nextUniform() })
  }
}

/// All that one optimiser step changes.
struct TrainedParameters: Sendable, Equatable {
  var encoder: OptimizedParameters
  var decoder: OptimizedParameters
  /// Nil for a simple auto-encoder.
  var discriminator: OptimizedParameters?
  /// The `excess` of the marginals; nil if there are none.
  var marginalExcess: [Float]?
}

extension TrainedParameters {
  /// The parameters before the first step.
  init(initial options: TrainingOptions, using generator: inout some RandomNumberGenerator) {
    let size = options.styleSize
    encoder = OptimizedParameters(initial: Encoder.layout(styleSize: size), using: &generator)
    decoder = OptimizedParameters(initial: Decoder.layout(styleSize: size), using: &generator)
    if options.initialization == .background {
      // The last parameter is the bias of the image.
      decoder.values[decoder.values.count - 1] = -1
    }
    if options.keepsAverage {
      (encoder.average, decoder.average) = (encoder.values, decoder.values)
    }
    if options.kind == .aae {
      discriminator = OptimizedParameters(
        initial: Discriminator.layout(styleSize: size), using: &generator)
    }
    if options.fitsMarginals {
      marginalExcess = Array(repeating: 0, count: StyleMarginals.excessCount(styleSize: size))
    }
  }
}

extension TrainedParameters {
  /// Takes the values of a checkpoint; a discriminator that it lacks stays as it is.
  mutating func replaceValues(by checkpoint: Checkpoint) {
    encoder.replaceValues(by: checkpoint.encoder)
    decoder.replaceValues(by: checkpoint.decoder)
    if let values = checkpoint.discriminator { discriminator?.replaceValues(by: values) }
  }
}

// MARK: Files

extension TrainedParameters {
  /// Whether every number is finite.
  var isFinite: Bool {
    [encoder, decoder, discriminator].compactMap { $0 }.allSatisfy { network in
      network.blocks.allSatisfy { $0.values.allSatisfy(\.isFinite) }
    } && (marginalExcess ?? []).allSatisfy(\.isFinite)
  }

  /// A flat block for each network's values, moments and, if one is kept, average.
  var tensors: [Safetensors.NewTensor] {
    encoder.tensors("encoder") + decoder.tensors("decoder")
      + (discriminator?.tensors("discriminator") ?? [])
      + (marginalExcess.map {
        [Safetensors.NewTensor(name: Self.marginalExcessName, shape: [$0.count], values: $0)]
      } ?? [])
  }

  private static let marginalExcessName = "marginals.excess"

  /// Reads the parameters of a training with these options.
  ///
  /// - Throws: `FileError` naming the tensor that is missing, of another size or type, or not
  ///   finite.
  init(_ file: Safetensors, _ options: TrainingOptions) throws(FileError) {
    let (size, averaged) = (options.styleSize, options.keepsAverage)
    encoder = try OptimizedParameters(
      file, "encoder", Encoder.layout(styleSize: size), averaged: averaged)
    decoder = try OptimizedParameters(
      file, "decoder", Decoder.layout(styleSize: size), averaged: averaged)
    if options.kind == .aae {
      discriminator = try OptimizedParameters(
        file, "discriminator", Discriminator.layout(styleSize: size), averaged: false)
    }
    if options.fitsMarginals {
      marginalExcess = try file.floats(
        named: Self.marginalExcessName, shape: [StyleMarginals.excessCount(styleSize: size)])
    }
  }
}

extension OptimizedParameters {
  /// The flat blocks, with what a file calls them after the network's name.
  fileprivate var blocks: [(name: String, values: [Float])] {
    [("values", values), ("first_moments", firstMoments), ("second_moments", secondMoments)]
      + (average.map { [("average", $0)] } ?? [])
  }

  fileprivate func tensors(_ network: String) -> [Safetensors.NewTensor] {
    blocks.map { name, values in
      Safetensors.NewTensor(name: "\(network).\(name)", shape: [values.count], values: values)
    }
  }

  fileprivate init(
    _ file: Safetensors, _ network: String, _ layout: ParameterLayout, averaged: Bool
  ) throws(FileError) {
    func block(_ name: String) throws(FileError) -> [Float] {
      try file.floats(named: "\(network).\(name)", shape: [layout.count])
    }
    values = try block("values")
    firstMoments = try block("first_moments")
    secondMoments = try block("second_moments")
    average = averaged ? try block("average") : nil
  }
}

// MARK: Marginals

extension StyleMarginals {
  /// The marginals of a training with these options.
  convenience init(excess: [Float], options: TrainingOptions) {
    var generator = RandomStream.directions.generator(seed: options.seed)
    let (size, prior) = (options.styleSize, options.prior)
    let axes = (0..<size).map { axis in (0..<size).map { $0 == axis ? 1.0 : 0 } }
    let bases =
      [axes] + (1..<Self.bases).map { _ in orthonormalBasis(of: size, using: &generator) }
    let edges = (0..<Self.edgeCount).map { edge in
      prior.scale * Double(edge - Self.edgeCount / 2) / Double(Self.edgesPerDeviation)
    }
    self.init(
      bases: bases.joined().joined().map { Float($0) }, styleSize: size,
      scale: Float(prior.scale), prior: edges.map { Float(prior.probability(upTo: $0)) },
      excess: excess, imageCapacity: options.batchSize)
  }
}

/// Vectors of length 1 at right angles, every basis equally likely (Gram and Schmidt).
private func orthonormalBasis(
  of size: Int, using generator: inout some RandomNumberGenerator
) -> [[Double]] {
  func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
  var basis: [[Double]] = []
  for _ in 0..<size {
    var vector = generator.normals(count: size).map { Double($0) }
    for other in basis {
      let share = product(vector, other)
      vector = zip(vector, other).map { $0 - share * $1 }
    }
    let length = product(vector, vector).squareRoot()
    basis.append(vector.map { $0 / length })
  }
  return basis
}
