import FoundationEssentials
import TestSupport
import Testing

@testable import Reporting
@testable import Support

@Suite struct LiveTemplatesTests {
  let scratch: ScratchDirectory

  init() throws {
    scratch = try ScratchDirectory()
    try FileManager.default.copyItem(
      atPath: "\(packageDirectory)/templates", toPath: scratch("templates"))
  }

  @Test(arguments: ["\"</script>\"", "\"<!--\""])
  func refusesScriptsThatWouldEndTheirElement(text: String) throws {
    let path = try scratch.write("templates/live/main.js", Array(text.utf8))
    #expect(
      throws: FileError(path, "a script in a page may hold neither </script nor <!--")
    ) {
      try Templates(directory: scratch("templates"))
    }
  }

  @Test func namesAScriptThatIsMissing() throws {
    try scratch.remove("templates/live/payload.js")
    let error = #expect(throws: FileError.self) {
      try Templates(directory: scratch("templates"))
    }
    #expect(error?.path == scratch("templates/live/payload.js"))
  }

  @Test func needsNoScriptsWithoutALivePart() throws {
    try scratch.remove("templates/live")
    try scratch.write("templates/report.mustache", Array("{{title}}".utf8))
    _ = try Templates(directory: scratch("templates"))
  }
}
