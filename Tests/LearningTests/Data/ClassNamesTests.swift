import TestSupport
import Testing

@testable import Learning
@testable import Support

@Suite struct ClassNamesTests {
  private static let clothes = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
    "Ankle boot",
  ]

  @Test func areTheDigitsUnlessNamed() throws {
    let scratch = try ScratchDirectory()
    let names = try ClassNames.load(from: scratch.path)
    #expect(names.areDigits && names == .digits)
    #expect(
      (names.names[9], names.noun, names.plural, names.phrase(7)) == ("9", "digit", "digits", "a 7")
    )
  }

  @Test(arguments: ["\n", "\r\n", "\n\n\n"])
  func areTheLinesOfAFile(end: String) throws {
    let scratch = try ScratchDirectory()
    let text =
      "\u{feff}" + Self.clothes.map { " \($0)\t" }.joined(separator: end.count > 1 ? "\n" : end)
    try scratch.write("classes.txt", Array((text + end).utf8))
    let names = try ClassNames.load(from: scratch.path)
    #expect(names.names == Self.clothes && !names.areDigits)
    #expect((names.noun, names.plural, names.phrase(5)) == ("class", "classes", "Sandal"))
    #expect(ClassNames(rawValue: names.rawValue) == names)
  }

  @Test func areAListWithCommas() throws {
    let names = try #require(ClassNames(list: Self.clothes.joined(separator: ", ")))
    #expect(names.names == Self.clothes)
    #expect(ClassNames(list: "0,1,2,3,4,5,6,7,8,9") == .digits)
    #expect(ClassNames(list: "") == nil)
    #expect(ClassNames(list: "0,1,2,3,4,5,6,7,8,8") == nil)
  }

  @Test(arguments: [
    ("a\nb", "2 class names, expected 10"),
    ("0\n1\n2\n3\n4\n\n6\n7\n8\n9", "the name of class 5 has 0 characters, expected 1 to 40"),
    (
      "0\n1\n\(String(repeating: "e\u{301}", count: 21))\n3\n4\n5\n6\n7\n8\n9",
      "the name of class 2 has 42 characters, expected 1 to 40"
    ),
    ("0\n1\n2\n3\n4\n5\n6\n7\n\u{1b}[2J\n9", "the name of class 8 has a control character"),
    ("0\n1\n2\n3\n4\n5\n6\n7\n8\n 0", "two classes are called 0"),
  ])
  func badNamesAreRefused(text: String, reason: String) throws {
    let scratch = try ScratchDirectory()
    try scratch.write("classes.txt", Array(text.utf8))
    #expect(throws: FileError(scratch("classes.txt"), reason)) {
      try ClassNames.load(from: scratch.path)
    }
    #expect(ClassNames(rawValue: text) == nil)
  }

  @Test func otherBytesThanTextAreRefused() throws {
    let scratch = try ScratchDirectory()
    try scratch.write("classes.txt", [0xff, 0x0a])
    #expect(throws: FileError(scratch("classes.txt"), "not UTF-8 text")) {
      try ClassNames.load(from: scratch.path)
    }
  }
}
