import Testing

@testable import Drawing

@Suite struct ConfusionMatrixTests {
  @Test func holdsAHundredCells() {
    let figure = ConfusionMatrix(counts: counts)
    #expect(figure.counts == counts)
    #expect(figure.mostMistakes == 9 * 8)
    let last = figure.rect(digit: 9, prediction: 9)
    #expect(last.maxX <= figure.size.width && last.maxY <= figure.size.height)
    #expect(figure.rect(digit: 0, prediction: 1).minX > figure.rect(digit: 0, prediction: 0).minX)
    #expect(figure.rect(digit: 1, prediction: 0).minY > figure.rect(digit: 0, prediction: 0).minY)
  }

  @Test func raggedCountsAreFilledUp() {
    let figure = ConfusionMatrix(counts: [[1, 2], []])
    #expect(figure.counts.count == 10)
    #expect(figure.counts.allSatisfy { $0.count == 10 })
    #expect(figure.counts[0][1] == 2)
    #expect(figure.mostMistakes == 2)
  }

  @Test(arguments: Theme.all)
  func moreMistakesAreShadedStronger(theme: Theme) {
    let figure = ConfusionMatrix(counts: counts)
    let shades = [0, 1, 2, 5, 20, 72].map { figure.shade($0, theme) }
    #expect(shades.first == theme.surface)
    #expect(shades.last == theme.warning)
    let contrasts = shades.map { $0.contrast(with: theme.surface) }
    #expect(contrasts == contrasts.sorted() && Set(contrasts).count == contrasts.count)
  }

  @Test(arguments: Theme.all)
  func countsAreLegibleOnEveryShade(theme: Theme) {
    for step in 0...200 {
      let fill = theme.surface.mixed(with: theme.warning, Double(step) / 200)
      #expect(theme.legible(on: fill).contrast(with: fill) >= 4.5)
    }
  }

  private let counts = (0..<10).map { digit in
    (0..<10).map { prediction in digit == prediction ? 900 : digit * prediction }
  }
}
