import Testing

@testable import Support

@Suite struct TextTests {
  @Test func listsWords() {
    #expect(list([]) == "")
    #expect(list(["a"]) == "a")
    #expect(list(["a", "b", "c"]) == "a, b and c")
  }

  @Test(arguments: [
    ("plain", 5, "plain"), ("plain", 4, "plai"), ("plain", 0, ""), ("plain", -1, ""),
    ("e\u{301}e\u{301}e", 2, "e\u{301}e\u{301}"), ("数字", 4, "数字"), ("数字", 3, "数"),
    ("a\u{1f468}\u{1f3fd}b", 4, "a"), ("a\u{1f468}\u{1f3fd}b", 5, "a\u{1f468}\u{1f3fd}"),
  ])
  func cutsTextToColumns(text: String, columns: Int, beginning: String) {
    #expect(fitted(text, columns: columns) == beginning)
  }

  @Test func quotesForAShellOnlyWhatNeedsIt() {
    #expect(shellCommand(["vis", "--ckpt", "a/b-1.0"]) == "vis --ckpt a/b-1.0")
    #expect(shellCommand(["", "a b", "$x", "~"]) == "'' 'a b' '$x' '~'")
    #expect(shellCommand(["it's"]) == "'it'\\''s'")
    #expect(shellCommand([String(systemBytes: [0xFF])]) == "\"$(printf '\\377')\"")
    #expect(
      shellCommand([String(systemBytes: [0x80] + Array("'%\\".utf8))])
        == "\"$(printf '\\200'\\''%%\\\\')\"")
    #expect(shellCommand(["a'\u{301}b"]).unicodeScalars.count { $0 == "'" } == 5)
  }

  @Test(arguments: [
    ("plain", "plain"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\r\nb", "\"a\r\nb\""),
    ("\"\u{301}", "\"\"\"\u{301}\""),
  ])
  func quotesCSVFieldsThatNeedIt(text: String, field: String) {
    #expect(csvField(text).unicodeScalars.elementsEqual(field.unicodeScalars))
  }

  @Test(arguments: [
    ("=1+1", "\"'=1+1\""), ("+cmd|' /C calc'!A0", "\"'+cmd|' /C calc'!A0\""),
    ("-2+3", "\"'-2+3\""), ("@SUM(A1)", "\"'@SUM(A1)\""), ("\t=1", "\"'\t=1\""),
    ("\r=1", "\"'\r=1\""), ("=\u{301}1", "\"'=\u{301}1\""), ("=\"a\"", "\"'=\"\"a\"\"\""),
    ("-", "\"'-\""), ("-inf", "\"'-inf\""), ("-12.5", "-12.5"), ("+1e-3", "+1e-3"), ("a=1", "a=1"),
  ])
  func defusesCSVFieldsThatASpreadsheetWouldCompute(text: String, field: String) {
    #expect(csvField(text).unicodeScalars.elementsEqual(field.unicodeScalars))
  }

  @Test func writesTwoHexadecimalDigitsAByte() {
    #expect(hexadecimal([0, 0x0a, 0xff]) == "000aff")
  }
}
