/// How often each digit was taken for each: a row a true digit, a column a predicted one.
///
/// Mistakes are shaded by the square root of their number, since a few kinds of them would
/// otherwise hide all others; the diagonal, far larger, has a colour of its own.
package struct ConfusionMatrix: Figure {
  /// `counts[digit][prediction]`, ten rows of ten.
  let counts: [[Int]]
  /// The largest number off the diagonal.
  let mostMistakes: Int

  private let classes: ClassLabels
  /// The room that a name takes besides that of a digit.
  private let nameRoom: Double

  package var size: Size {
    Size(
      Self.margin.left + nameRoom + 10 * Self.cell + Self.margin.right,
      Self.margin.top + nameRoom + 10 * Self.cell + Self.margin.bottom)
  }

  private static let cell = 46.0
  private static let margin = (left: 62.0, right: 14.0, top: 58.0, bottom: 48.0)

  /// - Parameter counts: `counts[digit][prediction]`; rows and columns that are missing are empty,
  ///   those beyond ten are not shown.
  package init(counts: [[Int]], classes: ClassLabels) {
    self.classes = classes
    nameRoom = min(8 * Double(longestName(classes) - 1), 140)
    let counts = (0..<10).map { digit in
      (0..<10).map { prediction in
        digit < counts.count && prediction < counts[digit].count ? counts[digit][prediction] : 0
      }
    }
    self.counts = counts
    let mistakes = (0..<10).flatMap { digit in (0..<10).map { $0 == digit ? 0 : counts[digit][$0] }
    }
    mostMistakes = mistakes.max() ?? 0
  }

  func rect(digit: Int, prediction: Int) -> Rect {
    Rect(
      Self.margin.left + nameRoom + Double(prediction) * Self.cell,
      Self.margin.top + nameRoom + Double(digit) * Self.cell, Self.cell, Self.cell)
  }

  /// The colour of so many mistakes.
  func shade(_ mistakes: Int, _ theme: Theme) -> Color {
    guard mistakes > 0, mostMistakes > 0 else { return theme.surface }
    return Self.shade(root: (Double(mistakes) / Double(mostMistakes)).squareRoot(), theme)
  }

  private static func shade(root: Double, _ theme: Theme) -> Color {
    theme.surface.mixed(with: theme.warning, 0.08 + 0.92 * root)
  }

  private static func correct(_ theme: Theme) -> Color {
    theme.surface.mixed(with: theme.accent, 0.16)
  }

  package func draw(on context: borrowing Context, theme: Theme) {
    for digit in 0..<10 {
      for prediction in 0..<10 { draw(digit, prediction, on: context, theme) }
    }
    let first = rect(digit: 0, prediction: 0)
    let last = rect(digit: 9, prediction: 9)
    let style = theme.text(14, .medium)
    for (digit, name) in classes.names.enumerated() {
      let place = rect(digit: digit, prediction: digit)
      let above = Point(place.midX, first.minY - 10)
      if nameRoom == 0 {
        context.text(name, at: above, style, .center)
      } else {
        context.text(
          name, at: above, style, .left, .middle, rotation: -.pi / 2, maxWidth: nameRoom + 16)
      }
      context.text(
        name, at: Point(first.minX - 12, place.midY), style, .right, .middle,
        maxWidth: nameRoom + 16)
    }
    context.text(
      "predicted \(classes.noun)", at: Point((first.minX + last.maxX) / 2, 20), theme.note(13),
      .center)
    context.text(
      "true \(classes.noun)", at: Point(20, (first.minY + last.maxY) / 2), theme.note(13), .center,
      rotation: -.pi / 2)
    drawLegend(below: last, from: first.minX, on: context, theme)
  }

  private func draw(
    _ digit: Int, _ prediction: Int, on context: borrowing Context, _ theme: Theme
  ) {
    let count = counts[digit][prediction]
    let rect = rect(digit: digit, prediction: prediction)
    let isRight = digit == prediction
    let fill = isRight ? Self.correct(theme) : shade(count, theme)
    context.fill(rect.inset(1), fill, cornerRadius: 3)
    guard count != 0 else {
      context.fillCircle(Point(rect.midX, rect.midY), radius: 1.25, theme.axis)
      return
    }
    let text = "\(count)"
    context.text(
      text, at: Point(rect.midX, rect.midY),
      TextStyle(
        size: text.count > 4 ? 12 : 14, weight: isRight ? .semibold : .regular,
        color: theme.legible(on: fill)),
      .center, .middle, maxWidth: rect.width - 4)
  }

  private func drawLegend(
    below last: Rect, from left: Double, on context: borrowing Context, _ theme: Theme
  ) {
    let y = last.maxY + 26
    let swatch = 14.0
    context.fill(
      Rect(left + 1, y - swatch / 2, swatch, swatch), Self.correct(theme), cornerRadius: 3)
    context.text("correct", at: Point(left + 22, y), theme.note(13), .left, .middle)
    guard mostMistakes > 0 else { return }
    // A row of swatches, from one mistake to the most of any kind.
    let steps = 8
    let ramp = left + 98
    context.text("mistakes: 1", at: Point(ramp, y), theme.note(13), .left, .middle)
    let start = ramp + context.width(of: "mistakes: 1", theme.note(13)) + 8
    for step in 0..<steps {
      let share = Double(step) / Double(steps - 1)
      let root = (1 / Double(mostMistakes)).squareRoot() * (1 - share) + share
      context.fill(
        Rect(start + Double(step) * 18, y - swatch / 2, 18.5, swatch),
        Self.shade(root: root, theme))
    }
    context.text(
      "\(mostMistakes)", at: Point(start + Double(steps) * 18 + 8, y), theme.note(13), .left,
      .middle)
  }
}
