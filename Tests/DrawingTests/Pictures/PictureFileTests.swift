import TestSupport
import Testing

@testable import Drawing

/// Pictures from outside, made by Tests/Fixtures/png/make_png.py. Other formats are tested with the
/// command.
@Suite struct PictureFileTests {
  private static let (width, height) = (6, 5)

  private static func bytes(_ name: String) throws -> [UInt8] {
    try #require(contents(of: "\(packageDirectory)/Tests/Fixtures/png/\(name).png"), "\(name)")
  }

  private static func levels(_ bytes: [UInt8]) throws -> [UInt8] {
    try PictureFile(bytes).decoded().levels()
  }

  /// The levels with one made by `level` at every column and row.
  private static func levels(_ level: (Int, Int) -> Int) -> [UInt8] {
    (0..<height).flatMap { y in (0..<width).map { x in UInt8(level(x, y)) } }
  }

  @Test(arguments: ["grey-8", "grey-16", "grey-interlaced", "palette"])
  func greyLevelsComeUnchanged(name: String) throws {
    #expect(try Self.levels(Self.bytes(name)) == Self.levels { x, y in 8 * (y * Self.width + x) })
  }

  @Test func oneBitIsBlackAndWhite() throws {
    #expect(try Self.levels(Self.bytes("grey-1")) == Self.levels { x, y in (x + y) % 2 * 255 })
  }

  /// No colour varies more than twice as much as the brightness: 0.3 red, 0.5 green, 0.2 blue.
  @Test func coloursAreTakenForTheirBrightness() throws {
    let levels = try Self.levels(Self.bytes("rgb"))
    let brightness = Self.levels { x, y in (3 * 40 * x + 5 * 50 * y + 2 * (255 - 40 * x)) / 10 }
    #expect(zip(levels, brightness).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
  }

  /// From row to row the opacity grows from 0 to 204 of 255. What is visible is bright: paper is black.
  @Test func transparentPartsAreLaidOnPaper() throws {
    let levels = try Self.levels(Self.bytes("grey-alpha"))
    for (place, level) in levels.enumerated() {
      let opacity = 51 * (place / Self.width)
      let laid = 8 * place * opacity / 255
      #expect(abs(Int(level) - laid) <= 1, "\(place)")
    }
  }

  @Test(
    arguments: [
      "truncated", "signature", "check-sum", "huge", "large", "zero", "no-data", "no-palette",
      "depth",
    ])
  func badFilesAreRefused(name: String) throws {
    let bytes = try Self.bytes("bad-\(name)")
    let error = #expect(throws: PictureError.self) { try Self.levels(bytes) }
    #expect(error?.reason.contains("\n") == false)
  }

  @Test func everyTruncationIsRefused() throws {
    let whole = try Self.bytes("palette")
    // Only the closing chunk may be missing without a loss.
    for count in 0..<whole.count - 16 {
      #expect(throws: PictureError.self, "\(count) bytes") {
        try Self.levels(Array(whole.prefix(count)))
      }
    }
  }

  @Test func whatIsLargerThanSearchedIsReduced() throws {
    let bytes = try PNG.encodeGrey(
      [UInt8](repeating: 90, count: 5000 * 300), width: 5000, height: 300)
    let file = try PictureFile(bytes)
    let picture = try file.decoded()
    #expect(file.longerSide == 5000)
    #expect(picture.width == 1000 && picture.height == 60)
    #expect(try picture.levels().allSatisfy { $0 == 90 })
  }
}

/// EXIF blocks that end early or lie. Whole ones are tested with the command.
@Suite struct EXIFOrientationTests {
  /// A block of one entry: orientation 6.
  private static let block: [UInt8] =
    Array("II*\0".utf8) + [8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]

  @Test func theValueIsFound() {
    #expect(EXIFOrientation(of: Self.block, format: tiff).place == 18)
    let bigEndian: [UInt8] =
      Array("MM\0*".utf8) + [0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]
    #expect(EXIFOrientation(of: bigEndian, format: tiff).place == 19)
  }

  @Test func blocksThatEndEarlyHaveNone() {
    for count in 0..<20 {
      let cut = Array(Self.block.prefix(count))
      #expect(EXIFOrientation(of: cut, format: tiff).place == nil, "\(count) bytes")
    }
    var far = Self.block
    far.replaceSubrange(4..<8, with: [255, 255, 255, 255])
    #expect(EXIFOrientation(of: far, format: tiff).place == nil)
    var odd = Self.block
    odd[18] = 9
    #expect(EXIFOrientation(of: odd, format: tiff).place == nil)
  }

  /// Leptonica's number for TIFF.
  private let tiff = 4
}
