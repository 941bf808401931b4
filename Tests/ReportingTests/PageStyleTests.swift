import FoundationEssentials
import Testing

@testable import Reporting
@testable import Support

@Suite struct PageStyleTests {
  @Test func allowsNothingButItsOwnStyleAndScript() {
    let style = PageStyle(rules: "p{}", script: "let a")
    func hash(_ text: String) -> String {
      "'sha256-\(Data(Digest.sha256(Array(text.utf8))).base64EncodedString())'"
    }
    #expect(style.contentSecurityPolicy.hasPrefix("default-src 'none'; "))
    let sheet = String(decoding: style.sheet.file.bytes, as: UTF8.self)
    #expect(style.sheet.text == sheet && style.script?.text == "let a")
    #expect(style.contentSecurityPolicy.contains("img-src data:; style-src \(hash(sheet));"))
    #expect(style.contentSecurityPolicy.contains("script-src \(hash("let a")) "))
    // WebAssembly may run; 'unsafe-inline' and 'unsafe-eval' are not there.
    #expect(style.contentSecurityPolicy.hasSuffix(" 'wasm-unsafe-eval'"))
    #expect(!style.contentSecurityPolicy.contains("'unsafe-"))
  }

  @Test func allowsFilesBesideThePageWhereItHoldsNothing() {
    let style = PageStyle(rules: "p{}", script: "let a", .files)
    #expect(style.sheet.text == nil && style.script?.text == nil)
    #expect(style.sheet.file.path.hasPrefix("assets/") && style.sheet.file.path.hasSuffix(".css"))
    #expect(style.contentSecurityPolicy.hasPrefix("default-src 'none'; img-src 'self'; "))
    #expect(style.contentSecurityPolicy.contains("style-src 'self'; "))
    #expect(style.contentSecurityPolicy.hasSuffix("script-src 'self' 'wasm-unsafe-eval'"))
  }

  @Test func withoutAScriptNoneAreAllowed() {
    #expect(!PageStyle(rules: "").contentSecurityPolicy.contains("script-src"))
  }

  @Test func hasTheColoursOfBothThemes() {
    let sheet = PageStyle(rules: "").sheet.text
    #expect(sheet?.contains("--background:#ffffff") == true)
    #expect(sheet?.contains("prefers-color-scheme:dark") == true)
  }
}
