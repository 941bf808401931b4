package import Support

/// Makes a picture of one digit from anywhere, a PNG file, into an image as MNIST's are.
///
/// - Parameter path: what messages call the file.
/// - Returns: 28 x 28 levels; 0 is background, 255 ink.
/// - Throws: `FileError` if it is no PNG file, is damaged, has more than 2^26 pixels, or shows
///   nothing.
package func scannedDigit(png: [UInt8], path: String) throws(FileError) -> [UInt8] {
  let picture: Pixmap
  do throws(CanvasError) {
    picture = try PNG.pixmap(png)
  } catch {
    throw FileError(path, error.description)
  }
  guard let digit = ScannedDigit(picture) else {
    throw FileError(
      path, "no digit to be seen: nothing stands out from the paper, as the border shows it")
  }
  return digit.pixels
}

/// How a picture becomes an image as MNIST's are.
///
/// In these the digit, its proportions kept, fills a box of 20 x 20 pixels, its edges smoothed by the
/// scaling, and lies in a field of 28 x 28 so that its centre of mass is at the field's centre. That
/// is, as the files show, the pixel of row and column 14 (counted from 0), reached by moving the
/// digit by whole pixels.
///
/// A picture that is already so is taken as it is, value for value: one of 28 x 28 pixels, white on
/// black or black on white, the digit within a box of 20 x 20 and its centre of mass where it should
/// be. So an image of MNIST that was saved as a PNG is that image again.
struct ScannedDigit {
  let pixels: [UInt8]

  /// Finds the digit in a picture; nil if it shows nothing.
  init?(_ picture: Pixmap) {
    let ink = Ink(picture)
    if ink.isLikeMNIST {
      pixels = ink.levels
    } else if let image = ink.normalized() {
      pixels = image
    } else {
      return nil
    }
  }
}

extension Ink {
  /// The side of the box that a digit fills.
  private static let boxSide = 20
  /// The centre of mass, in pixels from the middle of the first.
  private static let center = 14.0
  /// The least difference of ink from paper that is not taken for an accident.
  private static let leastContrast: UInt8 = 16
  /// The strongest level is at least this in all of MNIST.
  private static let leastStrongest = 254.0
  /// This share of the strongest level is part of the digit when its extent is measured. Enlarging a
  /// picture smears its edges.
  private static let extentShare = 1.0 / 16

  fileprivate var isLikeMNIST: Bool {
    guard width == digitSide, height == digitSide, isOnPlainPaper, noise == 0,
      let box = box(above: 0), max(box.columns.count, box.rows.count) <= Self.boxSide,
      let mass = Grid(width: width, height: height, values: levels.map(Double.init)).centerOfMass
    else { return false }
    // MNIST's own images are within 0.52 pixels.
    return abs(mass.x - Self.center) < 0.55 && abs(mass.y - Self.center) < 0.55
  }

  /// The ink cropped, scaled and centred; nil if there is none.
  fileprivate func normalized() -> [UInt8]? {
    guard let strongest = levels.max(), strongest > noise,
      strongest - noise >= Self.leastContrast
    else { return nil }
    let least = UInt8(Double(strongest - noise) * Self.extentShare) + noise
    guard let box = box(above: least) else { return nil }

    // Cropped to the extent and scaled to fill the box.
    let scale = Double(Self.boxSide) / Double(max(box.columns.count, box.rows.count))
    func scaled(_ length: Int) -> Int {
      min(max(Int((Double(length) * scale).rounded()), 1), Self.boxSide)
    }
    let digit = Grid.resampling(
      columns: box.columns, rows: box.rows, width: scaled(box.columns.count),
      height: scaled(box.rows.count)
    ) { x, y in
      let level = levels[y * width + x]
      return level > noise ? Double(level - noise) : 0
    }
    guard let mass = digit.centerOfMass, let peak = digit.values.max() else { return nil }

    // Laid in the field, moved by whole pixels but never over its edge.
    func shift(_ mass: Double, _ length: Int) -> Int {
      min(max(Int((Self.center - 0.5 - mass).rounded(.up)), 0), digitSide - length)
    }
    let (left, top) = (shift(mass.x, digit.width), shift(mass.y, digit.height))
    let gain = peak < Self.leastStrongest ? 255 / peak : 1
    var field = [UInt8](repeating: 0, count: digitSide * digitSide)
    for y in 0..<digit.height {
      for x in 0..<digit.width {
        field[(top + y) * digitSide + left + x] =
          UInt8(min(255, (digit.values[y * digit.width + x] * gain).rounded()))
      }
    }
    return field
  }

  /// The smallest rectangle that holds all levels above `least`; nil if there are none.
  private func box(above least: UInt8) -> (columns: Range<Int>, rows: Range<Int>)? {
    var (left, right, top, bottom) = (width, -1, height, -1)
    for y in 0..<height {
      let row = levels[y * width..<(y + 1) * width]
      guard let first = row.firstIndex(where: { $0 > least }),
        let last = row.lastIndex(where: { $0 > least })
      else { continue }
      left = min(left, first - row.startIndex)
      right = max(right, last - row.startIndex)
      top = min(top, y)
      bottom = y
    }
    return bottom < 0 ? nil : (left..<right + 1, top..<bottom + 1)
  }
}
