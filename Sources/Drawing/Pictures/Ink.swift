/// How far every pixel of a picture is from its paper, towards the ink.
struct Ink {
  let width: Int
  let height: Int
  /// `width * height` levels, row after row from the top; 0 is paper.
  let levels: [UInt8]
  /// Levels up to this one are the paper's own unevenness.
  let noise: UInt8
  /// Whether the paper is as black or as white as can be, so that the levels are the picture's own
  /// values, or what they lack of white.
  let isOnPlainPaper: Bool

  /// Separates ink from paper.
  ///
  /// The paper is what the outermost pixels show: the median of each colour channel over them.
  /// Of the three channels that one counts in which the picture differs most from its paper, and
  /// the ink is on the side, darker or lighter, on which it differs more. The paper's unevenness is
  /// taken as four times the median distance of the outermost pixels from their median.
  ///
  /// Photographs differ from that in three ways: the light may be uneven (see `Paper`), the paper
  /// ruled, and what it lies on may be seen at its edge. Where a picture shows no sign of them, it is
  /// read as if there were none.
  ///
  /// - Parameter picture: at least one pixel.
  init(_ picture: Pixmap) {
    let border = borderIndices(width: picture.width, height: picture.height)
    let backing = backingColor(picture, border: border)
    let channels = (0..<3).map { Channel(picture, $0, over: backing[$0], border: border) }
    // The first of equals, so that a grey picture's order of channels does not matter.
    let best = channels.dropFirst().reduce(channels[0]) {
      $1.difference > $0.difference ? $1 : $0
    }

    let (width, height) = (picture.width, picture.height)
    self.width = width
    self.height = height
    let paper = best.paper
    let isDark = best.darker > best.lighter
    let distances = border.map { index in
      let level = best.level(at: index)
      return level > paper ? level - paper : paper - level
    }
    isOnPlainPaper = paper == (isDark ? 255 : 0)
    var levels = picture.indices.map { index in
      let level = best.level(at: index)
      return isDark ? paper - min(level, paper) : max(level, paper) - paper
    }
    var noise = UInt8(clamping: 4 * Int(medianLevel(distances)))
    if let shaded = Self.levels(of: best, border: border, distances: distances) {
      levels = shaded
      // Where shades meet, the paper's brightness is not known well: see how far off it is.
      noise = min(4 * medianLevel(border.map { min(levels[$0], 63) }), mostNoise(levels))
      Self.removeSurroundings(from: &levels, width: width, height: height, noise: noise)
      noise = border.reduce(0) { max($0, levels[$1]) }
      noise = min(noise, mostNoise(levels))
    } else {
      noise = max(noise, Self.ruling(levels, border: border, noise: noise))
      Self.removeSurroundings(from: &levels, width: width, height: height, noise: noise)
    }
    self.levels = levels
    self.noise = noise
  }

  /// So many levels are the difference between the light here and there, not noise.
  private static let leastShade: UInt8 = 12

  /// How far each pixel is from paper on which the light is uneven; nil if it is not, or the
  /// differences at the border are of another kind.
  private static func levels(
    of channel: Channel, border: [Int], distances: [UInt8]
  ) -> [UInt8]? {
    // A shadow may lie on a small part of the border, and is fainter than ink.
    let shade = share(0.85, of: distances)
    guard shade >= leastShade else { return nil }
    // Ink that reaches the border is stronger, or else stays when the light has been evened out.
    let levels = channel.levelsOnShadedPaper()
    let rest = share(0.95, of: border.map { levels[$0] })
    let isFaint = Double(shade) < 0.7 * Double(levels.max() ?? 0)
    return isFaint && 2 * Int(rest) < Int(shade) ? levels : nil
  }
}

/// Unevenness of the paper that is stronger than this would hide the ink.
private func mostNoise(_ levels: [UInt8]) -> UInt8 { (levels.max() ?? 0) / 3 }

/// A colour channel of a picture laid on a colour, and how it differs from its paper.
private struct Channel {
  private let picture: Pixmap
  private let channel: Int
  private let backing: UInt8
  let paper: UInt8
  /// The sums of the differences on either side.
  let darker: Int
  let lighter: Int

  var difference: Int { darker + lighter }

  init(_ picture: Pixmap, _ channel: Int, over backing: UInt8, border: [Int]) {
    self.picture = picture
    self.channel = channel
    self.backing = backing
    func level(_ index: Int) -> Int {
      Int(composed(picture, channel, over: backing, at: index))
    }
    paper = medianLevel(border.map { UInt8(level($0)) })
    let paper = Int(paper)
    var (darker, lighter) = (0, 0)
    for index in picture.indices {
      let difference = level(index) - paper
      if difference < 0 { darker -= difference } else { lighter += difference }
    }
    (self.darker, self.lighter) = (darker, lighter)
  }

  /// How far each pixel is from paper that is not equally bright everywhere.
  func levelsOnShadedPaper() -> [UInt8] {
    let width = picture.width
    let paper = Paper(width: width, height: picture.height) { x, y in level(at: y * width + x) }
    return (0..<picture.height).flatMap { y in
      (0..<width).map { x in
        let difference = paper(x, y) - Double(level(at: y * width + x))
        return UInt8(max(0, min(255, (paper.isInkDark ? difference : -difference).rounded())))
      }
    }
  }

  /// Made anew each time: the pictures of cameras are large.
  func level(at index: Int) -> UInt8 { composed(picture, channel, over: backing, at: index) }
}

extension Pixmap {
  fileprivate var indices: Range<Int> { 0..<width * height }
}

/// The outermost pixels of a picture, one side after the other.
func borderIndices(width: Int, height: Int) -> [Int] {
  let rows = [0, height - 1].flatMap { row in (0..<width).map { row * width + $0 } }
  let columns = [0, width - 1].flatMap { column in (0..<height).map { $0 * width + column } }
  return rows + columns
}

/// The smallest level that at least half of the levels do not exceed.
private func medianLevel(_ levels: [UInt8]) -> UInt8 { share(0.5, of: levels) }

/// The smallest level that at least a share of the levels do not exceed.
func share(_ share: Double, of levels: [UInt8]) -> UInt8 {
  var counts = [Int](repeating: 0, count: 256)
  for level in levels { counts[Int(level)] += 1 }
  var seen = 0
  for (level, count) in counts.enumerated() {
    seen += count
    if Double(seen) >= share * Double(levels.count) { return UInt8(level) }
  }
  return 0
}

/// One channel of a pixel laid on a colour.
private func composed(
  _ picture: Pixmap, _ channel: Int, over backing: UInt8, at index: Int
) -> UInt8 {
  let alpha = Int(picture.channels[4 * index + 3])
  let level = Int(picture.channels[4 * index + channel])
  return UInt8((level * alpha + Int(backing) * (255 - alpha) + 127) / 255)
}

/// What transparent parts lie on: red, green and blue.
///
/// If most of the border is opaque, that is the border's colour. Otherwise it is white, or black if
/// hardly anything dark is to be seen, since the ink must then be bright.
private func backingColor(_ picture: Pixmap, border: [Int]) -> [UInt8] {
  let opaque = border.filter { picture.channels[4 * $0 + 3] >= 128 }
  if 2 * opaque.count > border.count {
    return (0..<3).map { channel in medianLevel(opaque.map { picture.channels[4 * $0 + channel] }) }
  }
  var visible = 0
  var dark = 0
  for index in picture.indices {
    let alpha = Int(picture.channels[4 * index + 3])
    visible += alpha
    if (0..<3).reduce(0, { $0 + Int(picture.channels[4 * index + $1]) }) < 3 * 128 { dark += alpha }
  }
  // One part in fifty: a thin dark digit on a bright opaque card still has as much.
  return [UInt8](repeating: 50 * dark < visible ? 0 : 255, count: 3)
}
