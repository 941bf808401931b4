import StyleNet
package import Support

extension Checkpoint {
  /// The files that `vis export` writes.
  package static let onnxFileNames = ["encoder.onnx", "decoder.onnx"]

  /// The encoder and the decoder as ONNX models, opset 17, for any number of images N.
  ///
  /// - `encoder.onnx`: `images`, N x 1 x 28 x 28 from -1 (paper) to 1 (ink), to `logits`, N x 10, and
  ///   `style`, N x S.
  /// - `decoder.onnx`: `probabilities`, N x 10, and `style`, N x S, to `images`, N x 1 x 28 x 28, which
  ///   is linear and so not clamped to [-1, 1].
  ///
  /// The tensors keep the names that they have in the checkpoint.
  ///
  /// - Parameter version: the program's, which the files name.
  package func onnx(version: String) -> [FileSet.File] {
    let graphs = [encoderGraph(), decoderGraph()]
    return zip(Self.onnxFileNames, graphs).map { name, graph in
      (name, graph.model(version: version, prior: prior))
    }
  }

  private func encoderGraph() -> ONNXGraph {
    var graph = ONNXGraph(name: "encoder")
    graph.addTensors(Encoder.layout(styleSize: styleSize), encoder)
    graph.addInput("images", [1, Model.side, Model.side])
    var x = graph.addConvolutionBlock(
      "images", "_seq.0", channels: 16, side: 14, kernel: 5, stride: 2, groups: 4)
    x = graph.addConvolutionBlock(
      x, "_seq.1", channels: 32, side: 14, kernel: 3, stride: 1, groups: 8)
    x = graph.addNode(
      "MaxPool", [x],
      [
        .integers("kernel_shape", [3, 3]), .integers("strides", [2, 2]),
        .integers("pads", [1, 1, 1, 1]),
      ])
    x = graph.addNode("Flatten", [x])
    x = graph.addLinear(x, "_seq.4")
    let sizes = graph.addConstant([Model.classes, styleSize])
    graph.addNode("Split", [x, sizes], [.integer("axis", 1)], outputs: ["logits", "style"])
    graph.addOutput("logits", [Model.classes])
    graph.addOutput("style", [styleSize])
    return graph
  }

  private func decoderGraph() -> ONNXGraph {
    var graph = ONNXGraph(name: "decoder")
    graph.addTensors(Decoder.layout(styleSize: styleSize), decoder)
    graph.addInput("probabilities", [Model.classes])
    graph.addInput("style", [styleSize])
    var x = graph.addNode("Concat", ["probabilities", "style"], [.integer("axis", 1)])
    x = graph.addReshape(graph.addLinear(x, "fc"), [32, 7, 7])
    x = graph.addConvolutionBlock(
      graph.addUpsampling(x), "conv1", channels: 32, side: 14, kernel: 3, stride: 1, groups: 8)
    x = graph.addConvolutionBlock(
      graph.addUpsampling(x), "conv2", channels: 4, side: 28, kernel: 3, stride: 1, groups: 2)
    graph.addConvolution(
      [x, "conv3.weight", "conv3.bias"], kernel: 3, stride: 1, output: "images")
    graph.addOutput("images", [1, Model.side, Model.side])
    return graph
  }
}

/// A graph of ONNX (onnx.proto, IR version 8) as it is built, node after node.
private struct ONNXGraph {
  let name: String
  private var nodes: [ProtocolBuffer] = []
  private var initializers: [ProtocolBuffer] = []
  private var inputs: [ProtocolBuffer] = []
  private var outputs: [ProtocolBuffer] = []

  init(name: String) { self.name = name }

  /// The file: a ModelProto.
  func model(version: String, prior: NormalDistribution) -> [UInt8] {
    ProtocolBuffer { model in
      model.add(1, integer: 8)
      model.add(2, "mnist-style")
      model.add(3, version)
      model.add(
        7,
        ProtocolBuffer { graph in
          for node in nodes { graph.add(1, node) }
          graph.add(2, name)
          for tensor in initializers { graph.add(5, tensor) }
          for input in inputs { graph.add(11, input) }
          for output in outputs { graph.add(12, output) }
        })
      model.add(8, ProtocolBuffer { $0.add(2, integer: 17) })
      model.add(
        14,
        ProtocolBuffer { property in
          property.add(1, Checkpoint.priorName)
          property.add(2, "\(prior.scale)")
        })
    }.bytes
  }

  // MARK: Values

  /// - Parameter shape: without its first axis, which is N.
  mutating func addInput(_ name: String, _ shape: [Int]) {
    inputs.append(Self.valueInfo(name, shape))
  }

  /// - Parameter shape: without its first axis, which is N.
  mutating func addOutput(_ name: String, _ shape: [Int]) {
    outputs.append(Self.valueInfo(name, shape))
  }

  /// A ValueInfoProto of floats.
  private static func valueInfo(_ name: String, _ shape: [Int]) -> ProtocolBuffer {
    let dimensions = ProtocolBuffer { dimensions in
      dimensions.add(1, ProtocolBuffer { $0.add(2, "N") })
      for size in shape { dimensions.add(1, ProtocolBuffer { $0.add(1, integer: size) }) }
    }
    let tensor = ProtocolBuffer { tensor in
      tensor.add(1, integer: ElementType.float.rawValue)
      tensor.add(2, dimensions)
    }
    return ProtocolBuffer { value in
      value.add(1, name)
      value.add(2, ProtocolBuffer { $0.add(1, tensor) })
    }
  }

  /// TensorProto.DataType.
  private enum ElementType: Int {
    case float = 1
    case int64 = 7
  }

  private mutating func addInitializer<Element: BitwiseCopyable>(
    _ name: String, _ shape: [Int], _ type: ElementType, littleEndian elements: [Element]
  ) {
    initializers.append(
      ProtocolBuffer { tensor in
        for size in shape { tensor.add(1, integer: size) }
        tensor.add(2, integer: type.rawValue)
        tensor.add(8, name)
        tensor.add(9, elements.withUnsafeBytes(Array.init))
      })
  }

  /// Adds a network's tensors by their names in the checkpoint.
  mutating func addTensors(_ layout: ParameterLayout, _ block: [Float]) {
    for tensor in layout.tensors {
      let values = block[tensor.offset..<tensor.offset + tensor.count]
      addInitializer(
        "\(tensor.name)", tensor.shape, .float,
        littleEndian: values.map(\.bitPattern.littleEndian))
    }
  }

  /// Adds a list of integers and returns its name.
  mutating func addConstant(_ values: [Int]) -> String {
    let name = "constant\(initializers.count)"
    addInitializer(
      name, [values.count], .int64, littleEndian: values.map { Int64($0).littleEndian })
    return name
  }

  /// Adds a list of floats and returns its name.
  mutating func addConstant(_ values: [Float], shape: [Int]) -> String {
    let name = "constant\(initializers.count)"
    addInitializer(name, shape, .float, littleEndian: values.map(\.bitPattern.littleEndian))
    return name
  }

  // MARK: Nodes

  /// AttributeProto.
  enum Attribute {
    case integer(String, Int)
    case integers(String, [Int])
    case float(String, Float)
    case string(String, String)

    var message: ProtocolBuffer {
      ProtocolBuffer { attribute in
        switch self {
        case .float(let name, let value):
          attribute.add(1, name)
          attribute.add(2, float: value)
          attribute.add(20, integer: 1)
        case .integer(let name, let value):
          attribute.add(1, name)
          attribute.add(3, integer: value)
          attribute.add(20, integer: 2)
        case .string(let name, let value):
          attribute.add(1, name)
          attribute.add(4, value)
          attribute.add(20, integer: 3)
        case .integers(let name, let values):
          attribute.add(1, name)
          for value in values { attribute.add(8, integer: value) }
          attribute.add(20, integer: 7)
        }
      }
    }
  }

  /// Adds a NodeProto.
  mutating func addNode(
    _ type: String, _ inputs: [String], _ attributes: [Attribute] = [], outputs: [String]
  ) {
    nodes.append(
      ProtocolBuffer { node in
        for input in inputs { node.add(1, input) }
        for output in outputs { node.add(2, output) }
        node.add(4, type)
        for attribute in attributes { node.add(5, attribute.message) }
      })
  }

  /// Adds a node with one output and returns the output's name.
  mutating func addNode(
    _ type: String, _ inputs: [String], _ attributes: [Attribute] = []
  ) -> String {
    let output = "node\(nodes.count)"
    addNode(type, inputs, attributes, outputs: [output])
    return output
  }

  // MARK: Layers

  /// - Parameter shape: the new one, without its first axis, which stays.
  mutating func addReshape(_ x: String, _ shape: [Int]) -> String {
    addNode("Reshape", [x, addConstant([0] + shape)])
  }

  mutating func addLinear(_ x: String, _ name: String) -> String {
    addNode("Gemm", [x, "\(name).weight", "\(name).bias"], [.integer("transB", 1)])
  }

  mutating func addConvolution(
    _ inputs: [String], kernel: Int, stride: Int, output: String
  ) {
    addNode(
      "Conv", inputs,
      [
        .integers("kernel_shape", [kernel, kernel]), .integers("strides", [stride, stride]),
        .integers("pads", [Int](repeating: kernel / 2, count: 4)),
      ], outputs: [output])
  }

  /// Convolution without bias, GroupNorm, ReLU.
  ///
  /// Opset 17 has no GroupNorm: an InstanceNormalization of the groups, each seen as one channel,
  /// normalises, and the channels' weight and bias follow.
  ///
  /// - Parameter side: height and width of the output.
  mutating func addConvolutionBlock(
    _ x: String, _ name: String, channels: Int, side: Int, kernel: Int, stride: Int, groups: Int
  ) -> String {
    let convolved = "\(name).0"
    addConvolution([x, "\(name).0.weight"], kernel: kernel, stride: stride, output: convolved)
    let ones = addConstant([Float](repeating: 1, count: groups), shape: [groups])
    let zeros = addConstant([Float](repeating: 0, count: groups), shape: [groups])
    let normalized = addNode(
      "InstanceNormalization", [addReshape(convolved, [groups, -1]), ones, zeros],
      [.float("epsilon", 1e-5)])
    let weight = addNode("Reshape", ["\(name).1.weight", addConstant([channels, 1, 1])])
    let bias = addNode("Reshape", ["\(name).1.bias", addConstant([channels, 1, 1])])
    let scaled = addNode("Mul", [addReshape(normalized, [channels, side, side]), weight])
    return addNode("Relu", [addNode("Add", [scaled, bias])])
  }

  /// Each pixel twice in both directions.
  mutating func addUpsampling(_ x: String) -> String {
    let scales = addConstant([1, 1, 2, 2], shape: [4])
    return addNode(
      "Resize", [x, "", scales],
      [
        .string("mode", "nearest"), .string("nearest_mode", "floor"),
        .string("coordinate_transformation_mode", "asymmetric"),
      ])
  }
}

/// A message in the encoding of Protocol Buffers, field after field.
private struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  init(_ build: (inout ProtocolBuffer) -> Void) { build(&self) }

  private enum WireType: Int {
    case varint = 0
    case lengthDelimited = 2
    case fixed32 = 5
  }

  private mutating func addTag(_ field: Int, _ type: WireType) {
    addVarint(UInt64(field << 3 | type.rawValue))
  }

  /// Seven bits a byte, the lowest first.
  private mutating func addVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func add(_ field: Int, integer value: Int) {
    addTag(field, .varint)
    addVarint(UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ field: Int, float value: Float) {
    addTag(field, .fixed32)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  mutating func add(_ field: Int, _ value: [UInt8]) {
    addTag(field, .lengthDelimited)
    addVarint(UInt64(value.count))
    bytes += value
  }

  mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

  mutating func add(_ field: Int, _ message: ProtocolBuffer) { add(field, message.bytes) }
}
