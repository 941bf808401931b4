import FoundationEssentials
import TestSupport
import Testing

@testable import Learning
@testable import Support

/// A file with this header and that many bytes of data.
private func file(_ header: String, data: Int = 0) -> [UInt8] {
  file(Array(header.utf8), data: data)
}

private func file(_ header: [UInt8], data: Int = 0) -> [UInt8] {
  let length = withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init)
  return length + header + (0..<data).map { UInt8(truncatingIfNeeded: $0) }
}

/// A tensor's entry in a header.
private func entry(
  _ name: String, _ dtype: String = "F32", _ shape: String = "[1]", _ offsets: String = "[0,4]"
) -> String {
  #""\#(name)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}"#
}

@Suite struct SafetensorsTests {
  @Test func readsEveryDTypeOfPyTorch() throws {
    let path = fixture("checkpoints/dtypes.safetensors").path
    let file = try Safetensors(FileSystem.read(path, limit: 10_000), path: path)
    #expect(file.metadata.map(\.name) == ["ä"])
    #expect(file.metadata.map(\.value) == ["ü\t\u{1f}"])
    #expect(file.tensors.count == 21)
    #expect(Set(file.tensors.map(\.dtype)).count == 17)
    let empty = try #require(file.tensor(named: "empty"))
    #expect(empty.shape == [3, 0] && empty.range.isEmpty)
    #expect(file.tensor(named: "scalar")?.shape == [])
    let floats = try #require(file.tensor(named: "Z"))
    #expect(
      file.floats(of: floats)
        == [Float(bitPattern: 0x0403_0201), Float(bitPattern: 0x0807_0605)])
    #expect(file.tensor(named: "nothing") == nil)
  }

  @Test(arguments: [
    "{}", " \t\r\n{ } \n", #"{"__metadata__":{}}"#, #"{"__metadata__": null}"#,
    #"{"__metadata__":{"é":"\u00e9\ud83d\ude00"}}"#,
  ])
  func acceptsWhiteSpaceAndMetadata(header: String) throws {
    #expect(try Safetensors(file(header), path: "f").tensors.isEmpty)
  }

  @Test func acceptsMembersInAnyOrder() throws {
    let header =
      #" { "b" : {"shape" : [ 2 , 1 ],"data_offsets":[1,3], "dtype":"U8"} ,"#
      + #""\u0061":{"data_offsets":[0,1],"dtype":"BOOL","shape":[]} }  "#
    let file = try Safetensors(file(header, data: 3), path: "f")
    #expect(file.tensors.map(\.name) == ["a", "b"])
    #expect(
      file.tensors.map(\.range) == [
        8 + header.utf8.count..<9 + header.utf8.count,
        9 + header.utf8.count..<11 + header.utf8.count,
      ])
  }

  @Test func keepsNamesApartThatLookTheSame() throws {
    let header =
      "{" + entry("\u{e9}", "U8", "[1]", "[0,1]") + ","
      + entry("e\u{301}", "U8", "[2]", "[1,3]") + "}"
    let file = try Safetensors(file(header, data: 3), path: "f")
    #expect(file.tensor(named: "\u{e9}")?.shape == [1])
    #expect(file.tensor(named: "e\u{301}")?.shape == [2])
  }

  @Test(
    arguments: [
      ([], "0 bytes long, too short for the 8 bytes of a safetensors header length"),
      (
        [1, 0, 0, 0, 0, 0, 0],
        "7 bytes long, too short for the 8 bytes of a safetensors header length"
      ),
      ([1, 0, 0, 0, 0, 0, 0, 0], "claims a header of 1 bytes, but only 0 follow"),
      ([0, 0xe1, 0xf5, 5, 0, 0, 0, 0], "claims a header of 100000000 bytes, but only 0 follow"),
      (
        [1, 0xe1, 0xf5, 5, 0, 0, 0, 0],
        "claims a header of 100000001 bytes, expected at most 100000000"
      ),
      (
        Array(repeating: 0xff, count: 8),
        "claims a header of 18446744073709551615 bytes, expected at most 100000000"
      ),
      (Array(repeating: 0, count: 8), "header: byte 8: expected '{'"),
    ] as [([UInt8], String)])
  func refusesAWrongHeaderLength(bytes: [UInt8], reason: String) {
    #expect(throws: FileError("f", reason)) { try Safetensors(bytes, path: "f") }
  }

  private static let malformed: [(String, String)] = [
    ("", "byte 8: expected '{'"),
    ("[]", "byte 8: expected '{'"),
    ("null", "byte 8: expected '{'"),
    ("{", "byte 9: expected '\"'"),
    ("{}}", "byte 10: expected the end of the header"),
    ("{}\0", "byte 10: expected the end of the header"),
    ("{,}", "byte 9: expected '\"'"),
    ("{a:1}", "byte 9: expected '\"'"),
    (#"{"a"}"#, "byte 12: expected ':'"),
    (#"{"a":1}"#, "byte 13: expected '{'"),
    (#"{"a":[[[[[[[[[[]]]]]]]]]]}"#, "byte 13: expected '{'"),
    (#"{"a":{},}"#, "byte 13: tensor a: expected dtype, shape and data_offsets, all three"),
    (
      #"{"a":{"dtype":"F32","shape":[1]}}"#,
      "byte 13: tensor a: expected dtype, shape and data_offsets, all three"
    ),
    (
      #"{"a":{"dtype":"F32","Shape":[1]}}"#,
      "byte 36: tensor a: \"Shape\", expected dtype, shape or data_offsets"
    ),
    (#"{"a":{"dtype":32}}"#, "byte 22: expected '\"'"),
    ("{" + entry("a") + ",}", "byte 62: expected '\"'"),
    ("{" + entry("a") + " " + entry("b") + "}", "byte 62: expected '}'"),
    (#"{"a"#, "byte 10: a string without an end"),
    ("{\"a\n\"", "byte 11: a control character inside a string"),
    (#"{"\"#, "byte 10: a string without an end"),
    (#"{"\x""#, "byte 10: an escape that JSON does not have"),
    (#"{"\u12""#, "byte 10: expected four hexadecimal digits after \\u"),
    (#"{"\u+123""#, "byte 10: expected four hexadecimal digits after \\u"),
    (#"{"\ud800""#, "byte 10: half of a surrogate pair"),
    (#"{"\ud800\u0041""#, "byte 10: half of a surrogate pair"),
    (#"{"\udc00""#, "byte 10: half of a surrogate pair"),
    (#"{"__metadata__":nil}"#, "byte 24: expected '{'"),
    (#"{"__metadata__":{"a":1}}"#, "byte 29: expected '\"'"),
    (#"{"__metadata__":{"a":"1","a":"2"}}"#, "byte 33: the name \"a\" comes twice"),
    (#"{"__metadata__":{},"__metadata__":{}}"#, "byte 27: the name \"__metadata__\" comes twice"),
  ]

  @Test(arguments: malformed)
  func refusesAMalformedHeader(header: String, reason: String) {
    #expect(throws: FileError("f", "header: " + reason)) {
      try Safetensors(file(header, data: 4), path: "f")
    }
  }

  @Test(arguments: [
    entry("a"), #""\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}"#,
  ])
  func refusesANameThatComesTwice(second: String) {
    #expect(throws: FileError("f", "header: byte 62: the name \"a\" comes twice")) {
      try Safetensors(file("{\(entry("a")),\(second)}", data: 8), path: "f")
    }
  }

  @Test func refusesAMemberThatComesTwice() {
    let header = #"{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    #expect(throws: FileError("f", "header: byte 28: the name \"dtype\" comes twice")) {
      try Safetensors(file(header, data: 4), path: "f")
    }
  }

  @Test(arguments: [
    ("-1", "expected a whole number"), ("01", "a number with a leading zero"),
    ("1.0", "expected ']'"), ("1e0", "expected ']'"), ("", "expected a whole number"),
    ("1,", "expected a whole number"), (#""1""#, "expected a whole number"),
    ("9223372036854775808", "a number above 9223372036854775807"),
    ("99999999999999999999999", "a number above 9223372036854775807"),
  ])
  func refusesInexactNumbers(number: String, reason: String) {
    let header = "{" + entry("a", "F32", number.isEmpty ? "[ , ]" : "[\(number)]") + "}"
    #expect {
      try Safetensors(file(header, data: 4), path: "f")
    } throws: {
      "\($0)".hasSuffix(reason)
    }
  }

  @Test(
    arguments: [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]]
      as [[UInt8]])
  func refusesTextThatIsNotUTF8(bytes: [UInt8]) {
    let header = Array(#"{"__metadata__":{""#.utf8) + bytes + Array(#"":""}}"#.utf8)
    #expect(throws: FileError("f", "header: byte 26 is not UTF-8")) {
      try Safetensors(file(header), path: "f")
    }
  }

  private static let uncovered: [(String, String)] = [
    (entry("a", "F33"), "tensor a: unknown dtype F33"),
    (entry("a", "f32"), "tensor a: unknown dtype f32"),
    (entry("a", "F32", "[1]", "[0]"), "tensor a: 1 data_offsets, expected begin and end"),
    (entry("a", "F32", "[1]", "[4,0]"), "tensor a: data_offsets [4, 0] end before they begin"),
    (
      entry("a", "F32", "[3]", "[0,12]"),
      "tensor a: data_offsets [0, 12], but the file has 8 bytes of data"
    ),
    (
      entry("a", "F32", "[3]", "[0,8]"),
      "tensor a: data_offsets [0, 8] hold 8 bytes, shape [3] of F32 takes 12"
    ),
    (
      entry("a", "F32", "[4294967296,4294967296]", "[0,8]"),
      "tensor a: shape [4294967296, 4294967296] of F32 is not a whole number of bytes that fits a"
        + " file"
    ),
    (
      entry("a", "F4", "[3]", "[0,1]"),
      "tensor a: shape [3] of F4 is not a whole number of bytes that fits a file"
    ),
    (
      entry("a") + "," + entry("b", "F32", "[1]", "[0,4]"),
      "tensor b: overlaps the tensor before it: begins at data offset 0, expected 4"
    ),
    (
      entry("a", "U8", "[6]", "[0,6]") + "," + entry("b", "F32", "[1]", "[4,8]"),
      "tensor b: overlaps the tensor before it: begins at data offset 4, expected 6"
    ),
    (
      entry("a", "U8", "[3]", "[0,3]") + "," + entry("b", "F32", "[1]", "[4,8]"),
      "tensor b: leaves a hole before it: begins at data offset 4, expected 3"
    ),
    (
      entry("a", "F32", "[1]", "[4,8]"),
      "tensor a: leaves a hole before it: begins at data offset 4, expected 0"
    ),
    (entry("a"), "4 bytes after the last tensor, expected the file to end at byte 66"),
  ]

  @Test(arguments: uncovered)
  func refusesTensorsThatDoNotCoverTheData(tensors: String, reason: String) {
    #expect(throws: FileError("f", reason)) {
      try Safetensors(file("{\(tensors)}", data: 8), path: "f")
    }
  }

  /// Damages a file in thousands of ways; nothing may crash.
  @Test func survivesDamage() throws {
    let bytes = try FileSystem.read(
      fixture("checkpoints/dtypes.safetensors").path, limit: 10_000)
    for count in bytes.indices {
      #expect(throws: FileError.self) { try Safetensors(Array(bytes[..<count]), path: "f") }
    }
    let meaningful = Array(#"{}[]",:\09 "#.utf8) + [0, 0x80, 0xff]
    var numbers = FixtureNumbers(seed: 1)
    func random(below count: Int) -> Int { Int((numbers.uniform() + 1) / 2 * Double(count)) }
    var refused = 0
    for _ in 0..<4000 {
      var damaged = bytes
      for _ in 0...random(below: 3) {
        let index = random(below: bytes.count - 94)
        switch random(below: 4) {
        case 0: damaged[index] ^= 1 << UInt8(random(below: 8))
        case 1: damaged[index] = meaningful[random(below: meaningful.count)]
        case 2: damaged.insert(meaningful[random(below: meaningful.count)], at: index)
        default: damaged.remove(at: index)
        }
      }
      do { _ = try Safetensors(damaged, path: "f") } catch { refused += 1 }
    }
    // Little can change without being noticed: a letter of a name, or white space.
    #expect(refused > 3000)
  }
}

@Suite struct SafetensorsWritingTests {
  @Test func writesTheSameBytesAsPython() throws {
    let path = fixture("checkpoints/dtypes.safetensors").path
    let bytes = try FileSystem.read(path, limit: 10_000)
    let file = try Safetensors(bytes, path: path)
    let tensors = file.tensors.shuffled().map {
      Safetensors.NewTensor(
        name: $0.name, dtype: $0.dtype, shape: $0.shape, bytes: Array(bytes[$0.range]))
    }
    #expect(Safetensors.encode(tensors, metadata: file.metadata) == bytes)
  }

  @Test func writesFloatsBitByBit() throws {
    let values: [Float] = [0, -0.0, .pi, .leastNonzeroMagnitude, .infinity, .nan]
    let bytes = Safetensors.encode([
      Safetensors.NewTensor(name: "a", shape: [2, 3], values: values)
    ])
    #expect(bytes.count.isMultiple(of: 8))
    let file = try Safetensors(bytes, path: "f")
    #expect(
      file.floats(of: file.tensors[0])?.map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test func writesNoTensorsAtAll() {
    #expect(Safetensors.encode([]) == file("{}      "))
  }
}
