import Glibc
import Support

/// Pixels written as places in a palette of at most 256 colours.
///
/// A picture of few colours is kept exactly. One of more (the edges of smoothed lines and letters
/// make thousands) is reduced: colours are counted in cells of 4 x 4 x 4 neighbours; the cells are
/// split into boxes, always the box with the largest sum of squared errors, through its mean and
/// across the channel that errs most, until there are 128; and each box gets its mean colour. So
/// large areas, whose weight decides a mean, keep their colour. Twice as many boxes would make no
/// difference that shows, and files larger by a sixteenth.
///
/// Source: Wu, "Efficient statistical computations for optimal color quantization" (Graphics Gems
/// II, 1991), with the cut at the mean in place of the search for the best one.
struct IndexedPixels {
  let palette: [Color]
  /// One index into `palette` for each pixel.
  let indices: [UInt8]

  /// - Parameter pixels: 0x??RRGGBB.
  init(_ pixels: UnsafeBufferPointer<UInt32>) {
    (palette, indices) = Self.exact(pixels) ?? Self.reduced(pixels)
  }

  private static let largest = 256
  /// How many colours one with more is reduced to.
  private static let boxCount = 128

  // MARK: Few colours

  /// The picture as it is, or nil if it has too many colours. The palette is in order of first
  /// appearance.
  private static func exact(_ pixels: UnsafeBufferPointer<UInt32>) -> ([Color], [UInt8])? {
    // Open addressing in a table four times as large as the number of colours.
    let slots = 1024
    var keys = [UInt32](repeating: .max, count: slots)
    var values = [UInt8](repeating: 0, count: slots)
    var palette: [Color] = []
    let indices = indices(of: pixels) { color in
      var slot = Int(truncatingIfNeeded: (color &* 0x9e37_79b1) >> 22)
      while keys[slot] != color, keys[slot] != .max { slot = (slot + 1) % slots }
      if keys[slot] == .max {
        guard palette.count < largest else { return nil }
        keys[slot] = color
        values[slot] = UInt8(palette.count)
        palette.append(Color(color))
      }
      return values[slot]
    }
    return indices.map { (palette, $0) }
  }

  /// An index for each pixel; `find` is asked for that of a colour, 0x00RRGGBB, where it changes.
  ///
  /// - Returns: Nil if `find` does not find one.
  private static func indices(
    of pixels: UnsafeBufferPointer<UInt32>, _ find: (UInt32) -> UInt8?
  ) -> [UInt8]? {
    var isFound = true
    let indices = [UInt8](unsafeUninitializedCapacity: pixels.count) { indices, count in
      var (last, lastIndex) = (UInt32.max, UInt8(0))
      for position in pixels.indices {
        let color = pixels[position] & 0xff_ffff
        if color != last {
          guard let index = find(color) else {
            isFound = false
            return
          }
          (last, lastIndex) = (color, index)
        }
        indices[position] = lastIndex
        count = position + 1
      }
    }
    return isFound ? indices : nil
  }

  // MARK: Many colours

  /// Colours that agree in the upper six bits of every channel, with how many pixels have them.
  private struct Cell {
    var count: Double = 0
    var sum: SIMD4<Double> = .zero
    var squares: SIMD4<Double> = .zero

    mutating func add(_ pixel: UInt32, count: Int) {
      let channels = SIMD4<UInt32>(pixel >> 16, pixel >> 8, pixel, 0) & 0xff
      let color = SIMD4<Double>(channels)
      self.count += Double(count)
      sum += color * Double(count)
      squares += color * color * Double(count)
    }
  }

  private static func cell(_ pixel: UInt32) -> Int {
    let (red, green, blue) = ((pixel >> 18) & 0x3f, (pixel >> 10) & 0x3f, (pixel >> 2) & 0x3f)
    return Int(red << 12 | green << 6 | blue)
  }

  private static func reduced(_ pixels: UnsafeBufferPointer<UInt32>) -> ([Color], [UInt8]) {
    // The place of each possible cell among those that occur, of which there are few.
    var places = [Int32](repeating: -1, count: 1 << 18)
    var cells: [Cell] = []
    // Distinct colours come in runs, so that most pixels only lengthen one.
    var position = 0
    while position < pixels.count {
      let pixel = pixels[position]
      var end = position + 1
      while end < pixels.count, pixels[end] == pixel { end += 1 }
      let name = cell(pixel)
      if places[name] < 0 {
        places[name] = Int32(cells.count)
        cells.append(Cell())
      }
      cells[Int(places[name])].add(pixel, count: end - position)
      position = end
    }

    var members = Array(cells.indices)
    var boxes = [Box(members.indices, of: members, cells)]
    while boxes.count < boxCount {
      var worst = 0
      for index in boxes.indices where boxes[index].error > boxes[worst].error { worst = index }
      guard let split = boxes[worst].split(&members, cells) else { break }
      boxes[worst] = split.0
      boxes.append(split.1)
    }

    var indexOfCell = [UInt8](repeating: 0, count: cells.count)
    for (index, box) in boxes.enumerated() {
      for member in members[box.range] { indexOfCell[member] = UInt8(index) }
    }
    let indices = indices(of: pixels) { indexOfCell[Int(places[cell($0)])] }
    return (boxes.map(\.color), indices ?? [])
  }

  /// A range of the list of cells.
  private struct Box {
    let range: Range<Int>
    let mean: SIMD4<Double>
    /// The channel with the largest sum of squared errors, and that sum over all channels.
    let channel: Int
    let error: Double

    init(_ range: Range<Int>, of members: [Int], _ cells: [Cell]) {
      var total = Cell()
      for member in members[range] {
        total.count += cells[member].count
        total.sum += cells[member].sum
        total.squares += cells[member].squares
      }
      let mean = total.sum / max(total.count, 1)
      let errors = total.squares - total.sum * mean
      self.range = range
      self.mean = mean
      channel = (0..<3).max { errors[$0] < errors[$1] } ?? 0
      // A single cell cannot be split.
      error = range.count > 1 ? errors.sum() : -1
    }

    var color: Color {
      let rounded = mean.rounded(.toNearestOrEven)
      return Color(
        red: UInt8(rounded[0]), green: UInt8(rounded[1]), blue: UInt8(rounded[2]))
    }

    /// The cells below and above the mean, or nil if they are all on one side of it.
    func split(_ members: inout [Int], _ cells: [Cell]) -> (Box, Box)? {
      let middle = members[range].partition { member in
        cells[member].sum[channel] / cells[member].count > mean[channel]
      }
      guard range.contains(middle), middle > range.lowerBound else { return nil }
      return (
        Box(range.lowerBound..<middle, of: members, cells),
        Box(middle..<range.upperBound, of: members, cells)
      )
    }
  }
}

// MARK: Colours

/// A colour of the sRGB space with 8 bits a channel, not premultiplied.
struct Color: Sendable, Hashable {
  let red, green, blue: UInt8
  var alpha: UInt8 = 255
}

extension Color {
  /// The opaque colour 0xRRGGBB.
  init(_ rgb: UInt32) {
    self.init(
      red: UInt8(truncatingIfNeeded: rgb >> 16), green: UInt8(truncatingIfNeeded: rgb >> 8),
      blue: UInt8(truncatingIfNeeded: rgb))
  }

  /// The same colour, with `opacity` in 0...1 in place of its own.
  func opacity(_ opacity: Double) -> Color {
    let alpha = opacity.isFinite ? (min(max(opacity, 0), 1) * 255).rounded() : 0
    return Color(red: red, green: green, blue: blue, alpha: UInt8(alpha))
  }

  /// The opaque colour part of the way from this one to `other`: 0 is this one, 1 the other.
  func mixed(with other: Color, _ fraction: Double) -> Color {
    let t = fraction.isFinite ? min(max(fraction, 0), 1) : 0
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8((Double(a) + (Double(b) - Double(a)) * t).rounded())
    }
    return Color(
      red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
  }

  /// As CSS writes it: `#rrggbb`.
  var css: String { "#" + hexadecimal([red, green, blue]) }

  /// 0xFFRRGGBB, the opaque pixel of this colour.
  var pixel: UInt32 {
    0xff00_0000 | (UInt32(red) << 16) | (UInt32(green) << 8) | UInt32(blue)
  }

  /// Relative luminance, 0 (black) to 1 (white).
  ///
  /// Source: WCAG 2.2, "relative luminance".
  var luminance: Double {
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// The contrast ratio of two opaque colours, 1 to 21.
  ///
  /// Source: WCAG 2.2, "contrast ratio".
  func contrast(with other: Color) -> Double {
    let (a, b) = (luminance, other.luminance)
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }
}

/// A channel of sRGB as light, 0 to 1.
private func linear(_ channel: UInt8) -> Double {
  let value = Double(channel) / 255
  return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
}
