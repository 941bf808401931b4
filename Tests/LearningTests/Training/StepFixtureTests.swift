import FoundationEssentials
import TestSupport
import Testing

@testable import Learning
@testable import StyleNet
@testable import Support

/// The test set that the package ships.
private let testSetDirectory = fixture("../../share/mnist").path(percentEncoded: false)

/// Optimiser steps against PyTorch's, with weights and noise that both sides make.
struct StepFixtureTests {
  static let styleSize = 4
  static let batch = 64
  static let images = 9 * 64 + 37

  @Test("first step's losses and gradients agree with PyTorch", arguments: ["sae", "aae"])
  func firstStepAgrees(kind: String) throws {
    let expected = try TensorFile("pytorch/training-\(kind)-gradients.safetensors")
    let learner = makeLearner(kind, threads: 2)
    let losses = try run(learner, kind, steps: 1) / Self.batch
    let found = learner.gradients

    func loss(_ name: String) throws -> Double {
      try #require(Double(expected.metadata[name] ?? ""))
    }
    #expect(try isClose(#require(losses[.l1]), loss("auto_encoder")))
    #expect(try isClose(#require(losses[.crossEntropy]), loss("classification")))
    if kind == "aae" {
      #expect(try isClose(#require(losses[.discriminatorFake]), loss("discriminator_fake")))
      #expect(try isClose(#require(losses[.discriminatorReal]), loss("discriminator_real")))
      #expect(try isClose(#require(losses[.generator]), loss("generator")))
    }
    try expectClose(found.encoder, "encoder", expected.tensors)
    try expectClose(found.decoder, "decoder", expected.tensors)
    if kind == "aae" { try expectClose(found.discriminator, "discriminator", expected.tensors) }
  }

  @Test("parameters after ten steps agree with PyTorch", arguments: ["sae", "aae"])
  func tenStepsAgree(kind: String) throws {
    let expected = try TensorFile("pytorch/training-\(kind)-parameters.safetensors")
    let learner = makeLearner(kind, threads: 1)
    _ = try run(learner, kind, steps: 10)
    try expectClose(learner.networks.encoder.values, "encoder", expected.tensors)
    try expectClose(learner.networks.decoder.values, "decoder", expected.tensors)
    if let discriminator = learner.networks.discriminator {
      try expectClose(discriminator.values, "discriminator", expected.tensors)
    }
  }

  @Test("the number of threads does not show in the result", arguments: ["sae", "aae"])
  func threadsDoNotShow(kind: String) throws {
    let single = makeLearner(kind, threads: 1)
    let losses = try run(single, kind, steps: 10)
    for threads in [2, 3, 8] {
      let learner = makeLearner(kind, threads: threads)
      #expect(try run(learner, kind, steps: 10) == losses)
      #expect(learner.networks == single.networks)
    }
  }

  @Test("the number of slots does not show in the result", arguments: ["sae", "aae"])
  func slotsDoNotShow(kind: String) throws {
    let whole = makeLearner(kind, threads: 2)
    let losses = try run(whole, kind, steps: 10)
    #expect(whole.slots.keepsCaches)
    for slots in [2, 3, 5] {
      let learner = makeLearner(kind, threads: 2, slots: slots)
      #expect(!learner.slots.keepsCaches)
      #expect(try run(learner, kind, steps: 10) == losses)
      #expect(learner.networks == whole.networks)
    }
  }

  /// In the first step both moments of AdamW are made of one gradient g, so that a parameter moves
  /// by lr · g / (|g| + ε) and decays by lr · decay: at a rate so high that the decay shows. The
  /// discriminator's decay is always 0.01.
  @Test("a first step moves and decays every parameter", arguments: ["sae", "aae"])
  func firstStepMovesAndDecays(kind: String) throws {
    let (rate, decay): (Float, Float) = (0.1, 0.3)
    let learner = makeLearner(kind, threads: 1)
    let before = learner.networks
    _ = try run(learner, kind, steps: 1, learningRate: rate, weightDecay: decay)
    let (after, gradients) = (learner.networks, learner.gradients)
    func expectMoved(
      _ old: [Float]?, _ new: [Float]?, _ gradients: [Float], decay: Float = decay
    ) {
      var furthest: Float = 0
      for ((old, new), g) in zip(zip(old ?? [], new ?? []), gradients) {
        let expected = old * (1 - rate * decay) - rate * g / (abs(g) + 1e-8)
        furthest = max(furthest, abs(new - expected))
      }
      #expect(furthest < 1e-5 && old?.count == gradients.count)
    }
    expectMoved(before.encoder.values, after.encoder.values, gradients.encoder)
    expectMoved(before.decoder.values, after.decoder.values, gradients.decoder)
    if kind == "aae" {
      expectMoved(
        before.discriminator?.values, after.discriminator?.values, gradients.discriminator,
        decay: 0.01)
    }
  }

  private func makeLearner(
    _ kind: String, threads: Int, slots: Int = ChunkSlots.usualCount
  ) -> Learner {
    let size = Self.styleSize
    let networks = TrainedParameters(
      encoder: OptimizedParameters(
        values: FixtureNumbers.encoder(styleSize: size, seed: 1600)),
      decoder: OptimizedParameters(
        values: FixtureNumbers.decoder(styleSize: size, seed: 1600)),
      discriminator: kind == "aae"
        ? OptimizedParameters(
          values: FixtureNumbers.discriminator(styleSize: size, seed: 1600))
        : nil)
    return Learner(
      networks, styleSize: size, batchSize: Self.batch, slots: slots,
      workers: Workers(threads: threads))
  }

  /// The losses of the last of `steps` steps.
  private func run(
    _ learner: Learner, _ kind: String, steps: Int, learningRate: Float = 4e-4,
    weightDecay: Float = 0.01
  ) throws -> Losses {
    let set = try DataSet.load(.test, from: testSetDirectory)
    var numbers = FixtureNumbers(seed: 4004)
    let noise = kind == "aae" ? numbers.noise(Self.images * Self.styleSize) : []
    var losses = Losses()
    for step in 0..<steps {
      let range = step * Self.batch..<min((step + 1) * Self.batch, Self.images)
      let pixels = set.pixels[range]
      let labels = Array(set.labels[range])
      let z =
        noise.isEmpty
        ? []
        : Array(noise[range.lowerBound * Self.styleSize..<range.upperBound * Self.styleSize])
      losses = learner.step(
        Learner.Batch(pixels: pixels, labels: labels, priorStyles: z),
        Learner.Hyperparameters(
          learningRate: learningRate, generatorFactor: 0.2, weightDecay: weightDecay,
          averageDecay: 0.999))
    }
    return losses
  }

  private func isClose(_ found: Double, _ expected: Double) -> Bool {
    abs(found - expected) <= 1e-4 * abs(expected)
  }

  /// Expects each tensor to be within 1e-4 of PyTorch's, relative to the tensor's norm.
  private func expectClose(
    _ values: [Float], _ network: String, _ expected: [String: [Float]]
  ) throws {
    let layout =
      switch network {
      case "encoder": Encoder.layout(styleSize: Self.styleSize)
      case "decoder": Decoder.layout(styleSize: Self.styleSize)
      default: Discriminator.layout(styleSize: Self.styleSize)
      }
    #expect(values.count == layout.count)
    for tensor in layout.tensors {
      let name = "\(network).\(tensor.name)"
      let wanted = try #require(expected[name])
      let found = values[tensor.offset..<tensor.offset + tensor.count]
      var (distance, norm) = (0.0, 0.0)
      for (a, b) in zip(found, wanted) {
        distance += (Double(a) - Double(b)) * (Double(a) - Double(b))
        norm += Double(b) * Double(b)
      }
      #expect(
        distance.squareRoot() <= 1e-4 * norm.squareRoot(),
        "\(name): \((distance / norm).squareRoot())")
    }
  }
}

extension Learner {
  /// The gradients of the last step.
  fileprivate var gradients: (encoder: [Float], decoder: [Float], discriminator: [Float]) {
    (
      encoder.gradient.array, decoder.gradient.array,
      discriminator?.gradient.array ?? []
    )
  }
}
