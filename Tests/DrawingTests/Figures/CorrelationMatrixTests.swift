import Testing

@testable import Drawing

@Suite struct CorrelationMatrixTests {
  @Test func holdsACellForEachMeasureAndFeature() {
    let figure = CorrelationMatrix(
      measures: ["ink", "slant"],
      features: (1...3).map { .init(name: "style \($0)", correlations: [0.1, nil], naming: nil) })
    let last = figure.rect(measure: 1, feature: 2)
    #expect(last.maxX <= figure.size.width && last.maxY <= figure.size.height)
    #expect(figure.rect(measure: 0, feature: 0).minX > 0)
  }

  @Test(arguments: Theme.all)
  func strongerCorrelationsAreDeeperAndTheirSignsDiffer(theme: Theme) {
    for sign in [-1.0, 1] {
      let shades = [0, 0.2, 0.6, 1].map { CorrelationMatrix.fill(sign * $0, theme) }
      let contrasts = shades.map { $0.contrast(with: theme.surface) }
      #expect(contrasts == contrasts.sorted() && Set(contrasts).count == 4)
    }
    #expect(CorrelationMatrix.fill(0.6, theme) != CorrelationMatrix.fill(-0.6, theme))
    for step in -100...100 {
      let fill = CorrelationMatrix.fill(Double(step) / 100, theme)
      #expect(theme.legible(on: fill).contrast(with: fill) >= 4.5)
    }
  }
}
