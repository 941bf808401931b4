import FoundationEssentials
import Learning
import Reporting
import Support

/// An older report that a new one is compared with. Of `report.json` it reads what it needs.
struct Baseline {
  private let path: String
  private let content: Content

  private struct Content: Decodable {
    let data: DataSet
    /// nil in a report of a program that knew no judge.
    let reference: Reference?
    let checkpoints: [Checkpoint]

    struct DataSet: Decodable {
      let imagesPerDigit: [Int]
    }

    struct Reference: Decodable {
      let judge: SourceFile?
    }

    struct Checkpoint: Decodable {
      let name: String
      let measures: Measures
      let priorScale: Double

      private enum Keys: String, CodingKey {
        case name
        case ks
        case priorScale
      }

      init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Keys.self)
        name = try members.decode(String.self, forKey: .name)
        measures = try Measures(from: decoder)
        priorScale = try members.nestedContainer(keyedBy: Keys.self, forKey: .ks)
          .decode(Double.self, forKey: .priorScale)
      }
    }
  }

  /// The greatest error that a report may hold; a model has to be far from any use to get there.
  private static let largestError = 1e9

  /// - Throws: `FileError` if the file is not a report.
  init(_ path: String) throws(FileError) {
    content = try readReport(Content.self, from: path)
    self.path = path
    guard !content.checkpoints.isEmpty else {
      throw FileError(path, "not a report: it is of no checkpoint")
    }
    for (index, checkpoint) in content.checkpoints.enumerated() {
      for measure in Measure.ofPage {
        let place = "checkpoints.\(index).\(measure.stringValue)"
        guard let value = checkpoint.measures[measure] else {
          // What is only shown need not be there.
          if measure.baselineUse == .shown { continue }
          throw FileError(path, "not a report: \(place) is missing")
        }
        let largest = measure.isShare ? 1 : Self.largestError
        guard measure.baselineUse == .shown || (0...largest).contains(value) else {
          throw FileError(
            path,
            "not a report: \(place) is \(value), expected 0 to \(trimmed(largest))")
        }
      }
      if content.checkpoints[..<index].contains(where: { $0.name == checkpoint.name }) {
        throw FileError(path, "not a report: two checkpoints are called \(checkpoint.name)")
      }
    }
  }

  /// The measures to compare a checkpoint with: those of the one of its name, or of the only one.
  ///
  /// - Parameters:
  ///   - count: how many checkpoints are compared.
  ///   - imagesPerDigit: what the checkpoint was measured on.
  ///   - judge: what judged its drawings; what another judge said of the older is left out.
  /// - Throws: `FileError` if there are none, or they were measured on other images.
  func measures(
    of name: String, among count: Int, prior: NormalDistribution, imagesPerDigit: [Int],
    judge: SourceFile?
  ) throws(FileError) -> Measures {
    guard content.data.imagesPerDigit == imagesPerDigit else {
      throw FileError(path, "measured on other images, so that its numbers cannot be compared")
    }
    let isOnlyPair = content.checkpoints.count == 1 && count == 1
    guard
      let old = content.checkpoints.first(where: { $0.name == name })
        ?? (isOnlyPair ? content.checkpoints.first : nil)
    else {
      let names = content.checkpoints.map(\.name).joined(separator: ", ")
      throw FileError(path, "no checkpoint \(name) among \(names)")
    }
    guard old.priorScale == prior.scale else {
      throw FileError(
        path,
        "\(old.name) was compared to the prior N(0, \(trimmed(old.priorScale))²) there, \(name) is"
          + " to \(prior)")
    }
    var measures = old.measures
    if content.reference?.judge != judge {
      for measure in Measure.allCases where measure.needsJudge { measures[measure] = nil }
    }
    return measures
  }
}

/// The part of a `report.json` that says how to read the others.
private struct ReportHead: Decodable {
  let schema: Int
}

/// Reads a `report.json`, or as much of it as `Content` needs.
///
/// - Throws: `FileError` if it is none of this program's schema.
func readReport<Content: Decodable>(
  _: Content.Type, from path: String
) throws(FileError) -> Content {
  let bytes = Data(try FileSystem.read(path, limit: 16 << 20))
  do {
    let schema = try JSONDecoder().decode(ReportHead.self, from: bytes).schema
    guard schema == ReportData.schema else {
      throw FileError(path, "a report of schema \(schema), expected \(ReportData.schema)")
    }
    return try JSONDecoder().decode(Content.self, from: bytes)
  } catch let error as FileError {
    throw error
  } catch {
    let reason = (error as? DecodingError).map(\.reason) ?? "\(error)"
    throw FileError(path, "not a report: \(reason)")
  }
}
