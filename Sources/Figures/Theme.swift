package import Canvas

/// The colours of figures, and of the page around them.
package struct Theme: Sendable, Hashable {
  /// `light` or `dark`, for names of files and styles.
  package let name: String
  /// What the page and every figure stand on.
  package let background: Color
  /// Panels and cards on the background.
  package let surface: Color
  /// Text and marks that matter most.
  package let ink: Color
  /// Text and marks that matter less; legible on background and surface (WCAG AA).
  package let secondaryInk: Color
  /// Lines that guide the eye.
  package let gridLine: Color
  /// Lines that have a meaning: axes, zero, the borders of panels.
  package let axis: Color
  /// The one colour of what a figure is about; legible as text on background and surface.
  package let accent: Color
  /// Mistakes, misses, warnings; legible as text on background and surface.
  package let warning: Color
  /// The colours of the digits 0 to 9 and of other categories.
  package let categories: [Color]

  /// The colour of a digit, or of any other category by its index.
  package func category(_ index: Int) -> Color {
    categories[((index % categories.count) + categories.count) % categories.count]
  }

  /// Both themes.
  package static let all = [light, dark]

  package static let light = Theme(
    name: "light", background: Color(0xffffff), surface: Color(0xf6f7f9), ink: Color(0x191c21),
    secondaryInk: Color(0x596270), gridLine: Color(0xe4e7eb), axis: Color(0xa9b0ba),
    accent: Color(0x2461c4), warning: Color(0xb3261e),
    categories: [
      0x3f90da, 0xffa90e, 0xbd1f01, 0x94a4a2, 0x832db6, 0xa96b59, 0xe76300, 0xb9ac70, 0x717581,
      0x92dadd,
    ].map { Color($0) })

  package static let dark = Theme(
    name: "dark", background: Color(0x14161a), surface: Color(0x1c1f25), ink: Color(0xe9ebee),
    secondaryInk: Color(0xa2abb8), gridLine: Color(0x2b3038), axis: Color(0x59616d),
    accent: Color(0x7cb0ff), warning: Color(0xff8a7a),
    categories: [
      0x3f90da, 0xffa90e, 0xbd1f01, 0x94a4a2, 0x832db6, 0xa96b59, 0xe76300, 0xb9ac70, 0x717581,
      0x92dadd,
    ].map { Color($0) })
}
