import Drawing
import FoundationEssentials
import Support

/// How the page looks, and what it lets the browser do.
struct PageStyle: Sendable {
  /// The one style sheet, as it stands between the tags.
  let sheet: String
  /// Nothing from elsewhere, and of what is in the page only the known styles and scripts.
  let contentSecurityPolicy: String

  /// - Parameters:
  ///   - rules: CSS that uses the colours of `Theme` as variables.
  ///   - scripts: the text of every inline script.
  init(rules: String, scripts: [String] = []) {
    sheet = Self.colours + rules
    var policy = [
      "default-src 'none'", "img-src data:", "style-src \(Self.hash(sheet))",
      "base-uri 'none'", "form-action 'none'",
    ]
    if !scripts.isEmpty {
      // The network is WebAssembly in the page's own bytes.
      let hashes = scripts.map(Self.hash).joined(separator: " ")
      policy.append("script-src \(hashes) 'wasm-unsafe-eval'")
    }
    contentSecurityPolicy = policy.joined(separator: "; ")
  }

  private static func hash(_ text: String) -> String {
    "'sha256-\(Data(Digest.sha256(Array(text.utf8))).base64EncodedString())'"
  }

  /// The figures' colours as variables, so that page and figures are of one piece.
  private static let colours =
    ":root{\(variables(of: .light))}\n"
    + "@media screen and (prefers-color-scheme:dark){:root{\(variables(of: .dark))}}\n"

  private static func variables(of theme: Theme) -> String {
    theme.variables.map { "--\($0.name):\($0.value);" }.joined()
  }
}
