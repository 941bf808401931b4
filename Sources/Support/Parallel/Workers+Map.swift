extension Workers {
  /// The results of `body` for the indices in `0..<count`, in that order.
  package func map<Result: Sendable>(
    _ count: Int, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    Array(unsafeUninitializedCapacity: count) { buffer, initializedCount in
      // Safe to share: every element is written once, by whoever has its index, and none is read
      // before all are written.
      nonisolated(unsafe) let results = buffer
      forEach(count) { index in results.initializeElement(at: index, to: body(index)) }
      initializedCount = count
    }
  }
}
