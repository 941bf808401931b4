import Testing

@testable import Support

@Suite struct FileErrorTests {
  @Test func isOneLineWhateverTheNames() {
    let error = FileError("a\nb\u{202e}c", "tensor \u{1b}[31m\u{2028}x: missing")
    #expect(
      error.description
        == "a\\u{a}b\\u{202e}c: tensor \\u{1b}[31m\\u{2028}x: missing")
  }

  @Test func leavesOrdinaryTextAlone() {
    #expect(FileError("Stil ✍️ é", "ok").description == "Stil ✍️ é: ok")
    #expect(printable("größe 10 ×") == "größe 10 ×")
  }
}
