import CCairo

/// Why something could not be drawn or encoded: one line.
package struct CanvasError: Error, Equatable, CustomStringConvertible {
  /// What was being done, what was found, what helps.
  package let description: String

  package init(_ description: String) { self.description = description }

  /// Throws unless Cairo says "success": a status this program has never heard of is a failure too.
  static func check(_ status: cairo_status_t, _ operation: String) throws(CanvasError) {
    guard status == CAIRO_STATUS_SUCCESS else {
      let text = cairo_status_to_string(status).map { String(cString: $0) } ?? "unknown status"
      throw CanvasError("\(operation): Cairo: \(text) (\(status.rawValue))")
    }
  }
}
