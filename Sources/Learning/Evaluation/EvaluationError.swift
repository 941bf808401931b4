/// Why a model cannot be evaluated: one line, without the name of the model.
package struct EvaluationError: Error, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
