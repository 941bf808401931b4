import CLeptonica
package import Support

/// What may be a digit in a picture, as MNIST's images are.
///
/// Ink is what is no wider than a stroke can be and darker, or lighter, than its surroundings (a
/// top-hat), so that shades, cards and tables vanish without a model of the paper. Which of the
/// candidates are digits, a network must say.
package struct Candidate: Sendable {
  /// One of the ways to tell ink from paper.
  package struct Mask: Equatable, Sendable {
    /// Whether the ink is lighter than the paper.
    package let isLight: Bool
    /// An index into the shares of the strongest ink.
    package let strength: Int
    /// Whether the ink reaches the picture's border.
    package let reachesBorder: Bool

    package init(isLight: Bool, strength: Int, reachesBorder: Bool) {
      (self.isLight, self.strength, self.reachesBorder) = (isLight, strength, reachesBorder)
    }

    /// How many strengths there are.
    package static let strengths = shares.count
    /// The half of an edge; more of it where the paper has dark squares; less for pencil.
    fileprivate static let shares = [0.7, 0.5, 0.25, 0.125]
  }

  package let mask: Mask
  /// Pieces of ink that lie near each other are a group.
  package let group: Int
  /// Which pieces of the mask it is made of: those of a group follow one another from the left.
  package let pieces: Range<Int>
  /// Where it is in the picture, upright.
  package let box: Box
  /// How much its ink differs from the paper, of 255.
  package let contrast: Double
  /// Its part of the mask's ink.
  package let share: Double
  /// 28 x 28 levels, 0 for background and 255 for ink; nil if it is not made of strokes or not darker,
  /// or lighter, than what lies around it.
  package let pixels: [UInt8]?
}

/// What a picture shows.
package struct Scan: Sendable {
  /// Whether the picture is as MNIST's images are: it is then the one candidate, value for value.
  package let isMNIST: Bool
  package private(set) var candidates: [Candidate] = []

  /// Looks for digits in a picture: a PNG, JPEG, TIFF, WebP, GIF or BMP file, told by its first
  /// bytes.
  ///
  /// - Parameter path: what messages call the file.
  /// - Throws: `FileError` if it is of another kind, is damaged or has more than 2^26 pixels.
  package init(_ bytes: [UInt8], path: String) throws(FileError) {
    do throws(PictureError) {
      self = try Scan(PictureFile(bytes))
    } catch {
      throw FileError(path, error.reason)
    }
  }

  init(_ file: PictureFile) throws(PictureError) {
    let picture = try file.decoded()
    if let pixels = try picture.pixelsOfMNIST() {
      isMNIST = true
      candidates = [
        Candidate(
          mask: .init(isLight: true, strength: 0, reachesBorder: false), group: 0, pieces: 0..<1,
          box: Box(x: 0, y: 0, width: digitSide, height: digitSide), contrast: 255, share: 1,
          pixels: pixels)
      ]
      return
    }
    isMNIST = false
    let factor = Double(file.longerSide) / Double(picture.longerSide)
    // Safe to share: each of the two only reads it, to copy it.
    nonisolated(unsafe) let shared = picture.handle
    let found = Workers(threads: usableProcessors()).map(2) { index in
      Result { () throws(PictureError) in
        let picture = try Picture(pixCopy(nil, shared))
        return try Self.candidates(picture, isLight: index == 1, factor: factor)
      }
    }
    for result in found { candidates += try result.get() }
    extendLifetime(picture)
  }

  private static func candidates(
    _ picture: borrowing Picture, isLight: Bool, factor: Double
  ) throws(PictureError) -> [Candidate] {
    let ink = try picture.ink(isLight: isLight)
    let strongest = try ink.maximum()
    var candidates: [Candidate] = []
    for (strength, share) in Candidate.Mask.shares.enumerated() {
      let level = Int(share * Double(strongest))
      if level < leastLevel { break }
      let search = try Search(
        picture: picture.handle, ink: ink.handle, isLight: isLight, strength: strength,
        level: level, factor: factor)
      candidates += try search.candidates()
    }
    return candidates
  }
}

/// Weaker ink is noise.
private let leastLevel = 8

extension Picture {
  /// How much every pixel is darker, or lighter, than its surroundings.
  fileprivate func ink(isLight: Bool) throws(PictureError) -> Picture {
    // Wider than any stroke of a tightly cropped digit; an odd number.
    let reach = Int32(0.35 * Double(min(width, height))) | 1
    return try Picture(
      pixTophat(handle, reach, reach, Int32(isLight ? L_TOPHAT_WHITE : L_TOPHAT_BLACK)))
  }
}

/// A connected piece of ink.
private struct Piece {
  let index: Int
  let box: Box
  let reachesBorder: Bool
  var group = 0

  /// Whether two pieces may be of one digit: the bar of a 5 is nearer to the rest than a quarter of
  /// its size.
  func isNear(_ other: Piece) -> Bool {
    let reach = 0.25 * Double(max(box.longerSide, other.box.longerSide))
    let across = max(box.x, other.box.x) - min(box.right, other.box.right)
    let down = max(box.y, other.box.y) - min(box.bottom, other.box.bottom)
    return reachesBorder == other.reachesBorder && Double(across) < reach && Double(down) < reach
  }
}

/// The connected pieces of a mask as Leptonica has them.
private struct PieceImages: ~Copyable {
  private let handle: UnsafeMutablePointer<Pixa>
  let count: Int

  /// nil if there are none, or so many that the mask shows a texture.
  init?(of mask: borrowing Picture) throws(PictureError) {
    var count: Int32 = 0
    try PictureError.check(pixCountConnComp(mask.handle, 8, &count))
    guard (1...4000).contains(count) else { return nil }
    var images: UnsafeMutablePointer<Pixa>?
    var boxes = pixConnComp(mask.handle, &images, 8)
    boxaDestroy(&boxes)
    guard let images else { throw PictureError("there is not enough memory for it") }
    handle = images
    self.count = Int(count)
  }

  deinit {
    var handle: UnsafeMutablePointer<Pixa>? = handle
    pixaDestroy(&handle)
  }

  func picture(_ index: Int) throws(PictureError) -> Picture {
    try Picture(pixaGetPix(handle, Int32(index), Int32(L_CLONE)))
  }

  func box(_ index: Int) throws(PictureError) -> Box {
    var (x, y, width, height): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    try PictureError.check(pixaGetBoxGeometry(handle, Int32(index), &x, &y, &width, &height))
    return Box(x: Int(x), y: Int(y), width: Int(width), height: Int(height))
  }
}

/// The search for candidates in one mask of a picture.
private struct Search: ~Copyable {
  private let picture, ink, mask: Picture
  private let isLight: Bool
  private let strength: Int
  /// What is as strong is ink.
  private let level: Int
  private let factor: Double

  /// The most pieces; more are texture.
  private static let mostPieces = 120
  /// The most pieces of a digit: skeletons that broke have three.
  private static let mostInDigit = 4
  /// Smaller pieces, in pixels, cannot be read.
  private static let leastSide = 8
  /// Smaller pieces, as a share of the largest, are specks: the bar of a 5 is longer.
  private static let speckShare = 0.12

  init(
    picture: Picture.Handle, ink: Picture.Handle, isLight: Bool, strength: Int, level: Int,
    factor: Double
  ) throws(PictureError) {
    let ownPicture = try Picture(pixClone(picture))
    let ownInk = try Picture(pixClone(ink))
    let mask = try ownInk.mask(from: level)
    self.picture = ownPicture
    self.ink = ownInk
    self.mask = mask
    (self.isLight, self.strength, self.level) = (isLight, strength, level)
    self.factor = factor
  }

  /// Every run of up to four pieces of a group, in the order of the pieces.
  func candidates() throws(PictureError) -> [Candidate] {
    guard let images = try PieceImages(of: mask) else { return [] }
    let (pieces, total) = try pieces(images)
    var found: [Candidate] = []
    for first in pieces.indices {
      for end in first + 1..<min(first + Self.mostInDigit, pieces.count) + 1
      where pieces[end - 1].group == pieces[first].group {
        found.append(try candidate(pieces, first..<end, images, total: total))
      }
    }
    return found
  }

  /// The pieces that may be of digits, group by group, those of a group from the left, and the area
  /// of all pieces that are no frames and do not reach the border.
  private func pieces(
    _ images: borrowing PieceImages
  ) throws(PictureError) -> (kept: [Piece], total: Int) {
    var all: [Piece] = []
    for index in 0..<images.count {
      let box = try images.box(index)
      let reachesBorder =
        box.x <= 0 || box.y <= 0 || box.right >= mask.width || box.bottom >= mask.height
      all.append(Piece(index: index, box: box, reachesBorder: reachesBorder))
    }
    all.sort { $0.box.longerSide > $1.box.longerSide }
    var kept: [Piece] = []
    var (largest, total) = (0, 0)
    for (place, piece) in all.enumerated() {
      let side = piece.box.longerSide
      // A frame holds a digit; specks in a 0 are smaller.
      let isFrame = all[(place + 1)...].contains {
        4 * $0.box.longerSide > side && piece.box.encloses($0.box)
      }
      if isFrame || all[(place + 1)...].contains(where: { isRule(piece.box, beside: $0.box) }) {
        continue
      }
      if !piece.reachesBorder {
        if largest == 0 { largest = side }
        total += try images.picture(piece.index).area()
      }
      if side >= Self.leastSide && Double(side) >= Self.speckShare * Double(largest) {
        kept.append(piece)
      }
    }
    guard kept.count <= Self.mostPieces else { return ([], total) }
    return (Self.grouped(kept), total)
  }

  /// Whether something is a line of the paper: straight, longer than half of the picture, and not
  /// alone. A 1 that is drawn by a ruler is shorter, or there is nothing else.
  private func isRule(_ box: Box, beside other: Box) -> Bool {
    let isStraight = box.longerSide >= 20 * min(box.width, box.height)
    let isLong = 2 * box.width > mask.width || 2 * box.height > mask.height
    return isStraight && isLong && 20 * other.longerSide >= box.longerSide
  }

  private static func grouped(_ pieces: [Piece]) -> [Piece] {
    var pieces = pieces
    for index in pieces.indices { pieces[index].group = index }
    for one in pieces.indices {
      for other in pieces.indices where pieces[one].isNear(pieces[other]) {
        let (from, to) = (pieces[other].group, pieces[one].group)
        for index in pieces.indices where pieces[index].group == from { pieces[index].group = to }
      }
    }
    func place(_ piece: Piece) -> (Int, Int, Int) {
      (piece.group, 2 * piece.box.x + piece.box.width, piece.index)
    }
    return pieces.sorted { place($0) < place($1) }
  }

  private func candidate(
    _ pieces: [Piece], _ run: Range<Int>, _ images: borrowing PieceImages, total: Int
  ) throws(PictureError) -> Candidate {
    let first = pieces[run.lowerBound]
    let box = pieces[run].reduce(first.box) { $0.union($1.box) }
    // Some paper around, for the scaling.
    let frame = box.widened(by: 2, in: picture)
    let digit = try Picture(pixCreate(Int32(frame.width), Int32(frame.height), 1))
    for piece in pieces[run] {
      try digit.combine(
        rasterop_add, images.picture(piece.index), atX: piece.box.x - frame.x,
        y: piece.box.y - frame.y)
    }
    let contrast = try ink.mean(under: digit, atX: frame.x, y: frame.y)
    let isInk = try standsOut(digit, frame: frame, box: box, contrast: contrast)
    let area = try digit.area()
    return try Candidate(
      mask: .init(isLight: isLight, strength: strength, reachesBorder: first.reachesBorder),
      group: first.group, pieces: run, box: box.scaled(by: factor),
      contrast: contrast,
      share: first.reachesBorder || total == 0 ? 1 : Double(area) / Double(total),
      pixels: isInk ? DigitForm.pixels(of: digit, from: ink, frame: frame, level: level) : nil)
  }

  /// Whether ink is the exception in its surroundings.
  ///
  /// Its level is then far from the median around it, since most of what surrounds a digit is
  /// paper; that of a piece of paper between strokes is not. And around it there is little ink that
  /// the mask lacks, as there is inside the rim of something wider than a stroke.
  private func standsOut(
    _ digit: borrowing Picture, frame: Box, box: Box, contrast: Double
  ) throws(PictureError) -> Bool {
    let reach = 3 * box.longerSide / 4
    let around = try picture.cropped(
      to: Box(
        x: box.x + box.width / 2 - reach, y: box.y + box.height / 2 - reach,
        width: 3 * box.longerSide / 2, height: 3 * box.longerSide / 2))
    let paper = try around.median()
    let difference = try picture.mean(under: digit, atX: frame.x, y: frame.y) - Double(paper)
    let exception = isLight ? difference : -difference
    guard exception >= contrast / 2 else { return false }

    let least = max(level, Int(exception / 2))
    let vicinity = frame.widened(by: box.longerSide / 10, in: picture)
    let grey = try picture.cropped(to: vicinity)
    let edge = min(max(isLight ? paper + least : paper - least, 0), 255)
    let more = try isLight ? grey.mask(from: edge) : grey.mask(below: edge)
    try more.combine(
      rasterop_subtract, digit.widened(), atX: frame.x - vicinity.x - 1,
      y: frame.y - vicinity.y - 1)
    return try Double(more.area()) <= 0.3 * Double(digit.area())
  }
}
