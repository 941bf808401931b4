import Testing

@testable import Learning

struct TrainingOptionsTests {
  @Test func generatorFactorRisesFromNothingToItsFullValueBeforeTheLastEpoch() {
    let options = TrainingOptions(kind: .aae, epochs: 12)
    #expect(options.generatorFactor(epoch: 0) == 0)
    #expect(options.generatorFactor(epoch: 5) == 0.1)
    #expect(options.generatorFactor(epoch: 10) == 0.2)
    #expect(abs(options.generatorFactor(epoch: 11) - 0.22) < 1e-15)
  }

  @Test func generatorFactorOfAVeryShortTrainingIsFinite() {
    #expect(TrainingOptions(kind: .aae, epochs: 1).generatorFactor(epoch: 0) == 0)
    #expect(TrainingOptions(kind: .aae, epochs: 2).generatorFactor(epoch: 1) == 0.2)
  }

  @Test func simpleAutoEncoderHasNoGeneratorFactor() {
    #expect(TrainingOptions(kind: .sae, epochs: 12).generatorFactor(epoch: 10) == 0)
  }

  @Test func constantScheduleKeepsTheLearningRate() {
    let options = TrainingOptions(kind: .sae, epochs: 1, learningRate: 3e-4)
    #expect(options.learningRate(step: 0, of: 100) == 3e-4)
    #expect(options.learningRate(step: 99, of: 100) == 3e-4)
  }

  @Test func cosineScheduleFallsFromTheLearningRateToNothing() {
    let options = TrainingOptions(
      kind: .sae, epochs: 1, learningRate: 8e-4, schedule: .cosine)
    #expect(options.learningRate(step: 0, of: 100) == 8e-4)
    #expect(abs(options.learningRate(step: 50, of: 100) - 4e-4) < 1e-18)
    #expect(abs(options.learningRate(step: 100, of: 100)) < 1e-18)
    let rates = (0...100).map { options.learningRate(step: $0, of: 100) }
    #expect(zip(rates, rates.dropFirst()).allSatisfy(>))
  }

  @Test func textOfEveryOptionReadsBackAsTheSameValue() throws {
    let options = TrainingOptions(
      kind: .aae, styleSize: 9, epochs: 7, batchSize: 32, learningRate: 0.1 + 0.2,
      schedule: .cosine, initialization: .background, weightDecay: 0.2, averageDecay: 0.999,
      priorScale: 1.5, generatorLossFactor: 0.3, seed: .max, limit: 1234)
    var copy = TrainingOptions(kind: .aae, epochs: 1)
    for field in TrainingOptions.Field.allCases { try copy.set(field, to: options[field]) }
    #expect(copy == options)
    copy.limit = nil
    try copy.set(.limit, to: copy[.limit])
    #expect(copy.limit == nil)
  }

  @Test(
    "refuses what is out of range and names the flag",
    arguments: [
      (TrainingOptions.Field.batchSize, ["0", "-1", "4097"]),
      (.epochs, ["0", "100001"]),
      (.styleSize, ["0", "65"]),
      (.learningRate, ["0.0", "-1.0", "nan", "inf", "11.0"]),
      (.weightDecay, ["-0.1", "1.1", "nan"]),
      (.averageDecay, ["-0.1", "1.0", "nan"]),
      (.priorScale, ["0.0", "-2.0", "nan", "inf"]),
      (.generatorLossFactor, ["-0.1", "nan", "inf"]),
      (.limit, ["0"]),
    ])
  func refuses(field: TrainingOptions.Field, texts: [String]) throws {
    for text in texts {
      var options = TrainingOptions(kind: .aae, epochs: 1)
      try options.set(field, to: text)
      let fault = #expect(throws: TrainingOptions.Fault.self) { try options.validate() }
      let line = try #require(fault?.description)
      #expect(line.hasPrefix("\(field.flag) must be "))
      #expect(line.hasSuffix("not \(text)"))
    }
  }

  @Test func acceptsTheBordersOfEveryRange() throws {
    var options = TrainingOptions(
      kind: .aae, styleSize: 1, epochs: 1, batchSize: 1, learningRate: 1e-30, averageDecay: 0,
      priorScale: 1e-3, generatorLossFactor: 0, seed: 0, limit: 1)
    try options.validate()
    options = TrainingOptions(
      kind: .aae, styleSize: 64, epochs: 100_000, batchSize: 4096, learningRate: 10,
      averageDecay: 0.999999, priorScale: 1e3, generatorLossFactor: 1e3, seed: .max)
    try options.validate()
  }
}
