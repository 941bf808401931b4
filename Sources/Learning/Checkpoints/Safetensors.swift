import Support

/// A safetensors file: named tensors and a map of strings, in one block of bytes.
///
/// The layout is a 64-bit little-endian header length, that many bytes of JSON, and the data. The
/// JSON maps each tensor's name to its `dtype`, `shape` and `data_offsets` (begin and end in the
/// data), and `__metadata__` to a map of strings. In the order of their offsets the tensors cover
/// the data from its first byte to its last, without holes or overlaps.
struct Safetensors: Sendable {
  /// The type of a tensor's elements. Written files hold wider types first, in the reverse of this
  /// order.
  enum DType: String, Sendable, CaseIterable {
    case bool = "BOOL"
    case f4 = "F4"
    case f6e2m3 = "F6_E2M3"
    case f6e3m2 = "F6_E3M2"
    case u8 = "U8"
    case i8 = "I8"
    case f8e5m2 = "F8_E5M2"
    case f8e4m3 = "F8_E4M3"
    case f8e8m0 = "F8_E8M0"
    case i16 = "I16"
    case u16 = "U16"
    case f16 = "F16"
    case bf16 = "BF16"
    case i32 = "I32"
    case u32 = "U32"
    case f32 = "F32"
    case c64 = "C64"
    case f64 = "F64"
    case i64 = "I64"
    case u64 = "U64"

    /// Bits an element takes.
    var bitWidth: Int {
      switch self {
      case .f4: 4
      case .f6e2m3, .f6e3m2: 6
      case .bool, .u8, .i8, .f8e5m2, .f8e4m3, .f8e8m0: 8
      case .i16, .u16, .f16, .bf16: 16
      case .i32, .u32, .f32: 32
      case .c64, .f64, .i64, .u64: 64
      }
    }
  }

  /// What the header says of one tensor.
  struct Tensor: Sendable, Equatable {
    let name: String
    let dtype: DType
    let shape: [Int]
    /// Where its bytes lie in the file.
    let range: Range<Int>
  }

  /// The largest header that readers accept, in bytes.
  static let headerLimit = 100_000_000

  /// The path it was read from, for messages.
  let path: String
  /// The strings of `__metadata__`, in the file's order.
  let metadata: [(name: String, value: String)]
  /// In the order in which the data holds them.
  let tensors: [Tensor]
  /// The whole file.
  let bytes: [UInt8]

  /// The tensor of that name, compared byte for byte.
  func tensor(named name: String) -> Tensor? {
    tensors.first { $0.name.hasSameBytes(as: name) }
  }

  /// A string of `__metadata__`; the name is compared byte for byte.
  func metadata(named name: String) -> String? {
    metadata.first { $0.name.hasSameBytes(as: name) }?.value
  }

  /// The elements of a tensor of F32, F16, BF16 or F64, rounded to F32; nil of any other.
  func floats(of tensor: Tensor) -> [Float]? {
    switch tensor.dtype {
    case .f32: elements(of: tensor) { (bits: UInt32) in Float(bitPattern: bits) }
    case .f16: elements(of: tensor) { (bits: UInt16) in Float(Float16(bitPattern: bits)) }
    // The upper half of an F32.
    case .bf16: elements(of: tensor) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case .f64: elements(of: tensor) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
    default: nil
    }
  }

  /// The elements of a tensor, as `floats(of:)` gives them.
  ///
  /// - Throws: `FileError` naming the tensor if it is missing, of another type or shape, or has an
  ///   element that is not finite.
  func floats(named name: String, shape: [Int]) throws(FileError) -> [Float] {
    guard let tensor = tensor(named: name) else { throw FileError(path, "no tensor \(name)") }
    guard let values = floats(of: tensor) else {
      throw FileError(
        path, "tensor \(name): dtype \(tensor.dtype.rawValue), expected F32, F16, BF16 or F64")
    }
    guard tensor.shape == shape else {
      throw FileError(path, "tensor \(name): shape \(tensor.shape), expected \(shape)")
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw FileError(
        path, "tensor \(name): element \(index) is \(values[index]), expected a finite number")
    }
    return values
  }

  private func elements<Bits: FixedWidthInteger & BitwiseCopyable>(
    of tensor: Tensor, _ convert: (Bits) -> Float
  ) -> [Float] {
    bytes.withUnsafeBytes { buffer in
      stride(
        from: tensor.range.lowerBound, to: tensor.range.upperBound, by: MemoryLayout<Bits>.size
      ).map {
        convert(Bits(littleEndian: buffer.loadUnaligned(fromByteOffset: $0, as: Bits.self)))
      }
    }
  }

  // MARK: Reading

  /// Reads a file's bytes.
  ///
  /// - Parameter path: where they come from, for messages.
  /// - Throws: `FileError` at the first thing that is not exactly as the format says.
  init(_ bytes: [UInt8], path: String) throws(FileError) {
    self.path = path
    self.bytes = bytes
    let header = try Self.headerRange(bytes, path)
    var metadata: [(name: String, value: String)] = []
    var tensors: [Tensor] = []
    var scanner = try HeaderScanner(path: path, bytes: bytes, header: header)
    try scanner.object { (scanner, name) throws(FileError) in
      if name.hasSameBytes(as: "__metadata__") {
        // The reference reads null as no metadata.
        if scanner.acceptNull() { return }
        try scanner.object { (scanner, name) throws(FileError) in
          metadata.append((name, try scanner.string()))
        }
      } else {
        tensors.append(try Self.tensor(name, dataStart: header.upperBound, &scanner))
      }
    }
    try scanner.finish()
    // Of an empty tensor and one that begins where it lies, the empty one comes first.
    tensors.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    self.metadata = metadata
    self.tensors = tensors
    try checkCoverage(dataStart: header.upperBound)
  }

  private static func headerRange(_ bytes: [UInt8], _ path: String) throws(FileError) -> Range<Int>
  {
    /// What the file is if it is known to be something else.
    func error(_ reason: String) -> FileError {
      FileError(
        path, FileSignature.describe(bytes).map { "expected safetensors, found \($0)" } ?? reason)
    }
    guard bytes.count >= 8 else {
      throw error(
        "\(bytes.count) bytes long, too short for the 8 bytes of a safetensors header length")
    }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= headerLimit else {
      throw error("claims a header of \(length) bytes, expected at most \(headerLimit)")
    }
    guard length <= bytes.count - 8 else {
      throw error("claims a header of \(length) bytes, but only \(bytes.count - 8) follow")
    }
    return 8..<8 + Int(length)
  }

  /// Reads `{"dtype": ..., "shape": [...], "data_offsets": [begin, end]}` and checks that the
  /// three agree and lie within the file.
  private static func tensor(
    _ name: String, dataStart: Int, _ scanner: inout HeaderScanner
  ) throws(FileError) -> Tensor {
    let start = scanner.position
    let dataCount = scanner.bytes.count - dataStart
    var dtypeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object { (scanner, key) throws(FileError) in
      let start = scanner.position
      if key.hasSameBytes(as: "dtype") {
        dtypeName = try scanner.string()
      } else if key.hasSameBytes(as: "shape") {
        shape = try scanner.list()
      } else if key.hasSameBytes(as: "data_offsets") {
        offsets = try scanner.list()
      } else {
        throw scanner.error(
          at: start, "tensor \(name): \"\(key)\", expected dtype, shape or data_offsets")
      }
    }
    func error(_ reason: String) -> FileError {
      FileError(scanner.path, "tensor \(name): \(reason)")
    }

    guard let dtypeName, let shape, let offsets else {
      throw scanner.error(
        at: start, "tensor \(name): expected dtype, shape and data_offsets, all three")
    }
    guard let dtype = DType(rawValue: dtypeName), dtype.rawValue.hasSameBytes(as: dtypeName)
    else { throw error("unknown dtype \(dtypeName)") }
    guard offsets.count == 2 else {
      throw error("\(offsets.count) data_offsets, expected begin and end")
    }
    let (begin, end) = (offsets[0], offsets[1])
    guard begin <= end else { throw error("data_offsets \(offsets) end before they begin") }
    guard end <= dataCount else {
      throw error("data_offsets \(offsets), but the file has \(dataCount) bytes of data")
    }
    guard let size = byteCount(dtype, shape) else {
      throw error("shape \(shape) of \(dtypeName) is not a whole number of bytes that fits a file")
    }
    guard size == end - begin else {
      throw error(
        "data_offsets \(offsets) hold \(end - begin) bytes, shape \(shape) of \(dtypeName) takes \(size)"
      )
    }
    return Tensor(
      name: name, dtype: dtype, shape: shape, range: dataStart + begin..<dataStart + end)
  }

  /// The bytes a tensor takes; nil if they cannot be counted in an `Int` or are not whole.
  static func byteCount(_ dtype: DType, _ shape: [Int]) -> Int? {
    var bits = dtype.bitWidth
    for size in shape {
      let (product, overflow) = bits.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      bits = product
    }
    return bits.isMultiple(of: 8) ? bits / 8 : nil
  }

  private func checkCoverage(dataStart: Int) throws(FileError) {
    var covered = dataStart
    for tensor in tensors {
      if tensor.range.lowerBound != covered {
        let fault =
          tensor.range.lowerBound < covered
          ? "overlaps the tensor before it" : "leaves a hole before it"
        throw FileError(
          path,
          "tensor \(tensor.name): \(fault): begins at data offset"
            + " \(tensor.range.lowerBound - dataStart), expected \(covered - dataStart)")
      }
      covered = tensor.range.upperBound
    }
    if covered != bytes.count {
      throw FileError(
        path,
        "\(bytes.count - covered) bytes after the last tensor, expected the file to end at byte"
          + " \(covered)")
    }
  }
}

extension String {
  /// Equality as files see it; `==` also finds "é" and "e" with an accent equal.
  func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

// MARK: Writing

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
