import StyleNet
import Support

/// An affine map of the plane, by which an image is distorted: the place in the image as it is that
/// each pixel's level comes from.
///
/// In whole numbers, so that the same bytes come out everywhere.
struct AffineMap: Sendable, Equatable {
  /// What stands for 1, or for a pixel's width.
  private static let one = 65536.0

  /// The matrix's rows, in `one`s.
  private let xx, xy, yx, yy: Int32
  /// What is added then.
  private let x, y: Int32

  /// - Parameters:
  ///   - x: the first row of the matrix, which is applied about the image's centre, and the shift, in
  ///     pixels.
  ///   - y: the second row.
  init(x: (Double, Double, shift: Double), y: (Double, Double, shift: Double)) {
    func whole(_ number: Double) -> Int32 { Int32((number * Self.one).rounded()) }
    (xx, xy, self.x) = (whole(x.0), whole(x.1), whole(x.shift))
    (yx, yy, self.y) = (whole(y.0), whole(y.1), whole(y.shift))
  }

  /// A random map: scaled in width and height, sheared, rotated and shifted, each uniformly.
  ///
  /// - Parameter strength: 1 for up to 10 %, 0.15, 8 degrees and half a pixel; at most 2.
  init(_ strength: Double, using generator: inout some RandomNumberGenerator) {
    func deviate(_ limit: Double) -> Double {
      strength * limit * (2 * generator.nextUniform() - 1)
    }
    // Sine and cosine of an angle from the tangent of its half: libraries differ in their last bits.
    let tangent = deviate(0.07)
    let (sine, cosine) = (
      2 * tangent / (1 + tangent * tangent), (1 - tangent * tangent) / (1 + tangent * tangent)
    )
    let (width, height, shear) = (1 + deviate(0.1), 1 + deviate(0.1), deviate(0.15))
    self.init(
      x: (cosine * width, cosine * shear - sine * height, shift: deviate(0.5)),
      y: (sine * width, sine * shear + cosine * height, shift: deviate(0.5)))
  }

  /// The image's side, the rows and columns around it that a map may reach into, and the side of
  /// both. A random map of strength 2 leads 13 pixels out of the image.
  private static let (side, margin, paddedSide) = (28, 18, 64)

  /// Distorts 28 x 28 bytes: bilinear, background outside.
  func apply(to image: UnsafeMutablePointer<UInt8>) {
    let (side, margin, pitch) = (Self.side, Self.margin, Self.paddedSide)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: pitch * pitch) { padded in
      padded.initialize(repeating: 0)
      guard let padded = padded.baseAddress else { return }
      for row in 0..<side {
        (padded + (row + margin) * pitch + margin).update(from: image + row * side, count: side)
      }
      // Twice the distance to the centre is a whole number.
      let centre = Int32(2 * margin + side - 1) << 15
      let least = Int32(0), most = Int32(pitch - 2) << 16
      for row in 0..<side {
        let v = Int32(truncatingIfNeeded: 2 * row - side + 1)
        for column in 0..<side {
          let u = Int32(truncatingIfNeeded: 2 * column - side + 1)
          let sourceX = ((xx &* u &+ xy &* v) >> 1) &+ x &+ centre
          let sourceY = ((yx &* u &+ yy &* v) >> 1) &+ y &+ centre
          let (left, top) = (min(max(sourceX, least), most), min(max(sourceY, least), most))
          let source = padded + (Int(top >> 16) &* pitch &+ Int(left >> 16))
          let (right, down) = ((left >> 8) & 255, (top >> 8) & 255)
          let upper = between(source[0], source[1], right)
          let lower = between(source[pitch], source[pitch + 1], right)
          let level = (upper &* (256 &- down) &+ lower &* down &+ 32768) >> 16
          image[row &* side &+ column] = UInt8(truncatingIfNeeded: level)
        }
      }
    }
  }

  /// 256 times what is `share` 256ths of the way from one level to another.
  private func between(_ a: UInt8, _ b: UInt8, _ share: Int32) -> Int32 {
    Int32(a) &* (256 &- share) &+ Int32(b) &* share
  }
}
