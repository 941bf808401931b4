import FoundationEssentials
import TestSupport
import Testing

@testable import Learning
@testable import Reporting
@testable import Support

/// A page of two untrained models of different style sizes on thirty images, and what is said of
/// it after a change.
@Suite struct PageVerificationTests {
  private static let page = Result { try makePage() }

  private static func makePage() throws -> [UInt8] {
    let images = UntrainedModels.images { $0 % 10 }
    let report = try UntrainedModels.report(
      UntrainedModels.evaluated(on: images), on: images, network: [0, 1, 2])
    return try #require(report.files.last).bytes
  }

  private func verify(
    _ change: (inout [UInt8]) throws -> Void = { _ in }
  ) throws -> PageVerification {
    var page = try Self.page.get()
    try change(&page)
    return try PageVerification(page: page, path: "page", workers: Workers(threads: 1))
  }

  @Test func pagesAgreeWithThemselves() throws {
    let result = try verify()
    #expect(result.mismatches == [])
    // Two models, each with drawings in two styles and one image of each digit.
    #expect(result.images == 2 * 30)
    // At the least confusions, and 11 x (1 + S) tests of d and -log10 p.
    #expect(result.numbers > 2 * 100 + 11 * (2 + 4) * 2)
  }

  @Test(arguments: [
    "data.images", "checkpoints.0.styleSize", "checkpoints.1.accuracy",
    "checkpoints.0.confusion.3.1", "checkpoints.1.ks.rows.4.features.2.negLog10P",
    "checkpoints.0.ks.rows.0.pooled.d", "differences.0.distributionError",
  ])
  func numbersThatWereChangedAreNamed(path: String) throws {
    let mismatches = try verify { page in
      let start = try #require(range(of: "data-json=\"\(path)\">", in: page)).upperBound
      page.insert(UInt8(ascii: "7"), at: start)
    }.mismatches
    #expect(mismatches.prefix(2) == Self.otherNumbers[...])
    #expect(mismatches.dropFirst(2).allSatisfy { $0.hasPrefix("\(path) is printed as 7") })
    #expect(mismatches.count > 2)
  }

  /// What is said of a page whose numbers were changed.
  private static let otherNumbers = [
    "the page around its data is not the one that was made with them",
    "a printed number is not the one that the page was made with",
  ]

  @Test func anyOtherByteOfThePageIsCoveredByTheSum() throws {
    let mismatches = try verify { page in
      let start = try #require(range(of: "<h2>", in: page)).upperBound
      page.insert(UInt8(ascii: "x"), at: start)
    }.mismatches
    #expect(mismatches == ["the page around its data is not the one that was made with them"])
  }

  @Test func anotherNetworkIsNotThisPrograms() throws {
    let page = try Self.page.get()
    let workers = Workers(threads: 1)
    for (network, mismatches) in [
      ([0, 1, 2], []),
      ([0, 1, 3], ["the network in the page is not the one that comes with this program"]),
    ] as [([UInt8], [String])] {
      let result = try PageVerification(
        page: page, path: "page", network: network, workers: workers)
      #expect(result.mismatches == mismatches)
    }
  }

  @Test func numbersThatCannotFollowAreCoveredByTheSum() throws {
    let mismatches = try verify { page in
      let start = try #require(range(of: "data-json=\"checkpoints.0.l1\">", in: page)).upperBound
      page.insert(UInt8(ascii: "7"), at: start)
    }.mismatches
    #expect(mismatches == Self.otherNumbers)
  }

  @Test func damagedDataDoNotAgree() throws {
    let page = try Self.page.get()
    let payload = try #require(LivePage(page)?.payload)
    for place in stride(from: payload.startIndex, to: payload.endIndex, by: 40_009) {
      let result = try verify { page in
        page[place] = page[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      }
      #expect(result.mismatches.count == 1 && result.numbers == 0)
    }
  }

  @Test func pagesThatEndBeforeTheirDataAreRefused() throws {
    let page = try Self.page.get()
    let payload = try #require(LivePage(page)?.payload)
    for end in [0, payload.startIndex - 1, payload.startIndex, payload.endIndex - 1] {
      #expect(throws: FileError("page", "no whole page of vis report with its data in it")) {
        try verify { $0 = Array($0[..<end]) }
      }
    }
  }

  @Test(
    arguments: [
      ([], "no header"), ([255, 255, 255, 255, 0], "no header"),
      ([2, 0, 0, 0, 91, 93], "no sense"),
    ] as [([UInt8], String)])
  func dataThatAreNoneAreRefused(content: [UInt8], reason: String) {
    let page =
      #"<code id="payload-sha256"></code>"#
      + #"<script type="application/gzip" id="payload" data-sha256="">"#
      + "\(Data(gzip(content)).base64EncodedString())</script>"
    let error = #expect(throws: FileError.self) { try verify { $0 = Array(page.utf8) } }
    #expect(error?.path == "page" && error?.reason.contains(reason) == true)
  }

  private func range(of text: String, in page: [UInt8]) -> Range<Int>? {
    page.indices.first { page[$0...].starts(with: text.utf8) }.map { $0..<$0 + text.utf8.count }
  }
}
