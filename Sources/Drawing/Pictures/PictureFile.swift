import CLeptonica
import Glibc
import Support
import Synchronization

/// A picture file that is read for its digits.
struct PictureFile {
  /// The kinds that are read, by their first bytes.
  private static let formats = [
    IFF_PNG: "PNG", IFF_JFIF_JPEG: "JPEG", IFF_TIFF: "TIFF", IFF_WEBP: "WebP", IFF_GIF: "GIF",
    IFF_BMP: "BMP",
  ]
  /// The most pixels: in colour they take 256 MiB.
  private static let pixelLimit = 1 << 26
  /// The longer side of the picture that is searched: a digit of 2 % of a sheet has 20 pixels.
  private static let searchedSide = 1000

  private let bytes: [UInt8]
  private let format: Int
  private let size: (width: Int, height: Int)

  /// Reads the header; nothing is decoded yet.
  ///
  /// - Throws: `PictureError` if the file is of another kind, damaged or too large.
  init(_ bytes: [UInt8]) throws(PictureError) {
    var found: Int32 = 0
    // Leptonica looks at twelve bytes.
    let start = bytes.prefix(12) + repeatElement(0, count: max(12 - bytes.count, 0))
    let isKnown = findFileFormatBuffer(Array(start), &found) == 0
    guard isKnown, Self.formats[Int(found)] != nil else {
      let kind = FileSignature.describe(bytes).map { words in
        // Some say themselves what to do.
        ", found \(words)"
          + (words.contains { ":;,".contains($0) } ? "" : ": export it as one of these")
      }
      throw PictureError("expected a PNG, JPEG, TIFF, WebP, GIF or BMP picture\(kind ?? "")")
    }
    let format = Int(found)
    guard let bytes = Self.bounded(bytes, format: format) else { throw Self.damaged(format) }
    self.bytes = bytes
    self.format = format
    size = try Self.size(bytes, format: format)
    let (pixels, isTooLarge) = size.width.multipliedReportingOverflow(by: size.height)
    guard size.width > 0, size.height > 0 else { throw Self.damaged(format) }
    guard !isTooLarge, pixels <= Self.pixelLimit else {
      throw PictureError(
        "a \(Self.formats[format] ?? "") picture of \(size.width) x \(size.height) pixels: expected at most"
          + " \(Self.pixelLimit) in all")
    }
  }

  private static func size(
    _ bytes: [UInt8], format: Int
  ) throws(PictureError) -> (width: Int, height: Int) {
    var (width, height): (Int32, Int32) = (0, 0)
    let file = ByteReader(bytes: bytes[...], isBigEndian: false)
    switch format {
    // Leptonica cannot read these two headers.
    case IFF_GIF:
      guard let frame = GIFFrame(firstOf: bytes) else { throw damaged(format) }
      return (frame.width, frame.height)
    case IFF_BMP:
      // OS/2's header of 12 bytes, which Leptonica does not know.
      guard file.number(at: 14, count: 4) != 12 else { throw damaged(format) }
      // Negative where the rows go downwards.
      let rows = Int32(truncatingIfNeeded: file.number(at: 22, count: 4) ?? 0)
      return (file.number(at: 18, count: 4) ?? 0, Int(rows.magnitude))
    default:
      let status = silently {
        pixReadHeaderMem(bytes, bytes.count, nil, &width, &height, nil, nil, nil)
      }
      guard status == 0 else { throw damaged(format) }
      return (Int(width), Int(height))
    }
  }

  private static func damaged(_ format: Int) -> PictureError {
    let name = formats[format] ?? ""
    // Of JPEG 12 bits a colour are not read, of TIFF tiles, of WebP animations, of BMP compression.
    let isWholeFormat = [IFF_PNG, IFF_GIF].contains(format)
    return PictureError(
      "a damaged \(name) picture"
        + (isWholeFormat ? "" : ", or a rare kind of \(name): export it as PNG"))
  }

  var longerSide: Int { max(size.width, size.height) }

  /// The picture upright, in 8 grey bits a pixel and no larger than is searched.
  func decoded() throws(PictureError) -> Picture {
    let orientation = EXIFOrientation(of: bytes, format: format)
    let file = try decodedAsStored(orientation)
    // What a header says and what a file holds may differ.
    guard file.width * file.height <= Self.pixelLimit else { throw Self.damaged(format) }
    let small = try Self.reduced(file)
    return try orientation.upright(small.inOneChannel())
  }

  /// The picture as the file has it, or at a half, a quarter or an eighth of its size where it is then
  /// decoded in less time.
  private func decodedAsStored(_ orientation: EXIFOrientation) throws(PictureError) -> Picture {
    var halvings = 0
    while halvings < 3 && longerSide >> (halvings + 1) >= Self.searchedSide { halvings += 1 }
    if format == IFF_PNG, halvings > 0,
      let picture = try Picture.halved(halvings, png: bytes)
    {
      return picture
    }
    let handle = silently {
      if format == IFF_JFIF_JPEG {
        return pixReadMemJpeg(bytes, bytes.count, 0, 1 << Int32(halvings), nil, 0)
      }
      var bytes = bytes
      // Leptonica 1.82 turns TIFF files itself, but not all: it is told that there is nothing to do.
      if format == IFF_TIFF, let place = orientation.place { bytes[place] = 1 }
      return pixReadMem(bytes, bytes.count)
    }
    guard let handle else { throw Self.damaged(format) }
    return try Picture(handle)
  }

  /// The picture no larger than is searched, transparent parts laid on paper.
  private static func reduced(_ file: borrowing Picture) throws(PictureError) -> Picture {
    // A palette of two colours is lost on the next function.
    let plain = try Picture(pixRemoveColormap(file.handle, Int32(REMOVE_CMAP_BASED_ON_SRC)))
    let colors = try Picture(pixConvertTo8Or32(plain.handle, Int32(L_CLONE), 0))
    let small = try colors.reduced(to: searchedSide)
    guard pixGetSpp(small.handle) == 4 else { return small }
    let opacity = try Picture(pixGetRGBComponent(small.handle, Int32(L_ALPHA_CHANNEL)))
    // Paper is black if what is visible is bright.
    let onBlack = try Picture(pixAlphaBlendUniform(small.handle, 0x0000_0000))
    let brightness = try Picture(pixConvertTo8(onBlack.handle, 0)).mean()
    if try brightness > opacity.mean() / 2 { return onBlack }
    return try Picture(pixAlphaBlendUniform(small.handle, 0xffff_ff00))
  }
}

extension Picture {
  /// The picture area-scaled so that its longer side is at most `side`.
  fileprivate func reduced(to side: Int) throws(PictureError) -> Picture {
    var picture = try Picture(pixClone(handle))
    // Halving is many times faster than other factors.
    while picture.longerSide >= 2 * side && min(picture.width, picture.height) >= 2 {
      picture = try picture.halved()
    }
    guard picture.longerSide > side else { return picture }
    let scale = Float(side) / Float(picture.longerSide)
    return try picture.scaled { pixScaleAreaMap($0, scale, scale) }
  }

  /// The brightness in 8 bits, or a channel of colour that varies more than twice as much: that
  /// tells inks and papers that are equally bright.
  fileprivate func inOneChannel() throws(PictureError) -> Picture {
    var chosen = try Picture(pixConvertTo8(handle, 0))
    guard pixGetDepth(handle) == 32 else { return chosen }
    var most = try 2 * chosen.mean(L_STANDARD_DEVIATION)
    for color in [COLOR_RED, COLOR_GREEN, COLOR_BLUE] {
      let channel = try Picture(pixGetRGBComponent(handle, Int32(color)))
      let deviation = try channel.mean(L_STANDARD_DEVIATION)
      if deviation > most {
        chosen = channel
        most = deviation
      }
    }
    return chosen
  }
}

/// Calls a decoder while nothing reaches standard error: libpng, libjpeg and others print there.
/// From the first call on, Leptonica's own functions say nothing anywhere.
private func silently<Result>(_ decode: () -> Result) -> Result {
  // One at a time: else a second call would take the first one's silence for what is to be restored.
  standardError.withLock { _ in
    setMsgSeverity(Int32(L_SEVERITY_NONE))
    let saved = dup(STDERR_FILENO)
    let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
    if saved >= 0 && nowhere >= 0 { _ = dup2(nowhere, STDERR_FILENO) }
    defer {
      if saved >= 0 && nowhere >= 0 { _ = dup2(saved, STDERR_FILENO) }
      if saved >= 0 { _ = close(saved) }
      if nowhere >= 0 { _ = close(nowhere) }
    }
    return decode()
  }
}

private let standardError = Mutex(())
