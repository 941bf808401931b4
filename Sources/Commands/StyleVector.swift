import ArgumentParser
import Support

/// A style vector as an argument: numbers with commas between them.
package struct StyleVector: ExpressibleByArgument, CustomStringConvertible, Equatable {
  package let components: [Float]

  package init(_ components: [Float]) { self.components = components }

  package init?(argument: String) {
    let fields = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = fields.compactMap { field -> Float? in
      // Not names such as "nan" and "infinity", which Float would take.
      guard field.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }) else { return nil }
      return Float(field).flatMap { $0.isFinite ? $0 : nil }
    }
    guard numbers.count == fields.count else { return nil }
    components = numbers
  }

  package var description: String {
    components.map { decimal(Double($0), places: 4) }.joined(separator: ",")
  }
}
