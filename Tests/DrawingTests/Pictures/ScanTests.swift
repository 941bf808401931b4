import Support
import Testing

@testable import Drawing

/// What may be a digit in a picture. That the model then reads it is tested with the command.
@Suite struct ScanTests {
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

  private static func scan(
    width: Int, height: Int, _ level: (Int, Int) -> UInt8
  ) throws -> Scan {
    let levels = (0..<height).flatMap { y in (0..<width).map { x in level(x, y) } }
    return try Scan(PNG.encodeGrey(levels, width: width, height: height), path: "a.png")
  }

  /// A sheet of 200 x 200 with dark rectangles.
  private static func sheet(_ ink: [Box], level: UInt8 = 20, paper: UInt8 = 240) throws -> Scan {
    try scan(width: 200, height: 200) { x, y in
      let pixel = Box(x: x, y: y, width: 1, height: 1)
      return ink.contains { $0.encloses(pixel) } ? level : paper
    }
  }

  private static let stroke = Box(x: 90, y: 50, width: 10, height: 100)

  @Test func anImageLikeMNISTIsTakenAsItIs() throws {
    // Faint, but where it should be: not made stronger.
    for image in [Self.bar, Self.bar.map { $0 / 3 }] {
      for inverse in [false, true] {
        let scan = try Self.scan(width: 28, height: 28) { x, y in
          inverse ? 255 - image[y * 28 + x] : image[y * 28 + x]
        }
        #expect(scan.isMNIST && scan.candidates.map(\.pixels) == [image])
      }
    }
  }

  @Test(arguments: [(20, 240), (240, 20), (128, 160)] as [(UInt8, UInt8)])
  func aStrokeIsACandidateInMNISTsForm(ink: UInt8, paper: UInt8) throws {
    let scan = try Self.sheet([Self.stroke], level: ink, paper: paper)
    let found = scan.candidates.filter { $0.pixels != nil && $0.box == Self.stroke }
    #expect(!found.isEmpty && !scan.isMNIST)
    for candidate in found {
      #expect(candidate.mask.isLight == (ink > paper) && !candidate.mask.reachesBorder)
      let pixels = try #require(candidate.pixels)
      let rows = (0..<28).filter { y in pixels[y * 28..<(y + 1) * 28].contains { $0 > 64 }
      }
      let columns = (0..<28).filter { x in (0..<28).contains { pixels[$0 * 28 + x] > 64 }
      }
      #expect(rows == Array(4..<24), "it fills the box")
      #expect((2...3).contains(columns.count) && columns.contains(14), "\(columns)")
    }
  }

  @Test func thinStrokesAreThickened() throws {
    func ink(_ width: Int) throws -> Int {
      let box = Box(x: 90, y: 50, width: width, height: 100)
      let pixels = try #require(Self.sheet([box]).candidates.lazy.compactMap(\.pixels).first)
      return pixels.reduce(0) { $0 + Int($1) }
    }
    // 0.08 of the size is the least: 8 pixels.
    #expect(try abs(ink(2) - ink(8)) < ink(8) / 4)
    // Widths are whole pixels: 3 and 2 here.
    #expect(try ink(16) > 5 * ink(8) / 4)
  }

  @Test func framesAndSquaresAreNoDigits() throws {
    let frame = [
      Box(x: 10, y: 10, width: 180, height: 4), Box(x: 10, y: 186, width: 180, height: 4),
      Box(x: 10, y: 10, width: 4, height: 180), Box(x: 186, y: 10, width: 4, height: 180),
    ]
    let scan = try Self.sheet(frame + [Self.stroke])
    #expect(scan.candidates.contains { $0.pixels != nil && $0.box == Self.stroke })
    #expect(!scan.candidates.contains { !$0.mask.isLight && $0.box.longerSide == 180 })
    let square = try Self.sheet([Box(x: 70, y: 70, width: 60, height: 60)])
    #expect(!square.candidates.contains { $0.pixels != nil })
  }

  @Test func nearPiecesAreTriedTogetherAndAlone() throws {
    let bar = Box(x: 104, y: 50, width: 40, height: 10)
    let far = Box(x: 20, y: 60, width: 10, height: 90)
    let boxes = try Self.sheet([Self.stroke, bar, far]).candidates.map(\.box)
    for box in [Self.stroke, bar, far, Self.stroke.union(bar)] { #expect(boxes.contains(box)) }
    #expect(!boxes.contains(Self.stroke.union(far)))
  }

  @Test func inkThatReachesTheBorderIsKeptApart() throws {
    let scan = try Self.sheet([Box(x: 90, y: 0, width: 10, height: 100)])
    #expect(scan.candidates.contains { $0.pixels != nil })
    #expect(scan.candidates.allSatisfy { $0.mask.isLight || $0.mask.reachesBorder })
  }

  @Test(arguments: [1, 2, 28, 301])
  func aBlankPictureShowsNothing(side: Int) throws {
    #expect(try Self.scan(width: side, height: side) { _, _ in 200 }.candidates.isEmpty)
  }

  @Test func turningGoesAroundTheCentre() throws {
    let candidate = try #require(Self.sheet([Self.stroke]).candidates.first { $0.pixels != nil })
    let turned = try #require(candidate.turned(byDegrees: 90))
    let wide = (0..<28).filter { x in (12..<17).contains { turned[$0 * 28 + x] > 64 } }
    #expect(wide.count >= 19)
    #expect(candidate.turned(byDegrees: 0) == candidate.pixels)
  }

  @Test func messagesNameTheFile() {
    let formats = "expected a PNG, JPEG, TIFF, WebP, GIF or BMP picture"
    for bytes in [[], Array("hello, this is text".utf8)] {
      #expect(throws: FileError("b.png", formats)) { try Scan(bytes, path: "b.png") }
    }
    #expect(throws: FileError("c", "\(formats), found a PDF document: export it as one of these")) {
      try Scan(Array("%PDF-1.7 and some more".utf8), path: "c")
    }
  }
}
