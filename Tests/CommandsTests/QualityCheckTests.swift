import TestSupport
import Testing

@testable import Commands
@testable import Learning
@testable import Reporting
@testable import Support

/// What `vis check` finds bad, and how it says so.
@Suite struct QualityCheckTests {
  private static let good = Measures([
    .accuracy: 0.9904, .l1: 0.1326, .crossEntropy: 0.0286, .distributionError: 41.5,
  ])

  private static func check(
    _ numbers: Measures = good, _ bounds: QualityCheck.Bounds = .init(tolerance: 0.1),
    baseline: Measures? = nil, name: String = "pt-aae"
  ) -> QualityCheck {
    QualityCheck(name: name, images: 10_000, measures: numbers, bounds: bounds, baseline: baseline)
  }

  @Test func numbersOnTheirBoundsPass() {
    let bounds = QualityCheck.Bounds(
      limits: [.accuracy: 0.9904, .l1: 0.1326, .crossEntropy: 0.0286, .distributionError: 41.5],
      tolerance: 0)
    #expect(Self.check(Self.good, bounds, baseline: Self.good).broken.isEmpty)
  }

  @Test func everyBoundCanBreak() {
    let bounds = QualityCheck.Bounds(
      limits: [.accuracy: 0.9905, .l1: 0.1325, .crossEntropy: 0.0285, .distributionError: 41.4],
      tolerance: 0)
    #expect(
      Self.check(Self.good, bounds).broken == [
        "pt-aae: accuracy is 99.04 %, expected at least 99.05 %",
        "pt-aae: L1 is 0.1326, expected at most 0.1325",
        "pt-aae: cross-entropy is 0.0286, expected at most 0.0285",
        "pt-aae: distribution error is 41.5000, expected at most 41.4000",
      ])
  }

  /// A tenth more than the baseline's errors is allowed, 1 - accuracy among them.
  @Test func errorsMayExceedTheBaselineByTheTolerance() {
    let bounds = QualityCheck.Bounds(tolerance: 0.1, erraticTolerance: 0.1)
    var numbers = Self.good
    numbers[.accuracy] = 1 - 0.0096 * 1.09
    numbers[.l1]? *= 1.09
    numbers[.crossEntropy]? *= 1.09
    numbers[.distributionError]? *= 1.09
    #expect(Self.check(numbers, bounds, baseline: Self.good).broken.isEmpty)
    for measure in [Measure.l1, .crossEntropy, .distributionError] {
      var worse = numbers
      worse[measure]? *= 1.02
      #expect(Self.check(worse, bounds, baseline: Self.good).broken.count == 1)
    }
    numbers[.accuracy] = 1 - 0.0096 * 1.11
    #expect(
      Self.check(numbers, baseline: Self.good).broken
        == ["pt-aae: accuracy is 98.93 %, expected at least 98.94 %"])
  }

  @Test func theDistributionErrorHasAToleranceOfItsOwn() {
    var numbers = Self.good
    numbers[.distributionError]? *= 100
    let shown = Self.check(numbers, baseline: Self.good)
    #expect(shown.broken.isEmpty)
    #expect(shown.lines[3].baseline == "41.5000" && shown.lines[3].bound == "")
    let bounds = QualityCheck.Bounds(tolerance: 0, erraticTolerance: 2)
    #expect(
      Self.check(numbers, bounds, baseline: Self.good).broken == [
        "pt-aae: distribution error is 4150.0000, expected at most 124.5000"
      ])
  }

  @Test func betterThanTheBaselineIsNeverBad() {
    let better = Measures([
      .accuracy: 1, .l1: 0, .crossEntropy: 0, .distributionError: 0,
    ])
    let bounds = QualityCheck.Bounds(tolerance: 0, erraticTolerance: 0)
    #expect(Self.check(better, bounds, baseline: Self.good).broken.isEmpty)
  }

  @Test func theStricterOfBoundAndBaselineIsShown() {
    let bounds = QualityCheck.Bounds(limits: [.accuracy: 0.5, .l1: 0.1], tolerance: 0.1)
    let lines = Self.check(Self.good, bounds, baseline: Self.good).lines
    #expect(lines[0].bound == "at least 98.94 %")
    #expect(lines[1].bound == "at most 0.1000")
  }

  @Test func tablesLeaveOutWhatWouldBeEmpty() {
    #expect(
      Self.check().text == """
        pt-aae, 10000 images
          measure               value
          accuracy            99.04 %
          L1                   0.1326
          cross-entropy        0.0286
          distribution error  41.5000

        """)
    var worse = Self.good
    worse[.l1] = 0.2
    worse[.accuracy] = 0.995
    #expect(
      Self.check(
        worse, .init(limits: [.l1: 0.15], tolerance: 1), baseline: Self.good, name: "a|b_c"
      )
      .markdown == """
        ### a\\|b\\_c, 10000 images

        | measure | value | bound | baseline | change | verdict |
        | --- | --: | --: | --: | --: | --: |
        | accuracy | 99.50 % | at least 98.08 % | 99.04 % | +0.46 pp | ok |
        | L1 | 0.2000 | at most 0.1500 | 0.1326 | +0.0674 | broken |
        | cross-entropy | 0.0286 | at most 0.0572 | 0.0286 | 0.0000 | ok |
        | distribution error | 41.5000 |  | 41.5000 | 0.0000 |  |

        """)
  }
}

/// Arguments of the commands that ask a model.
@Suite struct QuestionArgumentTests {
  @Test func styleVectorsAreFiniteNumbers() {
    #expect(StyleVector(argument: "0.5,-1,0,2e-1")?.components == [0.5, -1, 0, 0.2])
    #expect(StyleVector(argument: "3")?.components == [3])
    for bad in ["", ",", "1,", ",1", "1,,2", "nan", "inf", "1e39", "0x10", "1 ,2", "seven.png"] {
      #expect(StyleVector(argument: bad) == nil, "\(bad)")
    }
  }

  @Test func styleVectorsArePrintedAsTheyAreRead() {
    let style = StyleVector([0.12345, -1, -0.00001, 20])
    #expect(style.description == "0.1235,-1.0000,0.0000,20.0000")
    #expect(StyleVector(argument: style.description) == StyleVector([0.1235, -1, 0, 20]))
  }

  @Test func picturesAreFilesStandardInputOrTestImages() {
    #expect(PictureSource(argument: "a.png") == .file("a.png"))
    #expect(PictureSource(argument: "-") == .standardInput)
    #expect(PictureSource(argument: "#17") == .testImage(17))
    #expect(PictureSource(argument: "#99999999999999999999") == .testImage(.max))
    #expect(PictureSource(argument: "#a.png") == .file("#a.png"))
    #expect(PictureSource(argument: "#") == .file("#"))
    #expect(PictureSource(argument: "") == nil)
    #expect(PictureSource(argument: "a.png#2") == .digit(2, of: .file("a.png")))
    #expect(PictureSource(argument: "-#2") == .digit(2, of: .standardInput))
    #expect(PictureSource(argument: "#1#2") == .file("#1#2"))
    #expect(PictureSource(argument: "a.png#b") == .file("a.png#b"))
    #expect(PictureSource(argument: "a.png#2")?.description == "a.png#2")
  }

  @Test func endsOfMorphsArePicturesOrStyles() {
    #expect(MorphEnd(argument: "1,2") == .style(StyleVector([1, 2])))
    #expect(MorphEnd(argument: "./1,2") == .picture(.file("./1,2")))
    #expect(MorphEnd(argument: "-") == .picture(.standardInput))
    #expect(MorphEnd(argument: "#3") == .picture(.testImage(3)))
    #expect(MorphEnd(argument: "") == nil)
  }

  @Test(arguments: [
    (["morph", "-2,0", "2,0"], [1]), (["morph", "2,0", "--animate", "-2,0", "-1,0"], [3, 4]),
    (["morph", "-2", "-3"], [1, 2]), (["morph", "--", "-2,0"], [2]),
    (["morph", "--frames", "-2"], []), (["morph", "-.5,1", "-o", "-"], [1]),
    (["-o", "-1,x", "-2,0.png", "-e", "-", "--style=-1,0"], []),
  ])
  func styleVectorsAreNotTakenForFlags(words: [String], vectors: [Int]) {
    let found = StyleVector.withoutMinus(in: words)
    #expect(found.map(readable) == words)
    #expect(found.indices.filter { found[$0] != words[$0] } == vectors)
    for vector in vectors {
      #expect(!found[vector].hasPrefix("-"))
      #expect(StyleVector(argument: found[vector]) == StyleVector(argument: words[vector]))
    }
  }

  @Test(arguments: [
    ("all", ClassNames.digits, Array(0..<10)), ("7", .digits, [7]), ("3,0,3", .digits, [3, 0, 3]),
    ("all", letters, Array(0..<10)), ("e,0,a", letters, [4, 0, 0]),
    // A name counts for more than a number.
    ("9,8", letters, [8, 8]),
  ])
  func digitListsAreAllOrSome(argument: String, classes: ClassNames, digits: [Int]) throws {
    #expect(try DigitList(argument: argument)?.digits(of: classes) == digits)
  }

  @Test func badDigitListsAreRefused() {
    #expect(DigitList(argument: "") == nil)
    #expect(DigitList(argument: "1,") == nil)
    for bad in ["10", "-1", "a", "/", ":", "1 2", "+1", "0,10"] {
      #expect(throws: (any Error).self, "\(bad)") {
        try DigitList(argument: bad)?.digits(of: .digits)
      }
    }
  }
}

private let letters = ClassNames(list: "a,b,c,d,e,f,g,h,9,all") ?? .digits

/// Older reports that `vis check` compares with.
@Suite struct BaselineTests {
  private static let report = """
    {"schema": 2, "more": [1, {"x": null}], "data": {"images": 3, "imagesPerDigit": [1, 2]},
     "checkpoints": [{"name": "a", "accuracy": 0.5, "l1": 1, "crossEntropy": 2,
                      "distributionError": 3, "ks": {"priorScale": 2, "rows": []}}]}
    """

  private func reason(_ text: String) throws -> String? {
    let directory = try ScratchDirectory()
    let path = try directory.write("report.json", Array(text.utf8))
    let error = #expect(throws: FileError.self) { try Baseline(path) }
    return error?.reason
  }

  @Test func readsWhatItNeedsOfAnyVersion() throws {
    let directory = try ScratchDirectory()
    _ = try Baseline(directory.write("report.json", Array(Self.report.utf8)))
  }

  @Test func saysWhatIsWrong() throws {
    #expect(try reason("") == "not a report: not JSON")
    #expect(try reason("{") == "not a report: not JSON")
    #expect(try reason("[]") == "not a report: the whole is not an object")
    #expect(try reason("7") == "not a report: the whole is not an object")
    #expect(try reason("{}") == "not a report: schema is missing")
    #expect(
      try reason(Self.report.replacing("\"schema\": 2", with: "\"schema\": 1"))
        == "a report of schema 1, expected 2")
    #expect(
      try reason(Self.report.replacing("\"l1\": 1", with: "\"l1\": null"))
        == "not a report: checkpoints.0.l1 is missing")
    #expect(
      try reason(Self.report.replacing("\"distributionError\"", with: "\"other\""))
        == "not a report: checkpoints.0.distributionError is missing")
    #expect(
      try reason(Self.report.replacing("0.5", with: "\"high\""))
        == "not a report: checkpoints.0.accuracy is not a number")
    #expect(try reason(Self.report.replacing("0.5", with: "1e999"))?.contains("\n") == false)
    #expect(
      try reason(Self.report.replacing("[1, 2]", with: "{}"))
        == "not a report: data.imagesPerDigit is not a list")
  }

  @Test(arguments: [
    ("0.5", "-1", "accuracy is -1.0, expected 0 to 1"),
    ("0.5", "2", "accuracy is 2.0, expected 0 to 1"),
    ("\"l1\": 1", "\"l1\": 1e308", "l1 is 1e+308, expected 0 to 1000000000"),
    (
      "\"crossEntropy\": 2", "\"crossEntropy\": -2",
      "crossEntropy is -2.0, expected 0 to 1000000000"
    ),
    ("Error\": 3", "Error\": 1e10", "distributionError is 10000000000.0, expected 0 to 1000000000"),
  ])
  func refusesNumbersThatCannotBe(old: String, new: String, says: String) throws {
    #expect(
      try reason(Self.report.replacing(old, with: new)) == "not a report: checkpoints.0.\(says)")
  }

  @Test func refusesReportsOfNoneOrOfTwins() throws {
    let head = Self.report.prefix { $0 != "\n" }
    #expect(
      try reason("\(head)\"checkpoints\": []}") == "not a report: it is of no checkpoint")
    let one =
      #"{"name": "a", "accuracy": 0.5, "l1": 1, "crossEntropy": 2, "distributionError": 3, "ks": {"priorScale": 2}}"#
    #expect(
      try reason("\(head)\"checkpoints\": [\(one), \(one)]}")
        == "not a report: two checkpoints are called a")
  }
}
