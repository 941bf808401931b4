import Mustache
import Support

/// The page's templates, style sheet and scripts as a directory holds them.
package struct Templates: Sendable {
  /// What makes the page live.
  struct Live: Sendable {
    /// The one inline script.
    let script: String
    /// Added to the rules of the page.
    let rules: String
  }

  /// Changes the look of the page.
  let rules: String
  /// nil if no template names the partial `live`.
  let live: Live?
  private let library: MustacheLibrary

  private static let page = "report"
  private static let limit = 1 << 24
  /// The most tags in a template: the engine takes a level of the stack for each open section.
  private static let mostTags = 1000

  /// Reads `report.mustache`, the templates that it names as partials, those that they name, and
  /// `report.css`. If `live` is among them, it also reads the files that `live/parts.txt` lists.
  ///
  /// - Throws: `FileError` if one is missing or not a template.
  package init(directory: String) throws {
    func text(_ name: String) throws(FileError) -> (path: String, text: String) {
      let path = FileSystem.join(directory, name)
      guard
        let text = String(validating: try FileSystem.read(path, limit: Self.limit), as: UTF8.self)
      else { throw FileError(path, "not UTF-8 text") }
      return (path, text)
    }

    var library = MustacheLibrary()
    var known: Set<String> = []
    // Depth first. `parents` are the templates that lead to this one, and so must not come again:
    // the engine would not end.
    func read(_ name: String, below parents: [String]) throws {
      let (path, template) = try text("\(name).mustache")
      guard !parents.contains(name) else { throw FileError(path, "includes itself") }
      guard known.insert(name).inserted else { return }
      guard template.split(separator: "{{").count <= Self.mostTags else {
        throw FileError(path, "more than \(Self.mostTags) tags")
      }
      do {
        library.register(try MustacheTemplate(string: template), named: name)
      } catch let error as MustacheTemplate.ParserError {
        throw FileError(path, "line \(error.context.lineNumber): \(error.error)")
      } catch {
        throw FileError(path, "\(error)")
      }
      for partial in Self.partials(of: template) { try read(partial, below: parents + [name]) }
    }
    try read(Self.page, below: [])
    self.library = library
    rules = try text("report.css").text
    live = known.contains("live") ? try Live(reading: text) : nil
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

extension Templates.Live {
  /// Joins the files that `live/parts.txt` lists, a name a line.
  ///
  /// - Parameter read: reads a file, given its path in the directory of templates.
  /// - Throws: `FileError` if one is missing, is neither a script nor a style sheet, or would end
  ///   the element it stands in.
  fileprivate init(
    reading read: (String) throws(FileError) -> (path: String, text: String)
  ) throws(FileError) {
    var scripts: [String] = []
    var rules: [String] = []
    let list = try read("live/parts.txt")
    for line in list.text.split(whereSeparator: \.isNewline) {
      let name = line.filter { !$0.isWhitespace }
      if name.isEmpty { continue }
      guard name.hasSuffix(".js") || name.hasSuffix(".css") else {
        throw FileError(list.path, "\(name) ends in neither .js nor .css")
      }
      let (path, text) = try read("live/\(name)")
      if name.hasSuffix(".css") {
        rules.append(text)
        continue
      }
      guard !text.contains("</script"), !text.contains("<!--") else {
        throw FileError(path, "a script in a page may hold neither </script nor <!--")
      }
      scripts.append(text)
    }
    // The scripts share names with one another, but with nothing else in the page.
    script = "(() => {\n\"use strict\";\n\n\(scripts.joined(separator: "\n"))})();\n"
    self.rules = rules.joined(separator: "\n")
  }
}
