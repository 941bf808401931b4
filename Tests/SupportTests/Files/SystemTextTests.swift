import Glibc
import TestSupport
import Testing

@testable import Support

@Suite struct SystemTextTests {
  @Test(
    arguments: [
      [], Array("plain".utf8), Array("größe 字 👨🏽".utf8), [0xFF], [0x61, 0xFF, 0xFE, 0x62],
      // Cut short, too long, a surrogate, above U+10FFFF, and what continues nothing.
      [0xE5, 0xAD], [0xE5, 0xAD, 0x61], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
      [0x80, 0x80], [0xF0, 0x9F, 0x91],
      // Scalars of the range that stands for bytes, U+10FE2F and U+10FEFF.
      [0xF4, 0x8F, 0xB8, 0xAF], [0xF4, 0x8F, 0xBB, 0xBF, 0x2F],
    ] as [[UInt8]])
  func keepsEveryByte(bytes: [UInt8]) {
    let text = String(systemBytes: bytes)
    #expect(text.systemBytes == bytes)
    #expect(cString(text) == bytes.map(CChar.init(bitPattern:)) + [0])
  }

  @Test func keepsRandomBytes() {
    var generator = Xoshiro256(seed: 1)
    for length in 0..<2000 {
      let bytes = (0..<length % 40).map { _ in UInt8.random(in: 1...255, using: &generator) }
      #expect(String(systemBytes: bytes).systemBytes == bytes)
    }
  }

  @Test func leavesUTF8AsItIs() {
    let text = "größe 字 👨🏽 \u{10fdff} \u{10ff00}"
    #expect(String(systemBytes: Array(text.utf8)).unicodeScalars.elementsEqual(text.unicodeScalars))
    #expect(readable(text) == text)
  }

  @Test func isReadable() {
    #expect(readable(String(systemBytes: [0x61, 0xFF, 0x80])) == "a\\xff\\x80")
    #expect(printable(String(systemBytes: [0x61, 0xFF, 0x0A])) == "a\\xff\\u{a}")
    #expect(readable(String(holding: 0x2D) + "1") == "-1")
    #expect(printable(String(holding: 0x0A)) == "\\x0a")
  }

  /// The names of one directory, as the system's own calls see them.
  @Test func namesFilesByTheirBytes() throws {
    let scratch = try ScratchDirectory()
    let folder: [UInt8] = Array(scratch.path.utf8) + [0x2F, 0xFF]
    let path = String(systemBytes: folder + [0x2F, 0x61, 0xFE])
    try FileSystem.createDirectory(String(systemBytes: folder))
    try FileSystem.write([1], to: path)
    try FileSystem.write([2], to: path)
    #expect(access((folder + [0x2F, 0x61, 0xFE, 0]).map(CChar.init(bitPattern:)), F_OK) == 0)
    #expect(try FileSystem.list(FileSystem.parent(of: path)).map(\.systemBytes) == [[0x61, 0xFE]])
    try #require(symlink(cString(path), cString(scratch("link"))) == 0)
    #expect(try FileSystem.readLink(scratch("link")) == path)
    try FileSystem.write([3], to: scratch("link"))
    #expect(try FileSystem.read(path, limit: 10) == [3])
    try FileSystem.remove(path)
    #expect(!FileSystem.exists(path))

    let set = try FileSet(String(systemBytes: folder))
    let name = String(systemBytes: [0xFD])
    try set.replace(with: [(name, [4])])
    try set.replace(with: [(name, [5])])
    #expect(try FileSet.read([name], in: String(systemBytes: folder), limit: 10) == [[5]])
    #expect(try FileSystem.list(String(systemBytes: folder)).map(\.systemBytes) == [[0xFD]])
  }
}
