import Testing

@testable import Support

@Suite struct GzipTests {
  @Test(arguments: [0, 1, 1000, 300_000])
  func inflatesToWhatItWas(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
    var reader = try GzipReader(gzipped(bytes), path: "payload")
    #expect(try reader.read(upTo: count + 1) == bytes)
    try reader.finish(after: count)
  }

  @Test func sameBytesGiveTheSameFileWithoutATime() {
    let file = gzipped([1, 2, 3])
    #expect(file == gzipped([1, 2, 3]))
    // RFC 1952: two bytes that say gzip, deflate, no flags, no time.
    #expect(file.prefix(8) == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0])
  }

  @Test func everyChangedByteOfTheDataIsNoticed() throws {
    let bytes = (0..<500).map { UInt8(truncatingIfNeeded: $0 * $0 / 3) }
    let file = gzipped(bytes)
    for place in file.indices.dropFirst(10) {
      var changed = file
      changed[place] ^= 1
      #expect(throws: FileError.self) {
        var reader = try GzipReader(changed, path: "payload")
        let content = try reader.read(upTo: 501)
        try reader.finish(after: content.count)
      }
    }
  }

  /// The check value of the catalogue of CRCs, and none of nothing.
  @Test func checkSumIsCRC32() {
    #expect(crc32(Array("123456789".utf8)) == 0xcbf4_3926)
    #expect(crc32([]) == 0)
  }
}
