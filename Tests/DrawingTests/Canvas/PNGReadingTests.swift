import TestSupport
import Testing

@testable import Drawing

/// Pictures from outside, made by Tests/Fixtures/png/make_png.py.
@Suite struct PNGReadingTests {
  private static let (width, height) = (6, 5)

  private static func bytes(_ name: String) throws -> [UInt8] {
    try #require(contents(of: "\(packageDirectory)/Tests/Fixtures/png/\(name).png"), "\(name)")
  }

  /// The picture with a pixel made by `pixel` at every column and row.
  private static func picture(_ pixel: (Int, Int) -> [Int]) -> Pixmap {
    let channels = (0..<height).flatMap { y in (0..<width).flatMap { x in pixel(x, y) } }
    return Pixmap(width: width, height: height, channels: channels.map { UInt8($0) })
  }

  private static func grey(_ x: Int, _ y: Int) -> Int { 8 * (y * width + x) }

  @Test(arguments: ["grey-8", "grey-16", "grey-interlaced", "palette"])
  func greyLevelsComeUnchanged(name: String) throws {
    let expected = Self.picture { x, y in
      [Self.grey(x, y), Self.grey(x, y), Self.grey(x, y), 255]
    }
    #expect(try PNG.pixmap(Self.bytes(name)) == expected)
  }

  @Test func oneBitIsBlackAndWhite() throws {
    let expected = Self.picture { x, y in [Int](repeating: (x + y) % 2 * 255, count: 3) + [255] }
    #expect(try PNG.pixmap(Self.bytes("grey-1")) == expected)
  }

  @Test func coloursAndTransparencyComeUnchanged() throws {
    func color(_ x: Int, _ y: Int) -> [Int] { [40 * x, 50 * y, 255 - 40 * x] }
    #expect(try PNG.pixmap(Self.bytes("rgb")) == Self.picture { color($0, $1) + [255] })
    #expect(try PNG.pixmap(Self.bytes("rgba")) == Self.picture { color($0, $1) + [51 * $1] })
    let translucent = Self.picture { x, y in
      [Int](repeating: Self.grey(x, y), count: 3) + [51 * y]
    }
    #expect(try PNG.pixmap(Self.bytes("grey-alpha")) == translucent)
  }

  @Test(
    arguments: [
      "truncated", "signature", "check-sum", "huge", "large", "zero", "no-data", "no-palette",
      "depth",
    ])
  func badFilesAreRefused(name: String) throws {
    let bytes = try Self.bytes("bad-\(name)")
    let error = #expect(throws: CanvasError.self) { try PNG.pixmap(bytes) }
    #expect(error?.description.contains("\n") == false)
  }

  @Test func everyTruncationIsRefused() throws {
    let whole = try Self.bytes("palette")
    // Only the closing chunk may be missing without a loss.
    for count in 0..<whole.count - 16 {
      #expect(throws: CanvasError.self, "\(count) bytes") {
        try PNG.pixmap(Array(whole.prefix(count)))
      }
    }
  }

  @Test func largestIsALimitOnPixels() throws {
    let bytes = try Self.bytes("grey-8")
    #expect(throws: CanvasError.self) { try PNG.pixmap(bytes, largest: 29) }
    #expect(try PNG.pixmap(bytes, largest: 30).width == 6)
  }
}
