import StyleNet
package import Support

/// How well style tells whether two groups of digits were written by one hand.
///
/// The styles are standardised within each digit. A writer's images are divided at random into two
/// groups of k; the distance of two groups is that of their mean styles. The area under the ROC curve
/// is the probability that two groups of one writer are nearer than two of different writers, ties
/// counted half: 0.5 if style says nothing of the hand, 1 if it never errs.
package struct WriterRecognition: Sendable {
  /// For how many digits in a group this is asked.
  static let groupSizes = [1, 3, 10]
  /// The fewest writers that anything is said of.
  package static let fewestWriters = 10

  /// How many digits are in a group. The two of a pair of single digits are different ones.
  package let digits: Int
  /// Writers with at least twice as many images.
  package let writers: Int
  /// nil if there are fewer than `fewestWriters`.
  package let area: Double?
  /// Percentiles 2.5 and 97.5 of the area over resamples of the writers; nil without it.
  package let interval: ClosedRange<Double>?
}

extension WriterRecognition {
  private static let resamples = 200

  /// For each size of a group; the numbers depend neither on a seed nor on the number of threads.
  ///
  /// - Parameters:
  ///   - labels: the digits of the N images that were encoded.
  ///   - writers: who wrote each.
  package static func all(
    of encodings: Encodings, labels: [UInt8], writers: [Int], workers: Workers
  ) -> [WriterRecognition] {
    let digitStyles = DigitStyles(encodings, labels: labels)
    let styles = labels.indices.map {
      digitStyles.standardised(encodings.style(of: $0), of: Int(labels[$0]))
    }
    let images = Dictionary(grouping: writers.indices) { writers[$0] }.sorted { $0.key < $1.key }
    return groupSizes.map { size in
      let owners = images.map(\.value).filter { images in
        images.count >= 2 * size
          && (size > 1 || images.contains { labels[$0] != labels[images[0]] })
      }
      guard owners.count >= fewestWriters else {
        return WriterRecognition(digits: size, writers: owners.count, area: nil, interval: nil)
      }
      let pairs = GroupPairs(of: owners, size: size, styles: styles, labels: labels)
      let areas = workers.map(resamples) { resample -> Double? in
        var generator = Xoshiro256(seed: 0, words: [UInt64(size), UInt64(resample)])
        var weights = [Int](repeating: 0, count: owners.count)
        for _ in owners { weights[generator.nextInteger(below: owners.count)] += 1 }
        return pairs.area(weights: weights)
      }.compactMap { $0 }.sorted()
      return WriterRecognition(
        digits: size, writers: owners.count,
        area: pairs.area(weights: [Int](repeating: 1, count: owners.count)),
        interval: areas.isEmpty
          ? nil : quantile(0.025, sorted: areas)...quantile(0.975, sorted: areas))
    }
  }
}

/// Pairs of groups by one writer and by two, and how far apart they are.
struct GroupPairs: Sendable {
  typealias Same = (writer: Int, distance: Double)
  typealias Other = (first: Int, second: Int, distance: Double)

  /// The writers of the pairs by one, the nearest pair first.
  private let same: [Int]
  /// The pairs by two writers, with how many pairs by one are nearer and how many are not farther.
  private let other: [(first: Int, second: Int, nearer: Int, notFarther: Int)]

  init(same: [Same], other: [Other]) {
    let sorted = same.sorted { $0.distance < $1.distance }
    func count(_ isBefore: (Double) -> Bool) -> Int {
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if isBefore(sorted[middle].distance) { low = middle + 1 } else { high = middle }
      }
      return low
    }
    self.same = sorted.map(\.writer)
    self.other = other.map { pair in
      (pair.first, pair.second, count { $0 < pair.distance }, count { $0 <= pair.distance })
    }
  }

  /// The area under the ROC curve where writer w comes weights[w] times.
  ///
  /// - Returns: nil if no pair by one writer or none by two has a weight.
  func area(weights: [Int]) -> Double? {
    var weightsBefore = [0]
    for writer in same {
      weightsBefore.append(weightsBefore[weightsBefore.count - 1] + weights[writer])
    }
    // Twice the weight of the pairs of pairs of which the one by one writer is nearer.
    var (right, all) = (0, 0)
    for pair in other {
      let weight = weights[pair.first] * weights[pair.second]
      right += weight * (weightsBefore[pair.nearer] + weightsBefore[pair.notFarther])
      all += 2 * weight * weightsBefore[same.count]
    }
    return all > 0 ? Double(right) / Double(all) : nil
  }
}

extension GroupPairs {
  /// How often each writer's images are divided, and with how many other writers one is paired each
  /// time.
  private static let (divisions, partners) = (5, 20)

  /// - Parameters:
  ///   - owners: the images of each writer.
  ///   - size: how many images are in a group.
  ///   - styles: of all images, standardised.
  fileprivate init(of owners: [[Int]], size: Int, styles: [[Double]], labels: [UInt8]) {
    var generator = Xoshiro256(seed: 0, words: [UInt64(size)])
    func group(_ images: some Collection<Int>) -> (style: [Double], digit: UInt8) {
      let sums = styles[0].indices.map { component in
        images.reduce(0) { $0 + styles[$1][component] }
      }
      return (sums.map { $0 / Double(size) }, labels[images[images.startIndex]])
    }
    func distance(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    var same: [Same] = []
    var other: [Other] = []
    for _ in 0..<Self.divisions {
      let halves = owners.map { images in
        let order = generator.permutation(of: images.count).map { images[$0] }
        let rest = order[size...].filter { size > 1 || labels[$0] != labels[order[0]] }
        return (first: group(order[..<size]), second: group(rest[..<size]))
      }
      let ring = generator.permutation(of: owners.count)
      for (place, writer) in ring.enumerated() {
        let (first, second) = halves[writer]
        same.append((writer, distance(first.style, second.style)))
        for step in 1...min(Self.partners, ring.count - 1) {
          let partner = ring[(place + step) % ring.count]
          let second = halves[partner].second
          if size == 1 && second.digit == first.digit { continue }
          other.append((writer, partner, distance(first.style, second.style)))
        }
      }
    }
    self.init(same: same, other: other)
  }
}
