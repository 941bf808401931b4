/// The colours of figures, and of the page around them.
package struct Theme: Sendable, Hashable {
  /// `light` or `dark`, for names of files and styles.
  package let name: String
  /// What the page and every figure stand on.
  let background: Color
  /// Panels and cards on the background.
  let surface: Color
  /// Text and marks that matter most.
  let ink: Color
  /// Text and marks that matter less; legible on background and surface (WCAG AA).
  let secondaryInk: Color
  /// Lines that guide the eye.
  let gridLine: Color
  /// Lines that have a meaning: axes, zero, the borders of panels.
  let axis: Color
  /// The one colour of what a figure is about; legible as text on background and surface.
  let accent: Color
  /// Mistakes, misses, warnings; legible as text on background and surface.
  let warning: Color
  /// The colours of the digits 0 to 9 and of other categories.
  ///
  /// They began as petroff10 (Petroff, "Accessible color sequences for data visualization", 2021)
  /// and were moved, for each background, until every two of them differ by at least 10 hundredths
  /// in OKLab for normal, protan, deutan and tritan sight alike (petroff10: 6; tab10: 1) and all
  /// stand out from the background by 2.2 (light) and 3 (dark) to one.
  let categories: [Color]

  /// The colour of a digit, or of any other category by its index.
  func category(_ index: Int) -> Color {
    categories[((index % categories.count) + categories.count) % categories.count]
  }

  /// Both themes.
  package static let all = [light, dark]

  package static let light = Theme(
    name: "light", background: Color(0xffffff), surface: Color(0xf6f7f9), ink: Color(0x191c21),
    secondaryInk: Color(0x596270), gridLine: Color(0xe4e7eb), axis: Color(0xa9b0ba),
    accent: Color(0x2461c4), warning: Color(0xb3261e),
    categories: [
      0x3484fc, 0xf59103, 0xa10005, 0xa48b9d, 0x7c01bd, 0x9a5a5d, 0xe65112, 0x9bb786, 0x566fa1,
      0x5fb9e4,
    ].map { Color($0) })

  package static let dark = Theme(
    name: "dark", background: Color(0x14161a), surface: Color(0x1c1f25), ink: Color(0xe9ebee),
    secondaryInk: Color(0xa2abb8), gridLine: Color(0x2b3038), axis: Color(0x59616d),
    accent: Color(0x7cb0ff), warning: Color(0xff8a7a),
    categories: [
      0x6d9dfc, 0xfeca06, 0xdf0306, 0x9c9088, 0x8628e9, 0x9b5366, 0xf08512, 0x9ec997, 0x4c75ad,
      0x88f8ff,
    ].map { Color($0) })
}

extension Theme {
  /// The colours as variables of CSS, without the dashes before their names.
  package var variables: [(name: String, value: String)] {
    let named = [
      ("background", background), ("surface", surface), ("ink", ink),
      ("secondary-ink", secondaryInk), ("grid-line", gridLine), ("axis", axis),
      ("accent", accent), ("warning", warning),
    ]
    let digits = categories.enumerated().map { ("digit-\($0)", $1) }
    return (named + digits).map { ($0, $1.css) }
  }

  /// The colour of a series by its index: the accent first, then categories that differ from it
  /// and from one another most.
  func series(_ index: Int) -> Color {
    let order = [accent, category(6), category(4), category(7), category(2), category(9)]
    return order[index % order.count]
  }

  /// The first colour of text that is legible on `fill` (WCAG AA); black or white always is.
  func legible(on fill: Color) -> Color {
    let candidates = [ink, background, Color(0x000000), Color(0xffffff)]
    return candidates.first { $0.contrast(with: fill) >= 4.5 } ?? ink
  }

  /// Text that matters.
  func text(_ size: Double, _ weight: FontWeight = .regular) -> TextStyle {
    TextStyle(size: size, weight: weight, color: ink)
  }

  /// Text that matters less: ticks, notes.
  func note(_ size: Double, _ weight: FontWeight = .regular) -> TextStyle {
    TextStyle(size: size, weight: weight, color: secondaryInk)
  }
}
