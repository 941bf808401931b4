/// What the template of the live part may name. Numbers are filled in by its script.
struct LiveContext: Sendable {
  struct Model: Sendable {
    /// From 0 on.
    let index: Int
    let name: String
    /// Whether drawings are read by it, and the map shows it, until the reader chooses another.
    let isFirstChoice: Bool
  }

  struct Feature: Sendable {
    /// From 0 on.
    let index: Int
    /// From 1 on.
    let number: Int
    let name: String
  }

  /// A digit that can be chosen.
  struct Choice: Sendable {
    let digit: Int
    let isFirstChoice: Bool
  }

  let script: String
  /// A `LivePayload`, as gzip in base64.
  let payload: String
  let isComparison: Bool
  let models: [Model]
  /// Those of the model that has the most.
  let features: [Feature]
  let digits: [Choice]
}

extension LiveContext {
  init(_ report: ReportData, script: String, payload: String) {
    let models = report.checkpoints
    // Only where styles follow the prior do vectors from it say much.
    let firstChoice = models.firstIndex { $0.kind == "aae" } ?? 0
    self.script = script
    self.payload = payload
    isComparison = models.count > 1
    self.models = models.enumerated().map { index, model in
      Model(index: index, name: pageText(model.name), isFirstChoice: index == firstChoice)
    }
    features = (1...(models.map(\.styleSize).max() ?? 1)).map {
      Feature(index: $0 - 1, number: $0, name: "style \($0)")
    }
    digits = (0..<10).map { Choice(digit: $0, isFirstChoice: $0 == 7) }
  }
}
