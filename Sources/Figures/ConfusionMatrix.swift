package import Canvas

/// How often each digit was taken for each: a row a true digit, a column a predicted one.
package struct ConfusionMatrix: Figure {
  package let size: Size
  package let isVector = true

  /// - Parameter counts: `counts[digit][prediction]`, ten rows of ten.
  package init(counts: [[Int]]) {
    size = Size(520, 540)
  }

  package func draw(on context: borrowing Context, theme: Theme) {}
}
