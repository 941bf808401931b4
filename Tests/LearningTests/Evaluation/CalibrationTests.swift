import Testing

@testable import Learning

@Suite struct CalibrationTests {
  @Test func numbersCanBeWorkedOutByHand() {
    let calibration = Calibration(
      confidences: [0.95, 1, 0.94, 0.5, 0.1, 0],
      areRight: [true, true, false, false, true, false])
    let bins = calibration.bins
    #expect(bins.map(\.images) == [1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3])
    #expect(bins[14].accuracy == 2.0 / 3)
    #expect(abs(bins[14].confidence - 2.89 / 3) < 1e-15)
    #expect(bins[3] == Calibration.Bin(images: 0, confidence: 0, accuracy: 0))
    #expect(abs(calibration.error - (0.89 + 0.5 + 0.9 + 0) / 6) < 1e-15)
  }

  /// (0, 1/15], (1/15, 2/15] and so on.
  @Test func aBinHasItsUpperEnd() {
    let calibration = Calibration(confidences: [0.2, 0.2.nextUp], areRight: [true, true])
    #expect(calibration.bins[2].images == 1 && calibration.bins[3].images == 1)
  }
}
