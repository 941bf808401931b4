import Testing

@testable import Drawing
@testable import Support

/// How pictures become images like MNIST's. That the model then reads them is tested with the
/// command.
@Suite struct ScannedDigitTests {
  private static let side = 28

  /// An image as MNIST's: a bar 20 high and 5 wide with soft edges, its centre of mass at (14, 14).
  private static let bar: [UInt8] = {
    var image = [UInt8](repeating: 0, count: side * side)
    for y in 4..<24 {
      for (x, level) in zip(12..., [40, 190, 255, 190, 40] as [UInt8]) {
        image[y * side + x] = level
      }
    }
    return image
  }()

  private static func picture(
    width: Int, height: Int, _ pixel: (Int, Int) -> [UInt8]
  ) -> Pixmap {
    Pixmap(
      width: width, height: height,
      channels: (0..<height).flatMap { y in (0..<width).flatMap { x in pixel(x, y) } })
  }

  private static func grey(_ levels: [UInt8], width: Int) -> Pixmap {
    picture(width: width, height: levels.count / width) { x, y in
      let level = levels[y * width + x]
      return [level, level, level, 255]
    }
  }

  /// Each pixel of the bar `zoom` times across and down, moved by (left, top) on a larger paper.
  private static func enlarged(
    zoom: Int, left: Int, top: Int, width: Int, height: Int, _ color: (UInt8) -> [UInt8]
  ) -> Pixmap {
    picture(width: width, height: height) { x, y in
      let (column, row) = ((x - left) / zoom, (y - top) / zoom)
      let isInside = x >= left && y >= top && column < side && row < side
      return color(isInside ? bar[row * side + column] : 0)
    }
  }

  @Test func anImageLikeMNISTIsTakenAsItIs() {
    #expect(ScannedDigit(Self.grey(Self.bar, width: 28))?.pixels == Self.bar)
    #expect(ScannedDigit(Self.grey(Self.bar.map { 255 - $0 }, width: 28))?.pixels == Self.bar)
    // Faint, but where it should be: not made stronger.
    let faint = Self.bar.map { $0 / 3 }
    #expect(ScannedDigit(Self.grey(faint, width: 28))?.pixels == faint)
  }

  @Test func aShiftedImageIsCentred() {
    let shifted = Array(Self.bar.dropFirst(3 * 28 + 7)) + [UInt8](repeating: 0, count: 3 * 28 + 7)
    #expect(ScannedDigit(Self.grey(shifted, width: 28))?.pixels == Self.bar)
  }

  @Test(arguments: [2, 7, 20])
  func anEnlargedImageIsReducedAgain(zoom: Int) {
    let picture = Self.enlarged(zoom: zoom, left: 11, top: 0, width: 40 * zoom, height: 31 * zoom) {
      [$0, $0, $0, 255]
    }
    #expect(ScannedDigit(picture)?.pixels == Self.bar)
  }

  @Test func aSmallPictureIsEnlarged() throws {
    // Ten pixels high.
    let picture = Self.picture(width: 15, height: 15) { x, y in
      [UInt8](repeating: (6..<8).contains(x) && (2..<12).contains(y) ? 0 : 255, count: 3) + [255]
    }
    let digit = try #require(ScannedDigit(picture))
    let rows = (0..<28).filter { y in digit.pixels[y * 28..<(y + 1) * 28].contains { $0 > 0 } }
    let columns = (0..<28).filter { x in (0..<28).contains { digit.pixels[$0 * 28 + x] > 0 } }
    #expect(rows == Array(4..<24))
    #expect(columns == Array(12..<16))
  }

  /// The strongest ink is made full, and levels between keep their proportion.
  @Test(
    arguments: [
      ([30, 40, 140], [250, 244, 225]),  // a blue pen on cream
      ([250, 220, 30], [20, 30, 120]),  // light on dark
      ([200, 40, 30], [40, 130, 40]),  // colours that are equally bright
      ([128, 128, 128], [160, 160, 160]),  // hardly any contrast
    ] as [([Double], [Double])])
  func anyColoursWillDo(ink: [Double], paper: [Double]) throws {
    let picture = Self.enlarged(zoom: 3, left: 5, top: 9, width: 120, height: 110) { level in
      let share = Double(level) / 255
      let color = zip(ink, paper).map { ink, paper in paper + (ink - paper) * share }
      return color.map { UInt8($0.rounded()) } + [255]
    }
    let digit = try #require(ScannedDigit(picture))
    // Where ink and paper differ by 32 levels, rounding errs by half of one in 32.
    let worst = zip(digit.pixels, Self.bar).map { abs(Int($0) - Int($1)) }.max()
    #expect(worst ?? 255 <= 5)
  }

  @Test(arguments: [0, 255] as [UInt8])
  func transparencyIsPaper(level: UInt8) {
    let picture = Self.enlarged(zoom: 2, left: 3, top: 3, width: 70, height: 64) { alpha in
      [level, level, level, alpha]
    }
    #expect(ScannedDigit(picture)?.pixels == Self.bar)
  }

  @Test func transparentCornersAreOfThePaper() {
    let picture = Self.enlarged(zoom: 2, left: 3, top: 3, width: 70, height: 64) { level in
      [level, level, level, 255]
    }
    var channels = picture.channels
    for corner in [0, 69, 63 * 70, 63 * 70 + 69] {
      channels.replaceSubrange(4 * corner..<4 * corner + 4, with: [255, 255, 255, 0])
    }
    #expect(
      ScannedDigit(Pixmap(width: 70, height: 64, channels: channels))?.pixels == Self.bar)
  }

  @Test func unevenPaperIsStillPaper() throws {
    let picture = Self.enlarged(zoom: 4, left: 20, top: 10, width: 200, height: 150) { level in
      let ink = UInt8(Double(level) * 0.6)
      return [ink, ink, ink, 255]
    }
    var channels = picture.channels
    for index in channels.indices where index % 4 < 3 {
      channels[index] += UInt8(20 + index / 4 * 37 % 5)
    }
    let digit = try #require(
      ScannedDigit(Pixmap(width: 200, height: 150, channels: channels)))
    let worst = zip(digit.pixels, Self.bar).map { abs(Int($0) - Int($1)) }.max()
    #expect(worst ?? 255 <= 20)
    #expect(zip(digit.pixels, Self.bar).allSatisfy { $1 > 0 || $0 == 0 }, "no ink on the paper")
  }

  /// The bar, without its soft edges, on a sheet; each pixel made by `light` of whether it is ink,
  /// its column and its row.
  private static func photograph(_ light: (Bool, Int, Int) -> Double) -> Pixmap {
    picture(width: 220, height: 200) { x, y in
      let (column, row) = ((x - 40) / 5, (y - 30) / 5)
      let isInside = x >= 40 && y >= 30 && column < side && row < side
      let isInk = isInside && bar[row * side + column] > 128
      return [UInt8](repeating: UInt8(light(isInk, x, y).rounded()), count: 3) + [255]
    }
  }

  /// The greatest difference from what is seen of the same bar on plain paper.
  private static func worst(_ picture: Pixmap) throws -> Int {
    let plain = try #require(ScannedDigit(photograph { isInk, _, _ in isInk ? 20 : 240 }))
    let digit = try #require(ScannedDigit(picture))
    return zip(digit.pixels, plain.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 255
  }

  @Test func lightFromTheSideIsNoInk() throws {
    for (across, up) in [(0.6, 0.0), (-0.6, 0.0), (0.0, 0.6), (0.3, -0.3)] {
      let picture = Self.photograph { isInk, x, y in
        let paper = 150 + across * Double(x - 110) + up * Double(y - 100)
        return isInk ? 0.2 * paper : paper
      }
      let digit = try #require(ScannedDigit(picture))
      // Nothing but the bar; a little more weight on one side may move it by a pixel.
      let inked = digit.pixels.indices.filter { digit.pixels[$0] > 64 }
      #expect(Set(inked.map { $0 / 28 }).count == 20, "\(across), \(up)")
      #expect(Set(inked.map { $0 % 28 }).count == 3, "\(across), \(up)")
    }
  }

  @Test func squaresOfThePaperAreNoInk() throws {
    let picture = Self.photograph { isInk, x, y in
      isInk ? 40 : x % 24 == 7 || y % 24 == 13 ? 190 : 240
    }
    #expect(try Self.worst(picture) == 0)
  }

  @Test func theTableIsNoInk() throws {
    for side in 0..<4 {
      let picture = Self.photograph { isInk, x, y in
        let isTable = [x < 20, x > 205, y < 18, y > 185][side]
        return isTable ? 30 : isInk ? 40 : 230
      }
      #expect(try Self.worst(picture) == 0, "\(side)")
    }
  }

  /// What fills the picture and touches its border is the digit, not what it lies on.
  @Test func inkThatFillsThePictureIsKept() throws {
    let picture = Self.picture(width: 60, height: 80) { x, y in
      [UInt8](repeating: y < 12 || (24..<36).contains(x) ? 20 : 240, count: 3) + [255]
    }
    let digit = try #require(ScannedDigit(picture))
    let rows = (0..<28).map { y in digit.pixels[y * 28..<(y + 1) * 28].count { $0 > 128 } }
    #expect(rows.max() == 15 && rows.count { $0 > 0 } == 20)
  }

  @Test(arguments: [1, 2, 28, 301])
  func aBlankPictureShowsNothing(side: Int) {
    let blank = Self.grey([UInt8](repeating: 200, count: side * side), width: side)
    #expect(ScannedDigit(blank) == nil)
    let transparent = Self.picture(width: side, height: side) { _, _ in [0, 0, 0, 0] }
    #expect(ScannedDigit(transparent) == nil)
  }

  /// Strokes of any proportion, in every corner, alone or with a second dot far away.
  @Test func oddShapesStayInTheField() throws {
    for (width, height) in [(1, 1), (1, 40), (60, 1), (3, 50), (50, 3), (20, 20)] {
      for (left, top) in [(1, 1), (70, 1), (1, 70), (70, 70)] {
        let picture = Self.picture(width: 140, height: 140) { x, y in
          let isInk =
            (left..<left + width).contains(x) && (top..<top + height).contains(y)
            || (x, y) == (138, 138)
          return [UInt8](repeating: isInk ? 0 : 255, count: 3) + [255]
        }
        let digit = try #require(ScannedDigit(picture))
        #expect(digit.pixels.count == 784)
        #expect(digit.pixels.max() == 255)
      }
    }
  }

  @Test func messagesNameTheFile() throws {
    let blank = try PNG.encodeGrey([UInt8](repeating: 7, count: 100), width: 10, height: 10)
    #expect(
      throws: FileError(
        "a.png",
        "no digit to be seen: nothing stands out from the paper, as the border shows it")
    ) { try scannedDigit(png: blank, path: "a.png") }
    let error = #expect(throws: FileError.self) {
      try scannedDigit(png: Array("hello".utf8), path: "b.png")
    }
    #expect(error == FileError("b.png", "not a PNG file"))
    #expect(throws: FileError("c.png", "not a PNG file")) {
      try scannedDigit(png: [], path: "c.png")
    }
  }
}
