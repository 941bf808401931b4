import Glibc
import Support

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
