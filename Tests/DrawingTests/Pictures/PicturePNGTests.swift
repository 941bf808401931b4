import CLeptonica
import CPNG
import Glibc
import Support
import TestSupport
import Testing

@testable import Drawing

/// PNG pictures that are decoded in strips, beside what Leptonica decodes as a whole.
@Suite struct PicturePNGTests {
  struct Kind: CustomTestStringConvertible {
    let type: Int32
    let channels, depth: Int

    var testDescription: String { "colour type \(type), \(depth) bits" }

    static let all = [8, 16].flatMap { depth in
      [
        Kind(type: PNG_COLOR_TYPE_GRAY, channels: 1, depth: depth),
        Kind(type: PNG_COLOR_TYPE_GRAY_ALPHA, channels: 2, depth: depth),
        Kind(type: PNG_COLOR_TYPE_RGB, channels: 3, depth: depth),
        Kind(type: PNG_COLOR_TYPE_RGB_ALPHA, channels: 4, depth: depth),
      ]
    }

    /// A file of noise.
    func file(width: Int, height: Int) throws -> [UInt8] {
      var generator = Xoshiro256(seed: 1)
      let bytes = channels * depth / 8
      let pixels = (0..<width * height * bytes).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      var output = cpng_output()
      defer { free(output.bytes) }
      let written = cpng_write(
        &output, pixels, UInt32(width), UInt32(height), Int32(bytes), type, Int32(depth), nil, 0, 1,
        PNG_FILTER_PAETH)
      try #require(written == 1)
      return [UInt8](UnsafeBufferPointer(start: output.bytes, count: output.count))
    }
  }

  /// Whole strips, a part of one, and rows and columns that do not make one.
  @Test(arguments: Kind.all, [(40, 128), (41, 133), (9, 37)])
  func stripsAreAsTheWhole(kind: Kind, size: (width: Int, height: Int)) throws {
    let file = try kind.file(width: size.width, height: size.height)
    var whole = try Picture(pixReadMem(file, file.count))
    for halvings in 1...3 {
      whole = try whole.halved()
      guard let picture = try Picture.halved(halvings, png: file) else {
        Issue.record("not decoded")
        return
      }
      #expect(pixGetSpp(picture.handle) == pixGetSpp(whole.handle))
      var isEqual: Int32 = 0
      try PictureError.check(pixEqualWithAlpha(picture.handle, whole.handle, 1, &isEqual))
      #expect(isEqual == 1, "\(halvings) halvings")
    }
  }

  /// Damage in the pixels, and in their check sum at the end.
  @Test func largeDamagedFilesAreRefused() throws {
    let file = try #require(contents(of: "\(packageDirectory)/Tests/Fixtures/png/large.png"))
    #expect(try PictureFile(file).decoded().width == 1000)
    for place in [file.count / 2, file.count - 17] {
      var damaged = file
      damaged[place] ^= 1
      for bytes in [damaged, Array(file.prefix(place))] {
        #expect(throws: PictureError.self, "\(place)") {
          try PictureFile(bytes).decoded().levels()
        }
      }
    }
  }
}
