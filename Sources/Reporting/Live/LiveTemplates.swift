import Support

/// The files that make the page live: the script, in parts, and the rules of its look.
struct LiveTemplates: Sendable {
  /// The template that they belong to.
  static let name = "live"

  /// The one inline script.
  let script: String
  /// Added to the rules of the page.
  let rules: String

  private static let scripts = [
    "payload", "network", "statistics", "sha256", "words", "self-check", "sources", "drawing",
    "painting", "digits", "sliders", "draw", "map", "map-drawing", "morph", "address", "main",
  ]

  /// - Parameter read: reads a file, given its path in the directory of templates.
  /// - Throws: `FileError` if one is missing or would end the element it stands in.
  init(
    reading read: (String) throws(FileError) -> (path: String, text: String)
  ) throws(FileError) {
    var parts: [String] = []
    for name in Self.scripts {
      let (path, text) = try read("live/\(name).js")
      guard !text.contains("</script"), !text.contains("<!--") else {
        throw FileError(path, "a script in a page may hold neither </script nor <!--")
      }
      parts.append(text)
    }
    // The parts share names with one another, but with nothing else in the page.
    script = "(() => {\n\"use strict\";\n\n\(parts.joined(separator: "\n"))})();\n"
    rules = try read("live/live.css").text
  }
}
