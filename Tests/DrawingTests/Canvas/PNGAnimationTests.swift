import Testing

@testable import Drawing

/// Animations, read here chunk by chunk.
@Suite struct PNGAnimationTests {
  private struct Chunk {
    let type: String
    let data: [UInt8]
    let checkSum: UInt32
  }

  private static func number(_ bytes: some Sequence<UInt8>) -> UInt32 {
    bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func bytes(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
  }

  private static func chunks(_ file: [UInt8]) throws -> [Chunk] {
    var chunks: [Chunk] = []
    var rest = file.dropFirst(8)
    while !rest.isEmpty {
      let count = Int(number(rest.prefix(4)))
      try #require(rest.count >= 12 + count)
      chunks.append(
        Chunk(
          type: String(decoding: rest.dropFirst(4).prefix(4), as: UTF8.self),
          data: Array(rest.dropFirst(8).prefix(count)),
          checkSum: number(rest.dropFirst(8 + count).prefix(4))))
      rest = rest.dropFirst(12 + count)
    }
    return chunks
  }

  /// The check sum of a chunk, bit by bit as the specification of PNG describes it.
  private static func checkSum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
        sum & 1 == 1 ? 0xedb8_8320 ^ (sum >> 1) : sum >> 1
      }
    }
  }

  private static let (width, height) = (9, 4)
  private static let frames: [[UInt8]] = (0..<3).map { frame in
    (0..<width * height).map { UInt8(($0 * 7 + frame * 50) % 256) }
  }

  private static func animation() throws -> [UInt8] {
    try PNG.encodeAnimation(frames, width: width, height: height, rate: 12)
  }

  @Test func chunksComeInOrderAndAreIntact() throws {
    let chunks = try Self.chunks(Self.animation())
    #expect(
      chunks.map(\.type) == [
        "IHDR", "acTL", "fcTL", "IDAT", "fcTL", "fdAT", "fcTL", "fdAT", "IEND",
      ])
    for chunk in chunks {
      #expect(chunk.checkSum == Self.checkSum(Array(chunk.type.utf8) + chunk.data))
    }
    #expect(chunks[1].data == [0, 0, 0, 3, 0, 0, 0, 0], "three frames, for ever")
  }

  @Test func sequenceCountsControlsAndFrames() throws {
    let counted = try Self.chunks(Self.animation()).filter {
      ["fcTL", "fdAT"].contains($0.type)
    }
    #expect(counted.map { Self.number($0.data.prefix(4)) } == [0, 1, 2, 3, 4])
  }

  @Test func controlsGiveSizeAndRate() throws {
    for control in try Self.chunks(Self.animation()) where control.type == "fcTL" {
      #expect(
        control.data.dropFirst(4)
          == [0, 0, 0, 9, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 12, 0, 0])
    }
  }

  @Test func everyFrameIsThePicture() throws {
    let animation = try Self.animation()
    let chunks = try Self.chunks(animation)
    let header = animation.prefix(8 + 25)
    let pictures = chunks.filter { ["IDAT", "fdAT"].contains($0.type) }
    try #require(pictures.count == Self.frames.count)
    for (chunk, frame) in zip(pictures, Self.frames) {
      let data = chunk.type == "IDAT" ? chunk.data : Array(chunk.data.dropFirst(4))
      let typed = Array("IDAT".utf8) + data
      var still = Array(header)
      still += Self.bytes(UInt32(data.count))
      still += typed
      still += Self.bytes(Self.checkSum(typed))
      still += animation.suffix(12)
      let picture = try PNG.pixmap(still)
      #expect(
        stride(from: 0, to: picture.channels.count, by: 4).map { picture.channels[$0] } == frame)
    }
  }

  @Test func programsThatKnowOnlyStillPicturesSeeTheFirstFrame() throws {
    let picture = try PNG.pixmap(Self.animation())
    #expect((picture.width, picture.height) == (Self.width, Self.height))
    #expect(picture.channels[0] == Self.frames[0][0])
  }

  @Test func nonsenseIsRefused() {
    #expect(throws: CanvasError.self) {
      try PNG.encodeAnimation([], width: 1, height: 1, rate: 1)
    }
    #expect(throws: CanvasError.self) {
      try PNG.encodeAnimation([[1]], width: 1, height: 1, rate: 0)
    }
    #expect(throws: CanvasError.self) {
      try PNG.encodeAnimation([[1], [1, 2]], width: 1, height: 1, rate: 1)
    }
  }
}
