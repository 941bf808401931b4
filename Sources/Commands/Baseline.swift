import FoundationEssentials
package import Reporting
package import Support

/// An older report that a new one is compared with. Of `report.json` it reads what it needs, so
/// that reports of other versions will do.
package struct Baseline {
  private let path: String
  private let content: Content

  private struct Content: Decodable {
    let data: DataSet
    let checkpoints: [Checkpoint]

    struct DataSet: Decodable {
      let imagesPerDigit: [Int]
    }

    struct Checkpoint: Decodable {
      let name: String
      let accuracy: Double
      let l1: Double
      let crossEntropy: Double
      let ks: KS

      struct KS: Decodable {
        /// nil in reports that do not say it.
        let priorScale: Double?
        let distributionError: Double
      }
    }
  }

  /// - Throws: `FileError` if the file is not a report.
  package init(_ path: String) throws(FileError) {
    content = try readReport(Content.self, from: path)
    self.path = path
    guard !content.checkpoints.isEmpty else {
      throw FileError(path, "not a report: it is of no checkpoint")
    }
    for (index, checkpoint) in content.checkpoints.enumerated() {
      try requireRanges(of: checkpoint, at: "checkpoints.\(index)")
      if content.checkpoints[..<index].contains(where: { $0.name == checkpoint.name }) {
        throw FileError(path, "not a report: two checkpoints are called \(checkpoint.name)")
      }
    }
  }

  /// The greatest error that a report may hold; a model has to be far from any use to get there.
  private static let largestError = 1e9

  /// Makes sure that the numbers can be what they are said to be.
  private func requireRanges(of checkpoint: Content.Checkpoint, at place: String) throws(FileError)
  {
    let numbers = [
      ("accuracy", checkpoint.accuracy, 1), ("l1", checkpoint.l1, Self.largestError),
      ("crossEntropy", checkpoint.crossEntropy, Self.largestError),
      ("ks.distributionError", checkpoint.ks.distributionError, Self.largestError),
    ]
    for (name, value, largest) in numbers where !(0...largest).contains(value) {
      throw FileError(
        path, "not a report: \(place).\(name) is \(value), expected 0 to \(trimmed(largest))")
    }
  }

  /// The numbers to compare a checkpoint of a report with.
  ///
  /// - Throws: `FileError` if there are none, or they were measured on other images.
  package func model(
    for checkpoint: ReportData.ModelReport, in report: ReportData
  ) throws(FileError) -> QualityCheck.Numbers {
    guard content.data.imagesPerDigit == report.data.imagesPerDigit else {
      throw FileError(path, "measured on other images, so that its numbers cannot be compared")
    }
    let isOnlyPair = content.checkpoints.count == 1 && report.checkpoints.count == 1
    guard
      let old = content.checkpoints.first(where: { $0.name == checkpoint.name })
        ?? (isOnlyPair ? content.checkpoints.first : nil)
    else {
      let names = content.checkpoints.map(\.name).joined(separator: ", ")
      throw FileError(path, "no checkpoint \(checkpoint.name) among \(names)")
    }
    if let scale = old.ks.priorScale, scale != checkpoint.ks.priorScale {
      throw FileError(
        path,
        "\(old.name) was compared to the prior N(0, \(trimmed(scale))²) there, \(checkpoint.name) is to"
          + " N(0, \(trimmed(checkpoint.ks.priorScale))²)")
    }
    return QualityCheck.Numbers(
      accuracy: old.accuracy, l1: old.l1, crossEntropy: old.crossEntropy,
      distributionError: old.ks.distributionError)
  }
}

/// What every `report.json` begins to be read by.
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

extension DecodingError {
  /// What is wrong with the content, and where.
  fileprivate var reason: String {
    func place(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
      let keys = context.codingPath + (key.map { [$0] } ?? [])
      if keys.isEmpty { return "the whole" }
      return keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
    return switch self {
    case .keyNotFound(let key, let context): "\(place(context, key)) is missing"
    case .valueNotFound(_, let context): "\(place(context)) is null"
    case .typeMismatch(let type, let context):
      "\(place(context)) is not \(Self.jsonName(of: type))"
    case .dataCorrupted(let context) where context.codingPath.isEmpty: "not JSON"
    case .dataCorrupted(let context): "\(place(context)) makes no sense"
    @unknown default: "\(self)"
    }
  }

  /// What JSON calls a type that was expected.
  private static func jsonName(of type: any Any.Type) -> String {
    switch type {
    case is Double.Type, is Int.Type: "a number"
    case is String.Type: "a string"
    case is [Any].Type: "a list"
    default: "an object"
    }
  }
}
