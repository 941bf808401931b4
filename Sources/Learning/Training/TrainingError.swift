/// Why a training cannot go on: one line.
package struct TrainingError: Error, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
