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

  @Test(arguments: [0, 1, 511, 70_000])
  func membersAreOneAfterTheOtherAndThenZeros(zeros: Int) throws {
    let parts = [[1, 2, 3], [], [UInt8](repeating: 9, count: 100_000), [4]]
    let padding = [UInt8](repeating: 0, count: zeros)
    let whole = Array(parts.joined())
    for pieces in [[whole.count + 1], [2, 1, 1, 200_000]] {
      var reader = try GzipReader(Array(parts.map(gzipped).joined()) + padding, path: "payload")
      var read: [UInt8] = []
      for piece in pieces { read += try reader.read(upTo: piece) }
      #expect(read == whole)
      try reader.finish(after: whole.count)
    }
  }

  @Test func whatFollowsIsRefused() throws {
    for (rest, reason) in [
      ([0, 0, 7], "3 bytes follow the end of the gzip data"),
      ([0x1f, 0x8b], "the gzip data end too early, at byte 23"),
    ] as [([UInt8], String)] {
      var reader = try GzipReader(gzipped([5]) + rest, path: "payload")
      #expect(throws: FileError("payload", reason)) {
        #expect(try reader.read(upTo: 1) == [5])
        try reader.finish(after: 1)
      }
    }
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
