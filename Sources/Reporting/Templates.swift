import Mustache
package import Support

/// The page's templates and style sheet as a directory holds them.
package struct Templates: Sendable {
  /// Changes the look of the page.
  let rules: String
  /// What makes the page live; nil if no template names the live part.
  let live: LiveTemplates?
  private let library: MustacheLibrary

  private static let page = "report"
  private static let limit = 1 << 24

  /// Reads `report.mustache`, the templates that it names as partials, those that they name, and
  /// `report.css`, and the scripts and rules of the live part if `live` is among them.
  ///
  /// - Throws: `FileError` if one is missing or not a template.
  package init(directory: String) throws(FileError) {
    func text(_ name: String) throws(FileError) -> (path: String, text: String) {
      let path = FileSystem.join(directory, name)
      guard
        let text = String(validating: try FileSystem.read(path, limit: Self.limit), as: UTF8.self)
      else { throw FileError(path, "not UTF-8 text") }
      return (path, text)
    }

    var library = MustacheLibrary()
    var waiting = [Self.page]
    var known = Set(waiting)
    while let name = waiting.popLast() {
      let (path, template) = try text("\(name).mustache")
      do {
        library.register(try MustacheTemplate(string: template), named: name)
      } catch let error as MustacheTemplate.ParserError {
        throw FileError(path, "line \(error.context.lineNumber): \(error.error)")
      } catch {
        throw FileError(path, "\(error)")
      }
      for partial in Self.partials(of: template) where known.insert(partial).inserted {
        waiting.append(partial)
      }
    }
    self.library = library
    rules = try text("report.css").text
    live = known.contains(LiveTemplates.name) ? try LiveTemplates(reading: text) : nil
  }

  func render(_ page: PageContext) -> String {
    library.render(page, withTemplate: Self.page) ?? ""
  }

  /// The names in `{{> name}}`.
  private static func partials(of template: String) -> [String] {
    template.split(separator: "{{>", omittingEmptySubsequences: false).dropFirst().map { rest in
      String(rest.prefix { $0 != "}" }.filter { !$0.isWhitespace })
    }
  }
}
