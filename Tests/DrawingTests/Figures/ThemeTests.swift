import Glibc
import Testing

@testable import Drawing

@Suite struct ThemeTests {
  @Test(arguments: Theme.all)
  func textIsLegibleOnBackgroundAndSurface(theme: Theme) {
    for text in [theme.ink, theme.secondaryInk, theme.accent, theme.warning] {
      for ground in [theme.background, theme.surface] {
        #expect(text.contrast(with: ground) >= 4.5, "\(text.css) on \(ground.css)")
      }
    }
  }

  @Test(arguments: zip(Theme.all, [2.19, 2.95]))
  func digitsStandOutFromTheBackground(theme: Theme, ratio: Double) {
    #expect(theme.categories.count == 10)
    for color in theme.categories {
      #expect(color.contrast(with: theme.background) >= ratio, "\(color.css)")
    }
  }

  @Test(arguments: Theme.all, Sight.allCases)
  func everyTwoDigitsDiffer(theme: Theme, sight: Sight) {
    let seen = theme.categories.map { sight.oklab($0) }
    for first in 0..<10 {
      for second in 0..<first {
        let difference = seen[first] - seen[second]
        let distance = (difference * difference).sum().squareRoot()
        #expect(distance >= 0.1, "\(second) and \(first)")
      }
    }
  }

  /// What the test measures with: the palette many plots use has digits that look alike.
  @Test func theTestCanFail() {
    let (orange, green) = (Color(0xff7f0e), Color(0x2ca02c))
    let difference = Sight.protan.oklab(orange) - Sight.protan.oklab(green)
    #expect((difference * difference).sum().squareRoot() < 0.02)
  }

  @Test func anyCategoryHasAColour() {
    #expect(Theme.light.category(10) == Theme.light.category(0))
    #expect(Theme.light.category(-1) == Theme.light.category(9))
  }
}

/// Kinds of colour vision.
enum Sight: CaseIterable {
  case normal, protan, deutan, tritan

  /// From linear sRGB to linear sRGB as it is seen; a row each.
  ///
  /// Source: Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color
  /// vision deficiency" (2009), severity 1.
  private var matrix: [SIMD3<Double>] {
    switch self {
    case .normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    case .protan:
      [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
      ]
    case .deutan:
      [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
      ]
    case .tritan:
      [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
      ]
    }
  }

  /// The colour as it is seen, in OKLab.
  ///
  /// Source: Ottosson, "A perceptual color space for image processing" (2020).
  func oklab(_ color: Color) -> SIMD3<Double> {
    let seen = apply(matrix, linear(color)).clamped(
      lowerBound: .zero, upperBound: SIMD3(repeating: 1))
    let cones = apply(
      [
        [0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
      ], seen)
    return apply(
      [
        [0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
      ], SIMD3(cbrt(cones[0]), cbrt(cones[1]), cbrt(cones[2])))
  }

  private func apply(_ matrix: [SIMD3<Double>], _ vector: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(
      (matrix[0] * vector).sum(), (matrix[1] * vector).sum(), (matrix[2] * vector).sum())
  }

  private func linear(_ color: Color) -> SIMD3<Double> {
    func light(_ channel: UInt8) -> Double {
      let value = Double(channel) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return SIMD3(light(color.red), light(color.green), light(color.blue))
  }
}
