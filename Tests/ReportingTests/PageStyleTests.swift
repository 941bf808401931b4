import FoundationEssentials
import Testing

@testable import Reporting
@testable import Support

@Suite struct PageStyleTests {
  @Test func allowsNothingButItsOwnStyleAndScripts() {
    let style = PageStyle(rules: "p{}", scripts: ["let a", "let b"])
    func hash(_ text: String) -> String {
      "'sha256-\(Data(Digest.sha256(Array(text.utf8))).base64EncodedString())'"
    }
    #expect(style.contentSecurityPolicy.hasPrefix("default-src 'none'; "))
    #expect(style.contentSecurityPolicy.contains("style-src \(hash(style.sheet));"))
    #expect(
      style.contentSecurityPolicy.contains("script-src \(hash("let a")) \(hash("let b"))"))
    // WebAssembly may run; 'unsafe-inline' and 'unsafe-eval' are not there.
    #expect(style.contentSecurityPolicy.hasSuffix(" 'wasm-unsafe-eval'"))
    #expect(!style.contentSecurityPolicy.contains("'unsafe-"))
  }

  @Test func withoutScriptsNoneAreAllowed() {
    #expect(!PageStyle(rules: "").contentSecurityPolicy.contains("script-src"))
  }

  @Test func hasTheColoursOfBothThemes() {
    let sheet = PageStyle(rules: "").sheet
    #expect(sheet.contains("--background:#ffffff"))
    #expect(sheet.contains("prefers-color-scheme:dark"))
  }
}
