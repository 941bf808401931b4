import StyleNet
import Support

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
      average: options.averageDecay > 0 ? try AveragedParameters(file, styleSize: size) : nil,
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
