extension Safetensors {
  /// A tensor to be written.
  struct NewTensor: Sendable {
    let name: String
    let dtype: DType
    let shape: [Int]
    /// Little-endian elements in row-major order.
    let bytes: [UInt8]

    init(name: String, dtype: DType, shape: [Int], bytes: [UInt8]) {
      precondition(Safetensors.byteCount(dtype, shape) == bytes.count)
      self.name = name
      self.dtype = dtype
      self.shape = shape
      self.bytes = bytes
    }

    /// A tensor of 32-bit floats.
    init(name: String, shape: [Int], values: some Collection<Float>) {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(values.count * 4)
      for value in values {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
      }
      self.init(name: name, dtype: .f32, shape: shape, bytes: bytes)
    }
  }

  /// A file's bytes, the same that Python's `safetensors` makes of the same tensors.
  ///
  /// `__metadata__` comes first; the tensors follow, wider types before narrower ones and then in
  /// the order of their names' bytes; the compact JSON is filled up with spaces so that the data
  /// begins at a multiple of 8.
  ///
  /// - Parameter tensors: of different names.
  static func encode(
    _ tensors: [NewTensor], metadata: [(name: String, value: String)] = []
  ) -> [UInt8] {
    let order = DType.allCases
    func rank(_ tensor: NewTensor) -> Int { order.firstIndex(of: tensor.dtype) ?? order.count }
    let sorted = tensors.sorted {
      rank($0) == rank($1) ? precedes($0.name, $1.name) : rank($0) > rank($1)
    }
    var members: [String] = []
    if !metadata.isEmpty {
      let strings = metadata.sorted { precedes($0.name, $1.name) }
        .map { "\(quoted($0.name)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(strings.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in sorted {
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      let end = offset + tensor.bytes.count
      members.append(
        "\(quoted(tensor.name)):{\"dtype\":\"\(tensor.dtype.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)

    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + offset)
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes += $0 }
    bytes += header
    for tensor in sorted { bytes += tensor.bytes }
    return bytes
  }

  private static func precedes(_ a: String, _ b: String) -> Bool {
    a.utf8.lexicographicallyPrecedes(b.utf8)
  }

  /// A JSON string with only the escapes that JSON demands.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{8}": result += "\\b"
      case "\u{c}": result += "\\f"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
