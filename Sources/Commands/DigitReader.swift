import Drawing
import Glibc
import Learning
import StyleNet
import Support

/// A digit that has been found in a picture.
struct FoundDigit {
  let candidate: Candidate
  /// What the network is shown: the candidate, turned if that fits much better.
  let pixels: [UInt8]
  /// How badly the network's own drawing of it fits; nil if that plays no part.
  let misfit: Double?
  /// Why it may be no digit; nil if nothing speaks against it.
  let doubt: String?
  /// What else was looked at in its place, the best fitting first.
  let rivals: [Rival]

  /// A candidate that another was preferred to.
  struct Rival: Encodable {
    let pixels: [UInt8]
    let box: Box
    let misfit: Double

    enum CodingKeys: CodingKey { case box, misfit }
  }
}

/// Finds the digits among a picture's candidates, by what a model makes of them.
struct DigitReader {
  private let model: ModelOptions.Model
  private let options: TestImageOptions
  private var loaded: LabelledImages?
  /// For each digit that was asked for, the misfit that few test images of it exceed.
  private var usualMisfits: [Int: Double] = [:]

  /// - Parameter testImages: Where images are of the kind that the model was trained on.
  init(model: ModelOptions.Model, testImages: TestImageOptions) {
    self.model = model
    options = testImages
  }

  /// What misfits more is no digit: of 10,000 test images, 6 do.
  private static let mostMisfit = 0.6
  /// What each further digit costs, so that a digit in pieces is not several.
  private static let costOfADigit = 0.03
  /// Digits less prominent than this share of the most prominent are specks and texture.
  private static let leastProminence = 0.4
  /// A digit is turned if the misfit is then less by as much.
  private static let gainOfTurning = 0.1
  private static let turns: [Double] = [-20, -10, 10, 20]
  /// Digits hold at least this share of the ink; of photographs and scribbles they do not.
  private static let leastShare = 0.7

  /// How many test images of a digit tell which misfits are usual, and the share of them that does
  /// not exceed those.
  private static let (usualCount, usualShare) = (200, 0.93)

  /// The test images, read when first asked for.
  mutating func testImages() throws(FileError) -> LabelledImages {
    if let loaded { return loaded }
    let images = try options.load()
    loaded = images
    return images
  }

  private mutating func usualMisfit(of digit: Int) throws(FileError) -> Double {
    if let known = usualMisfits[digit] { return known }
    let images = try testImages()
    let some = images.labels.indices.lazy.filter { images.labels[$0] == digit }
    let misfits = try model.misfits(of: images.pixels[Array(some.prefix(Self.usualCount))]).sorted()
    let place = Int(Self.usualShare * Double(misfits.count))
    let usual = misfits.isEmpty ? Self.mostMisfit : misfits[place]
    usualMisfits[digit] = usual
    return usual
  }

  /// The digits that a picture shows, line by line, from left to right; none if it shows none.
  mutating func digits(in scan: Scan) throws(FileError) -> [FoundDigit] {
    if scan.isMNIST {
      return scan.candidates.map {
        FoundDigit(candidate: $0, pixels: $0.pixels ?? [], misfit: nil, doubt: nil, rivals: [])
      }
    }
    var misfits = try model.misfits(of: scan.candidates.flatMap { $0.pixels ?? [] })[...]
    let judged = scan.candidates.map { candidate in
      let misfit = candidate.pixels == nil ? nil : misfits.popFirst()
      return Judged(
        candidate: candidate, pixels: candidate.pixels ?? [], misfit: min(misfit ?? 1, 1))
    }
    let chosen = Self.choose(among: judged)
    let share = chosen.reduce(0) { $0 + $1.candidate.share }
    var found: [FoundDigit] = []
    for digit in try chosen.map(turned) {
      let rivals = judged.filter {
        !$0.pixels.isEmpty && $0.pixels != digit.candidate.pixels
          && $0.candidate.box.overlaps(digit.candidate.box)
      }.map { FoundDigit.Rival(pixels: $0.pixels, box: $0.candidate.box, misfit: $0.misfit) }
      found.append(
        FoundDigit(
          candidate: digit.candidate, pixels: digit.pixels, misfit: digit.misfit,
          doubt: try doubt(digit, share: share),
          rivals: rivals.sorted { $0.misfit < $1.misfit }))
    }
    return found
  }

  /// The digit, turned if that fits much better.
  private func turned(_ digit: Judged) throws(FileError) -> Judged {
    let images = Self.turns.compactMap(digit.candidate.turned)
    let misfits = try model.misfits(of: images.flatMap { $0 })
    guard let best = misfits.indices.min(by: { misfits[$0] < misfits[$1] }),
      misfits[best] + Self.gainOfTurning < digit.misfit
    else { return digit }
    return Judged(candidate: digit.candidate, pixels: images[best], misfit: misfits[best])
  }

  private mutating func doubt(_ digit: Judged, share: Double) throws(FileError) -> String? {
    if digit.candidate.mask.reachesBorder {
      return "the digit may be cut off: it reaches the edge of the picture"
    }
    let prediction = try model.encode(digit.pixels).predictions[0]
    if digit.misfit > (try usualMisfit(of: Int(prediction))) {
      return "it may be no digit: the model's own drawing of it fits worse than of most digits"
    }
    return share < Self.leastShare
      ? "it may be no digit: there is much else in the picture" : nil
  }
}

// MARK: Choosing

/// A candidate, as it is or turned, and how badly it fits, 0 to 1.
private struct Judged {
  let candidate: Candidate
  /// Empty if it is no ink.
  let pixels: [UInt8]
  let misfit: Double

  /// How much is seen of it.
  var prominence: Double { Double(candidate.box.longerSide) * candidate.contrast }
}

extension DigitReader {
  /// What one way to tell ink from paper finds.
  private struct Finding {
    /// As they are read, at least one.
    let digits: [Judged]
    let gain: Double

    /// nil if there are no digits.
    init?(_ candidates: [Judged]) {
      let groups = Set(candidates.map(\.candidate.group)).sorted()
      let runs = groups.flatMap { group in
        segmented(candidates.filter { $0.candidate.group == group })
      }
      let likely = runs.filter { $0.misfit < mostMisfit }
      guard let most = likely.map(\.prominence).max() else { return nil }
      let prominent = runs.filter { $0.prominence >= leastProminence * most }
      digits = Self.inLines(prominent.filter { $0.misfit < mostMisfit })
      gain = prominent.reduce(0) { sum, run in
        sum + (mostMisfit - run.misfit) * Double(run.candidate.box.area) * run.candidate.contrast
      }
    }

    /// Line by line, from left to right. A digit is in the line of one that it overlaps by at least
    /// half of the lower one's height.
    private static func inLines(_ digits: [Judged]) -> [Judged] {
      var lines: [[Judged]] = []
      for digit in digits.sorted(by: { $0.candidate.box.y < $1.candidate.box.y }) {
        let box = digit.candidate.box
        let line = lines.lastIndex { line in
          line.contains { other in
            let other = other.candidate.box
            let overlap = min(box.bottom, other.bottom) - max(box.y, other.y)
            return 2 * overlap >= min(box.height, other.height)
          }
        }
        if let line { lines[line].append(digit) } else { lines.append([digit]) }
      }
      return lines.flatMap { $0.sorted { $0.candidate.box.x < $1.candidate.box.x } }
    }

    /// Whether these are digits on something that the others were taken from: a card, or a table.
    /// The hole in a digit is less than half as high.
    func lies(on other: Finding) -> Bool {
      func tallest(_ digits: [Judged]) -> Int { digits.map(\.candidate.box.height).max() ?? 0 }
      let isInside = digits.allSatisfy { digit in
        other.digits.contains { $0.candidate.box.encloses(digit.candidate.box) }
      }
      return isInside && 2 * tallest(digits) > tallest(other.digits)
    }
  }

  /// The digits, by the mask that shows them best. Ink that reaches the border counts only where
  /// there is no other.
  private static func choose(among candidates: [Judged]) -> [Judged] {
    for reachesBorder in [false, true] {
      func best(isLight: Bool) -> Finding? {
        let findings = (0..<Candidate.Mask.strengths).compactMap { strength in
          let mask = Candidate.Mask(
            isLight: isLight, strength: strength, reachesBorder: reachesBorder)
          return Finding(candidates.filter { $0.candidate.mask == mask })
        }
        // The first of equals.
        return findings.reduce(nil) { best, next in
          best.map { next.gain > $0.gain } ?? true ? next : best
        }
      }
      switch (best(isLight: false), best(isLight: true)) {
      case (let dark?, let light?):
        if dark.lies(on: light) { return dark.digits }
        if light.lies(on: dark) { return light.digits }
        return light.gain > dark.gain ? light.digits : dark.digits
      case (let only?, nil), (nil, let only?): return only.digits
      case (nil, nil): break
      }
    }
    return []
  }

  /// The runs that divide a group's pieces with the least sum of squared misfits and what each digit
  /// costs. Squared, so that several good digits are not taken for a bad one.
  private static func segmented(_ group: [Judged]) -> [Judged] {
    guard let first = group.map(\.candidate.pieces.lowerBound).min(),
      let end = group.map(\.candidate.pieces.upperBound).max()
    else { return [] }
    var best: [Int: (cost: Double, runs: [Judged])] = [first: (0, [])]
    for place in first + 1..<end + 1 {
      for run in group where run.candidate.pieces.upperBound == place {
        guard let before = best[run.candidate.pieces.lowerBound] else { continue }
        let cost = before.cost + run.misfit * run.misfit + costOfADigit
        if cost < best[place]?.cost ?? .infinity { best[place] = (cost, before.runs + [run]) }
      }
    }
    return best[end]?.runs ?? []
  }
}

// MARK: Misfit

extension ModelOptions.Model {
  /// How badly the model's own drawing of each of N images fits: 1 less the cosine of the angle
  /// between the two, both blurred so that half a pixel's shift does not count, and a quarter of the
  /// entropy of the ten probabilities in nats.
  ///
  /// - Throws: `FileError` if what the networks say is not finite.
  fileprivate func misfits(of pixels: [UInt8]) throws(FileError) -> [Double] {
    let count = pixels.count / Model.pixels
    guard count > 0 else { return [] }
    let encodings = try encode(pixels)
    let drawings = try decode((0..<count).flatMap(encodings.code(of:)))
    return (0..<count).map { image in
      let range = image * Model.pixels..<(image + 1) * Model.pixels
      let (seen, drawn) = (blurred(pixels[range]), blurred(drawings[range]))
      func product(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let norm = (product(seen, seen) * product(drawn, drawn)).squareRoot()
      let entropy = encodings.probabilities(of: image).reduce(0) { sum, probability in
        probability > 0 ? sum - Double(probability) * log(Double(probability)) : sum
      }
      return (norm > 0 ? 1 - product(seen, drawn) / norm : 1) + entropy / 4
    }
  }
}

/// An image with every pixel the mean of its neighbours, weighted 1, 2, 1 across and down.
private func blurred(_ image: ArraySlice<UInt8>) -> [Double] {
  let side = Model.side
  var values = image.map(Double.init)
  for (step, isRow) in [(1, true), (side, false)] {
    let old = values
    for place in old.indices {
      let along = isRow ? place % side : place / side
      let before = along > 0 ? old[place - step] : 0
      let after = along < side - 1 ? old[place + step] : 0
      values[place] = (before + 2 * old[place] + after) / 4
    }
  }
  return values
}
