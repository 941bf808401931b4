import FoundationEssentials
import TestSupport
import Testing

@testable import Reporting
@testable import Support

@Suite struct TemplatesTests {
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

  @Test func theListSaysWhichPartsThereAre() throws {
    try scratch.write("templates/live/parts.txt", Array("one.js\n\n look.css \ntwo.js\n".utf8))
    try scratch.write("templates/live/one.js", Array("let one;\n".utf8))
    try scratch.write("templates/live/two.js", Array("let two;\n".utf8))
    try scratch.write("templates/live/look.css", Array("p{}\n".utf8))
    let live = try #require(try Templates(directory: scratch("templates")).live)
    #expect(live.script.contains("let one;\n\nlet two;\n") && live.rules == "p{}\n")
  }

  @Test func refusesPartsOfOtherKinds() throws {
    let path = try scratch.write("templates/live/parts.txt", Array("main.ts\n".utf8))
    #expect(throws: FileError(path, "main.ts ends in neither .js nor .css")) {
      try Templates(directory: scratch("templates"))
    }
  }

  @Test func needsNoScriptsWithoutALivePart() throws {
    try scratch.remove("templates/live")
    try scratch.write("templates/report.mustache", Array("{{report.title}}".utf8))
    _ = try Templates(directory: scratch("templates"))
  }
}
