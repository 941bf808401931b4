import FoundationEssentials
import Testing

@testable import Learning
@testable import Support

struct TrainingOptionsTests {
  /// The defaults, changed.
  private func options(
    _ kind: Checkpoint.Kind = .aae, _ change: (inout TrainingOptions) -> Void
  ) -> TrainingOptions {
    var options = TrainingOptions(kind: kind)
    change(&options)
    return options
  }

  // MARK: Schedules

  @Test func generatorFactorRisesFromNothingToItsFullValueBeforeTheLastEpoch() {
    let options = self.options(.aae) { $0.epochs = 12 }
    #expect(options.generatorFactor(epoch: 0) == 0)
    #expect(options.generatorFactor(epoch: 5) == 0.1)
    #expect(options.generatorFactor(epoch: 10) == 0.2)
    #expect(abs(options.generatorFactor(epoch: 11) - 0.22) < 1e-15)
  }

  @Test func generatorFactorOfAVeryShortTrainingIsFinite() {
    let (one, two) = (options { $0.epochs = 1 }, options { $0.epochs = 2 })
    #expect(one.generatorFactor(epoch: 0) == 0)
    #expect(two.generatorFactor(epoch: 1) == 0.2)
  }

  @Test func simpleAutoEncoderHasNoGeneratorFactor() {
    let options = self.options(.sae) { $0.epochs = 12 }
    #expect(options.generatorFactor(epoch: 10) == 0)
  }

  @Test func constantScheduleKeepsTheLearningRate() {
    let options = self.options {
      $0.learningRate = 3e-4
      $0.schedule = .constant
    }
    #expect(options.learningRate(step: 0, of: 100) == 3e-4)
    #expect(options.learningRate(step: 99, of: 100) == 3e-4)
  }

  @Test func cosineScheduleFallsFromTheLearningRateToNothing() {
    let options = self.options { $0.learningRate = 8e-4 }
    #expect(options.learningRate(step: 0, of: 100) == 8e-4)
    #expect(abs(options.learningRate(step: 50, of: 100) - 4e-4) < 1e-18)
    #expect(abs(options.learningRate(step: 100, of: 100)) < 1e-18)
    let rates = (0...100).map { options.learningRate(step: $0, of: 100) }
    #expect(zip(rates, rates.dropFirst()).allSatisfy(>))
  }

  @Test func imagesAreAsTheyAreInTheLastQuarterOfTheEpochs() {
    func plain(of epochs: Int) -> Int {
      let options = self.options {
        $0.epochs = epochs
        $0.augmentation = 0.5
      }
      let strengths = (0..<epochs).map(options.augmentation(epoch:))
      let plain = strengths.count { $0 == 0 }
      #expect(strengths.allSatisfy { [0, 0.5].contains($0) })
      #expect(strengths.suffix(plain).allSatisfy { $0 == 0 })
      return plain
    }
    #expect(plain(of: 12) == 3 && plain(of: 15) == 4 && plain(of: 1) == 1 && plain(of: 2) == 1)
  }

  // MARK: Declarations

  @Test func defaultsAreTheAveragedRecipe() {
    let (sae, aae) = (TrainingOptions(kind: .sae), TrainingOptions(kind: .aae))
    #expect(sae.epochs == 10 && aae.epochs == 12)
    #expect(aae.styleSize == 4 && aae.batchSize == 64 && aae.seed == 1 && aae.limit == nil)
    #expect(aae.holdOut == 0 && !aae.isTransposed)
    #expect(aae.learningRate == 2.5e-3 && aae.schedule == .cosine)
    #expect(aae.initialization == .background)
    #expect(aae.weightDecay == 0.1 && aae.averageDecay == 0.999)
    #expect(aae.priorScale == 2 && aae.generatorLossFactor == 0.2)
    let averaged = options { TrainingRecipe.averaged.apply(to: &$0) }
    #expect(averaged == aae)
  }

  @Test func recipesLeaveOtherOptionsAlone() {
    let original = options {
      $0.epochs = 3
      TrainingRecipe.original.apply(to: &$0)
    }
    #expect(original.epochs == 3 && original.priorScale == 2)
    #expect(original.learningRate == 4e-4 && original.schedule == .constant)
    #expect(original.initialization == .uniform)
    #expect(original.weightDecay == 0.01 && original.averageDecay == 0)
    #expect(
      TrainingRecipe.help == """
        Sets --lr, --schedule, --init, --weight-decay and --average-decay, where they are not given:\
         original to 0.0004, constant, uniform, 0.01 and 0 and averaged to 0.0025, cosine,\
         background, 0.1 and 0.999. (default: averaged)
        """)
  }

  @Test func helpTellsRangeAndDefault() {
    func help(_ option: TrainingOption, _ kind: Checkpoint.Kind = .aae) -> Substring {
      option.help(for: kind).split(separator: "(").last ?? ""
    }
    #expect(help(.epochs, .sae) == "from 1 to 100000; default: 10)")
    #expect(help(.epochs) == "from 1 to 100000; default: 12)")
    #expect(help(.learningRate) == "above 0, at most 10; default: 0.0025)")
    #expect(help(.averageDecay) == "at least 0, below 1; default: 0.999)")
    #expect(help(.schedule) == "constant or cosine; default: cosine)")
    #expect(help(.limit) == "from 1 to 1000000000; default: all)")
  }

  @Test func textOfEveryOptionReadsBackAsTheSameValue() throws {
    let options = self.options {
      $0.styleSize = 9
      $0.epochs = 7
      $0.batchSize = 32
      $0.learningRate = 0.1 + 0.2
      $0.schedule = .constant
      $0.initialization = .uniform
      $0.weightDecay = 0.2
      $0.averageDecay = 0.99
      $0.priorScale = 1.5
      $0.generatorLossFactor = 0.3
      $0.marginalLossFactor = 0.7
      $0.styleNoise = 0.05
      $0.augmentation = 1.5
      $0.seed = .max
      $0.limit = 1234
      $0.holdOut = 5
      $0.isTransposed = true
      $0.classNames = ClassNames(list: "a,b,c,d,e,f,g,h,i,j") ?? .digits
    }
    var copy = TrainingOptions(kind: .aae)
    for option in TrainingOption.allCases { try option.setting(option.text(options)).apply(&copy) }
    #expect(copy == options)
    let defaults = TrainingOptions(kind: .aae)
    for option in TrainingOption.allCases {
      #expect(option.text(options) != option.text(defaults), "\(option.rawValue)")
    }
    let bytes = try json(options)
    #expect(try JSONDecoder().decode(TrainingOptions.self, from: Data(bytes)) == options)
  }

  @Test(
    "refuses what is out of range and names the flag",
    arguments: [
      (TrainingOption.batchSize, ["0", "-1", "4097"]),
      (.epochs, ["0", "100001"]),
      (.styleSize, ["0", "65"]),
      (.learningRate, ["0.0", "-1.0", "nan", "inf", "11.0"]),
      (.weightDecay, ["-0.1", "1.1", "nan"]),
      (.averageDecay, ["-0.1", "1.0", "nan"]),
      (.priorScale, ["0.0", "-2.0", "nan", "inf"]),
      (.generatorLossFactor, ["-0.1", "nan", "inf"]),
      (.marginalLossFactor, ["-0.1", "nan", "inf"]),
      (.styleNoise, ["-0.1", "10.1", "nan"]), (.augmentation, ["-0.1", "2.1", "nan"]),
      (.limit, ["0"]), (.holdOut, ["-1"]),
    ])
  func refuses(option: TrainingOption, texts: [String]) throws {
    for text in texts {
      var options = TrainingOptions(kind: .aae)
      try option.setting(text).apply(&options)
      let error = #expect(throws: LearningError.self) { try options.validate() }
      let line = try #require(error?.description)
      #expect(line.hasPrefix("--\(option.rawValue) must be "))
      #expect(line.hasSuffix("not \(text)"))
    }
  }

  @Test(
    "refuses text of another type",
    arguments: [
      (TrainingOption.batchSize, "1.5"), (.learningRate, "fast"), (.schedule, "sawtooth"),
      (.seed, "-1"), (.limit, "all"),
    ])
  func refusesAnotherType(option: TrainingOption, text: String) {
    #expect(throws: LearningError.self) { try option.setting(text) }
  }

  @Test func acceptsTheBordersOfEveryRange() throws {
    try options {
      $0.styleSize = 1
      $0.epochs = 1
      $0.batchSize = 1
      $0.learningRate = 1e-30
      $0.averageDecay = 0
      $0.priorScale = 1e-3
      $0.generatorLossFactor = 0
      $0.seed = 0
      $0.limit = 1
    }.validate()
    try options {
      $0.styleSize = 64
      $0.epochs = 100_000
      $0.batchSize = 4096
      $0.learningRate = 10
      $0.averageDecay = 0.999999
      $0.priorScale = 1e3
      $0.generatorLossFactor = 1e3
      $0.seed = .max
    }.validate()
  }
}
