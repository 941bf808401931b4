/// Losses summed over the images of an epoch so far.
package struct LossTotals: Sendable, Equatable {
  /// Each loss of a batch times the batch's images, added up.
  package var sums = BatchLosses()
  /// How many images the sums are over.
  package var images = 0

  package init() {}

  package mutating func add(_ losses: BatchLosses, images count: Int) {
    sums.autoEncoder += losses.autoEncoder * Double(count)
    sums.classification += losses.classification * Double(count)
    sums.generator += losses.generator * Double(count)
    sums.discriminatorFake += losses.discriminatorFake * Double(count)
    sums.discriminatorReal += losses.discriminatorReal * Double(count)
    images += count
  }

  /// The means over the images; zeros if there are none.
  package var means: BatchLosses {
    let count = Double(max(1, images))
    var means = BatchLosses()
    means.autoEncoder = sums.autoEncoder / count
    means.classification = sums.classification / count
    means.generator = sums.generator / count
    means.discriminatorFake = sums.discriminatorFake / count
    means.discriminatorReal = sums.discriminatorReal / count
    return means
  }
}

extension BatchLosses {
  /// Whether all of them are numbers.
  package var areFinite: Bool {
    (autoEncoder + classification + generator + discriminatorFake + discriminatorReal).isFinite
  }
}
