import Learning

/// The words of a report that depend on what its images show: digits, which somebody wrote, or the
/// classes of another set.
struct ClassWords: Sendable {
  let areDigits: Bool
  /// What the classes are called, and the same after a verb, "a 7".
  let names, phrases: [String]
  /// What one of the classes is, and several.
  let digit, digits: String
  /// What is read.
  let subject: String
  /// What the numbers of a style say.
  let how, handwriting: String
  /// What a model draws, and what it does.
  let picture, pictures: String
  let write, writes, wrote, written: String
}

extension ClassWords {
  init(_ classes: ClassNames) {
    areDigits = classes.areDigits
    names = classes.names.map(pageText)
    phrases = classes.names.indices.map { pageText(classes.phrase($0)) }
    (digit, digits) = (classes.noun, classes.plural)
    if areDigits {
      subject = "a handwritten digit"
      (how, handwriting) = ("how it is written", "handwriting")
      (picture, pictures) = ("a digit", "digits")
      (write, writes, wrote, written) = ("write", "writes", "wrote", "written")
    } else {
      subject = "one of ten classes"
      (how, handwriting) = ("how it looks", "style")
      (picture, pictures) = ("an image", "images")
      (write, writes, wrote, written) = ("draw", "draws", "drew", "drawn")
    }
  }

  /// The classes that the live part lets its reader choose from.
  var choices: [(digit: Int, name: String, phrase: String, isFirstChoice: Bool)] {
    names.indices.map { ($0, names[$0], phrases[$0], $0 == 7) }
  }
}
