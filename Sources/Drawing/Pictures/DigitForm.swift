import CLeptonica
import Glibc

/// A digit made as MNIST's are: its strokes neither thinner nor thicker, its proportions kept, it
/// fills a box of 20 x 20 pixels, smoothed by the scaling, and lies in a field of 28 x 28 so that
/// its centre of mass is at the pixel of row and column 14 (counted from 0).
enum DigitForm {
  /// The side of the box that a digit fills.
  fileprivate static let boxSide = 20
  /// Strokes' thickness as a share of the size: one in a hundred of MNIST's is thinner than 0.06, one
  /// in twenty thinner than 0.07, and none thicker than 0.20. Pens of 1 to 5 pixels are read best with
  /// 0.08.
  private static let thickness = 0.08...0.20
  /// What is thicker is no stroke; discs and holes are not.
  private static let mostThickness = 0.25
  /// The least pixels of a digit that is measured: five times the box.
  private static let leastSide = 100

  /// - Parameters:
  ///   - mask: The digit.
  ///   - ink: The picture's ink, of which the mask is a part.
  ///   - level: Stronger ink is the digit's.
  /// - Returns: nil if the digit is not made of strokes.
  static func pixels(
    of mask: borrowing Picture, from ink: borrowing Picture, frame: Box, level: Int
  ) throws(PictureError) -> [UInt8]? {
    let fine = try fine(mask, of: ink, frame: frame, level: level)
    guard let digit = try fine.croppedToInk() else { return nil }
    let size = Double(digit.longerSide)
    let width = try strokeWidth(of: digit)
    guard width <= mostThickness * size else { return nil }
    let wanted = min(max(width / size, thickness.lowerBound), thickness.upperBound) * size
    let radius = Int(((wanted - width) / 2).rounded())
    if radius == 0 { return try laid(digit) }
    guard let other = try grown(digit, by: radius).croppedToInk() else { return nil }
    return try laid(other)
  }

  /// The mask between 100 and 200 pixels large, smooth.
  private static func fine(
    _ mask: borrowing Picture, of ink: borrowing Picture, frame: Box, level: Int
  ) throws(PictureError) -> Picture {
    if mask.longerSide >= leastSide {
      var mask = try Picture(pixClone(mask.handle))
      // One pixel of ink in four is enough, so that thin strokes stay whole.
      while mask.longerSide >= 2 * leastSide && min(mask.width, mask.height) >= 2 {
        mask = try Picture(pixReduceRankBinary2(mask.handle, 1, nil))
      }
      return mask
    }
    let crop = try ink.cropped(to: frame)
    let near = try Picture(pixDilateBrick(nil, mask.handle, 3, 3))
    let others = try Picture(pixInvert(nil, near.handle))
    try PictureError.check(pixSetMasked(crop.handle, others.handle, 0))
    let scale = Float(leastSide) / Float(mask.longerSide)
    return try Picture(pixScale(crop.handle, scale, scale)).mask(from: level)
  }

  /// Across a stroke of width W the distances to its edges are 1, 2, ..., W / 2, ..., 2, 1: their
  /// mean is W / 4 + 1 / 2.
  private static func strokeWidth(of digit: borrowing Picture) throws(PictureError) -> Double {
    let distances = try Picture(
      pixDistanceFunction(digit.handle, 8, 8, Int32(L_BOUNDARY_BG)))
    return try max(4 * distances.mean(under: digit) - 2, 1)
  }

  /// Strokes thicker by a number of pixels on each side; thinner by a negative number.
  private static func grown(
    _ digit: borrowing Picture, by radius: Int
  ) throws(PictureError) -> Picture {
    let reach = abs(radius)
    let (side, center) = (Int32(2 * reach + 1), Int32(reach))
    var disc = selCreate(side, side, "disc")
    defer { selDestroy(&disc) }
    try PictureError.check(selSetOrigin(disc, center, center))
    for y in -reach...reach {
      for x in -reach...reach {
        // Rounder than without the third of a pixel.
        let isInside = Double(x * x + y * y) <= (Double(reach) + 0.3) * (Double(reach) + 0.3)
        let element = Int32(isInside ? SEL_HIT : SEL_DONT_CARE)
        try PictureError.check(selSetElement(disc, Int32(y) + center, Int32(x) + center, element))
      }
    }
    let wide = try Picture(pixAddBorder(digit.handle, center + 1, 0))
    return try Picture(
      radius > 0 ? pixDilate(nil, wide.handle, disc) : pixErode(nil, wide.handle, disc))
  }

  /// nil if it is too narrow to be scaled.
  private static func laid(_ digit: borrowing Picture) throws(PictureError) -> [UInt8]? {
    let scale = Double(boxSide) / Double(digit.longerSide)
    func scaled(_ length: Int) -> Int32 { Int32(max((Double(length) * scale).rounded(), 1)) }
    let grey = try Picture(pixConvert1To8(nil, digit.handle, 0, 255))
    guard
      let handle = pixScaleAreaMapToSize(grey.handle, scaled(digit.width), scaled(digit.height))
    else { return nil }
    let small = try Picture(handle)
    let levels = try small.levels()
    let (width, height) = (small.width, small.height)
    guard let center = centerOfMass(levels, width: width) else { return nil }
    // Moved by whole pixels, but never over the edge.
    func shift(_ center: Double, _ length: Int) -> Int {
      min(max(Int((13.5 - center).rounded(.up)), 0), digitSide - length)
    }
    let (left, top) = (shift(center.x, width), shift(center.y, height))
    var field = [UInt8](repeating: 0, count: digitSide * digitSide)
    for y in 0..<height {
      let start = (top + y) * digitSide + left
      field.replaceSubrange(start..<start + width, with: levels[y * width..<(y + 1) * width])
    }
    return field
  }
}

/// The mean place of levels, weighted by them; nil if all are 0.
private func centerOfMass(_ levels: [UInt8], width: Int) -> (x: Double, y: Double)? {
  var (sum, x, y) = (0, 0, 0)
  for (place, level) in levels.enumerated() {
    sum += Int(level)
    x += Int(level) * (place % width)
    y += Int(level) * (place / width)
  }
  return sum > 0 ? (Double(x) / Double(sum), Double(y) / Double(sum)) : nil
}

extension Picture {
  /// The levels of a picture that is as MNIST's images are, white on black or black on white: the
  /// digit within a box of 20 x 20 and its centre of mass where it should be; nil if it is not.
  func pixelsOfMNIST() throws(PictureError) -> [UInt8]? {
    guard width == digitSide, height == digitSide else { return nil }
    let levels = try levels()
    return [levels, levels.map { 255 - $0 }].first { pixels in
      let inked = pixels.indices.filter { pixels[$0] > 0 }
      func extent(_ places: [Int]) -> Int { (places.max() ?? 0) - (places.min() ?? 0) + 1 }
      guard extent(inked.map { $0 % digitSide }) <= DigitForm.boxSide,
        extent(inked.map { $0 / digitSide }) <= DigitForm.boxSide,
        let center = centerOfMass(pixels, width: digitSide)
      else { return false }
      // MNIST's own images are within 0.52 pixels.
      return abs(center.x - 14) < 0.55 && abs(center.y - 14) < 0.55
    }
  }
}

extension Candidate {
  /// The image turned about its centre.
  ///
  /// - Returns: nil if there is none, or not enough memory for it.
  package func turned(byDegrees degrees: Double) -> [UInt8]? {
    guard let pixels else { return nil }
    do throws(PictureError) {
      let side = Int32(digitSide)
      let picture = try Picture(pixCreate(side, side, 8))
      for (place, level) in pixels.enumerated() {
        let (y, x) = place.quotientAndRemainder(dividingBy: digitSide)
        try PictureError.check(pixSetPixel(picture.handle, Int32(x), Int32(y), UInt32(level)))
      }
      return try Picture(pixRotateAMGray(picture.handle, Float(degrees * .pi / 180), 0)).levels()
    } catch {
      return nil
    }
  }
}
