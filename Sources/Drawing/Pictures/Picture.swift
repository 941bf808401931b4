import CLeptonica

/// Why a picture cannot be read.
struct PictureError: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }

  /// Throws unless Leptonica says that a call has succeeded.
  static func check(_ status: Int32) throws(PictureError) {
    if status != 0 { throw PictureError("Leptonica failed on it") }
  }
}

/// A picture in memory as Leptonica has it, freed when the value goes out of scope.
///
/// A mask has 1 bit a pixel: 1 is ink. Other pictures have 8 bits, grey, or 32, colours.
struct Picture: ~Copyable {
  typealias Handle = UnsafeMutablePointer<CLeptonica.Pix>

  let handle: Handle

  /// Owns what a function of Leptonica has made.
  init(_ handle: Handle?) throws(PictureError) {
    guard let handle else {
      throw PictureError("it is too narrow, or there is not enough memory for it")
    }
    self.handle = handle
  }

  deinit {
    var handle: Handle? = handle
    pixDestroy(&handle)
  }

  var width: Int { Int(pixGetWidth(handle)) }
  var height: Int { Int(pixGetHeight(handle)) }
  var longerSide: Int { max(width, height) }

  /// The grey levels, row after row from the top.
  func levels() throws(PictureError) -> [UInt8] {
    var levels: [UInt8] = []
    for y in 0..<pixGetHeight(handle) {
      for x in 0..<pixGetWidth(handle) {
        var level: UInt32 = 0
        try PictureError.check(pixGetPixel(handle, x, y, &level))
        levels.append(UInt8(truncatingIfNeeded: level))
      }
    }
    return levels
  }

  /// The mean level, or the standard deviation of the levels.
  ///
  /// - Parameter mask: What counts, laid at a place of the picture; everything without it.
  func mean(
    _ kind: Int = L_MEAN_ABSVAL, under mask: borrowing Picture, atX x: Int = 0, y: Int = 0
  ) throws(PictureError) -> Double {
    try mean(kind, mask.handle, x, y)
  }

  func mean(_ kind: Int = L_MEAN_ABSVAL) throws(PictureError) -> Double {
    try mean(kind, nil, 0, 0)
  }

  private func mean(
    _ kind: Int, _ mask: Handle?, _ x: Int, _ y: Int
  ) throws(PictureError) -> Double {
    var mean: Float = 0
    try PictureError.check(
      pixGetAverageMasked(handle, mask, Int32(x), Int32(y), 1, Int32(kind), &mean))
    return Double(mean)
  }

  func median() throws(PictureError) -> Int {
    var level: UInt32 = 0
    try PictureError.check(pixGetRankValue(handle, 1, 0.5, &level))
    return Int(level)
  }

  func maximum() throws(PictureError) -> Int {
    var level: UInt32 = 0
    try PictureError.check(pixGetMaxValueInRect(handle, nil, &level, nil, nil))
    return Int(level)
  }

  func cropped(to box: Box) throws(PictureError) -> Picture {
    var frame = boxCreate(Int32(box.x), Int32(box.y), Int32(box.width), Int32(box.height))
    defer { boxDestroy(&frame) }
    return try Picture(pixClipRectangle(handle, frame, nil))
  }

  /// A mask of what is as light as a level, or lighter.
  func mask(from level: Int) throws(PictureError) -> Picture {
    let mask = try mask(below: level)
    return try Picture(pixInvert(nil, mask.handle))
  }

  /// A mask of what is darker than a level.
  func mask(below level: Int) throws(PictureError) -> Picture {
    try Picture(pixThresholdToBinary(handle, Int32(level)))
  }

  /// Copies another picture to a place, or adds or takes away another mask's ink there.
  func combine(
    _ operation: Int32, _ other: borrowing Picture, atX x: Int, y: Int
  ) throws(PictureError) {
    try PictureError.check(
      pixRasterop(
        handle, Int32(x), Int32(y), Int32(other.width), Int32(other.height), operation,
        other.handle, 0, 0))
  }

  /// The picture at half of its size, a pixel for the mean of four.
  func halved() throws(PictureError) -> Picture { try scaled { pixScaleAreaMap2($0) } }

  /// The picture scaled by one of Leptonica's functions, its opacity too, which they lose.
  func scaled(_ scale: (Handle) -> Handle?) throws(PictureError) -> Picture {
    let scaled = try Picture(scale(handle))
    guard pixGetSpp(handle) == 4 else { return scaled }
    let opacity = try Picture(pixGetRGBComponent(handle, Int32(L_ALPHA_CHANNEL)))
    let scaledOpacity = try Picture(scale(opacity.handle))
    try PictureError.check(
      pixSetRGBComponent(scaled.handle, scaledOpacity.handle, Int32(L_ALPHA_CHANNEL)))
    try PictureError.check(pixSetSpp(scaled.handle, 4))
    return scaled
  }

  // MARK: Masks

  /// How many pixels are ink.
  func area() throws(PictureError) -> Int {
    var area: Int32 = 0
    try PictureError.check(pixCountPixels(handle, &area, nil))
    return Int(area)
  }

  /// The smallest part of a mask that holds its ink; nil if there is none.
  func croppedToInk() throws(PictureError) -> Picture? {
    guard try area() > 0 else { return nil }
    var cropped: Handle?
    try PictureError.check(pixClipToForeground(handle, &cropped, nil))
    return try Picture(cropped)
  }

  /// Ink made wider by a pixel on each side, in a border of a pixel.
  func widened() throws(PictureError) -> Picture {
    let bordered = try Picture(pixAddBorder(handle, 1, 0))
    return try Picture(pixDilateBrick(nil, bordered.handle, 3, 3))
  }
}

/// A rectangle of whole pixels; `x` and `y` count from the top left.
package struct Box: Equatable, Sendable, Encodable {
  package var x, y, width, height: Int

  package var longerSide: Int { max(width, height) }
  package var area: Int { width * height }
  var right: Int { x + width }
  package var bottom: Int { y + height }

  package func encloses(_ other: Box) -> Bool {
    x <= other.x && y <= other.y && right >= other.right && bottom >= other.bottom
  }

  package func overlaps(_ other: Box) -> Bool {
    x < other.right && other.x < right && y < other.bottom && other.y < bottom
  }

  func union(_ other: Box) -> Box {
    let (left, top) = (min(x, other.x), min(y, other.y))
    return Box(
      x: left, y: top, width: max(right, other.right) - left,
      height: max(bottom, other.bottom) - top)
  }

  /// The box with a margin all around, as far as it lies in a picture.
  func widened(by margin: Int, in picture: borrowing Picture) -> Box {
    let (left, top) = (max(x - margin, 0), max(y - margin, 0))
    return Box(
      x: left, y: top, width: min(right + margin, picture.width) - left,
      height: min(bottom + margin, picture.height) - top)
  }

  /// The same part of a picture that is larger by a factor.
  func scaled(by factor: Double) -> Box {
    let (left, top) = (Int(Double(x) * factor), Int(Double(y) * factor))
    return Box(
      x: left, y: top, width: Int((Double(right) * factor).rounded(.up)) - left,
      height: Int((Double(bottom) * factor).rounded(.up)) - top)
  }
}
